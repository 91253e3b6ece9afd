"""What comes of an install."""

from dataclasses import dataclass

from incidentbot.domain.workspace import Workspace


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
