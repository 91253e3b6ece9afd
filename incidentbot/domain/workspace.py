"""A Slack workspace in which the bot is installed."""

from dataclasses import dataclass
from typing import Final

ENVIRONMENT: Final = "environment"
INSTALL: Final = "install"


@dataclass(frozen=True, slots=True)
class Workspace:
    """What Slack told of an installation. `url` is like https://acme.slack.com/; `scopes` are the granted ones.

    `installed_by` is the id of the person who installed the app, "" where Slack did not say (a token by hand).
    `token_from` is where its bot token is: the environment's, or that of an install.
    """

    team_id: str
    name: str = ""
    url: str = ""
    enterprise_id: str = ""
    app_id: str = ""
    bot_id: str = ""
    bot_user_id: str = ""
    scopes: tuple[str, ...] = ()
    installed_by: str = ""
    token_from: str = ENVIRONMENT
