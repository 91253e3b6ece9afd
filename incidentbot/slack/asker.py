"""Who sent a request, from which workspace, and how they can be answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from incidentbot.domain.people import Actor, Source
from incidentbot.domain.workspace import Workspace
from incidentbot.render.mrkdwn import is_user_id
from incidentbot.usecases import Cause

Surface = Literal[
    "slash_command", "mention", "question", "button", "modal", "shortcut", "reaction", "home", "link", "step", "event"
]


@dataclass(frozen=True, slots=True)
class Asker:
    """A person, known by the id that Slack vouches for, in a workspace where the bot is installed.

    `channel` and `response_url` are where they are served, each "" where the request has none.
    """

    workspace: Workspace
    actor: Actor
    channel: str = ""
    response_url: str = ""

    @property
    def team_id(self) -> str:
        """The workspace's id, first key of everything."""
        return self.workspace.team_id

    def cause(self, key: str, surface: Surface) -> Cause:
        """The cause of what this person asks for; `key` is the same when Slack delivers it again."""
        return Cause(team_id=self.team_id, key=key, actor=self.actor, surface=surface)


def read_asker(body: Mapping[str, Any], workspace: Workspace) -> Asker | None:
    """The person behind a payload of checked shape; None where it names nobody, or somebody of another workspace.

    Slack does not say who deleted a message, and of an edited one only whose it is: that is nobody in particular.
    """
    event = body.get("event") or {}
    if event.get("subtype") in {"message_deleted", "message_changed"}:
        return Asker(workspace, Actor(Source.SYSTEM), channel=_id_of(event.get("channel")))
    if event.get("type") == "function_executed":
        return Asker(workspace, Actor(Source.SLACK, id=_runner(event.get("inputs")), name="a workflow"))
    user = body.get("user") or event.get("user") or body.get("user_id") or ""
    named: Mapping[str, Any] = user if isinstance(user, dict) else {"id": user}
    home = named.get("team_id") or event.get("user_team") or workspace.team_id
    if not named.get("id") or home not in {workspace.team_id, workspace.enterprise_id}:
        return None
    return Asker(
        workspace,
        Actor(Source.SLACK, id=named["id"], name=_name(body, named)),
        channel=_id_of(body.get("channel") or event.get("channel") or body.get("channel_id")),
        response_url=body.get("response_url") or "",
    )


def _runner(inputs: Any) -> str:
    """Who ran the workflow, where Slack vouches for it; "" is nobody in particular.

    Slack itself fills an input of the type user_context, with a secret that says so. An id alone is what the workflow's
    author wrote there, and so nobody's word but theirs.
    """
    context = inputs.get("user") if isinstance(inputs, dict) else None
    if not isinstance(context, dict) or not isinstance(context.get("secret"), str) or not context["secret"]:
        return ""
    named = context.get("id")
    return named if isinstance(named, str) and is_user_id(named) else ""


def _name(body: Mapping[str, Any], user: Mapping[str, Any]) -> str:
    return user.get("name") or user.get("username") or body.get("user_name") or ""


def _id_of(value: Any) -> str:
    found = value.get("id") if isinstance(value, dict) else value
    return found or ""
