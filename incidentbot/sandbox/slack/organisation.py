"""An organisation (Enterprise Grid): one installation of the app for several workspaces, with one token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.workspace import Workspace

# With an organisation's token these do not know which workspace is meant.
NEED_A_TEAM: Final = frozenset(
    {
        "conversations.create",
        "conversations.list",
        "usergroups.list",
        "usergroups.users.list",
        "users.conversations",
        "users.list",
    }
)


@dataclass(slots=True)
class Organisation:
    """`teams` are the workspaces (ids) for which it approved the app; `token` is "" until it is installed.

    `most` is how many workspaces one answer lists at most, however many were asked for.
    """

    id: str
    name: str
    domain: str
    installed_by: str
    teams: list[str] = field(default_factory=list)
    token: str = ""
    most: int = 1_000

    def has(self, team_id: str) -> bool:
        """Whether the app is in this workspace by way of the organisation."""
        return bool(self.token) and team_id in self.teams

    @property
    def named(self) -> Json:
        """How payloads name it."""
        return {"id": self.id, "name": self.name}


def meant(arguments: Mapping[str, Any], workspaces: Sequence[Workspace], team: str = "") -> Workspace | None:
    """The workspace of an organisation that a call is about: `team`, or whose channel, person or view it names."""
    if team:
        return next((one for one in workspaces if one.team_id == team), None)
    named = {part for value in arguments.values() if isinstance(value, str) for part in value.split(",")}
    return next((one for one in workspaces if named & _ids(one)), next(iter(workspaces), None))


def _ids(workspace: Workspace) -> set[str]:
    views = {view.id for seat in workspace.seats.values() for view in seat.views()}
    # The bot is the same person in all of them.
    people = workspace.people.keys() - {workspace.installation.bot_user_id}
    return {*workspace.conversations, *people, *views}
