"""What comes of an install."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from incidentbot.domain.workspace import Workspace

# Tokens that expire are exchanged this long before they do. What was not after some minutes of trying will hardly be:
# a refresh token works once, and its answer was lost.
EXCHANGED_AHEAD: Final = timedelta(hours=2)
OVERDUE_WITHIN: Final = EXCHANGED_AHEAD - timedelta(minutes=10)


class InstallFailed(Exception):
    """Nothing was installed; the message is Slack's word for the reason."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing secret and the workspace whose requests it signs; "" is every workspace."""

    team_id: str
    secret: str


def missing_scopes(workspace: Workspace, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The wanted rights that the workspace did not grant."""
    return tuple(scope for scope in wanted if scope not in workspace.scopes)
