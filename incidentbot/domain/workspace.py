"""A Slack workspace in which the bot is installed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """What auth.test told of an installation. `url` is like https://acme.slack.com/; `scopes` are the granted ones."""

    team_id: str
    name: str = ""
    url: str = ""
    enterprise_id: str = ""
    app_id: str = ""
    bot_id: str = ""
    bot_user_id: str = ""
    scopes: tuple[str, ...] = ()
