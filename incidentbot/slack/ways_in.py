"""Ways in: no listener is registered without saying which right it needs, and who sees to that.

`First`: whoever lacks the right is told so before the listener runs (it opens a form or shows something). `Inside`: the
use cases that the listener calls decide, in the transaction of what they do. `Open`: nothing of ours is shown or
changed.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NotPermitted
from incidentbot.render.modals import refusal_modal
from incidentbot.render.refusals import refusal
from incidentbot.slack.acknowledge import ephemeral
from incidentbot.slack.asker import Asker, Surface
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases import denied, not_permitted

Kind = Literal["action", "command", "event", "function", "options", "shortcut", "view", "view_closed"]
Listener = Callable[..., Awaitable[Any]]
Next = Callable[[], Awaitable[BoltResponse]]


@dataclass(frozen=True, slots=True)
class First:
    """`right` is asked for before the listener runs; `surface` says in which table it is looked up."""

    right: Right
    surface: Surface


@dataclass(frozen=True, slots=True)
class Inside:
    """The listener leads to use cases, each of which asks for one of `rights` in its transaction."""

    rights: tuple[Right, ...]
    surface: Surface

    @classmethod
    def any_of(cls, right_of: Mapping[Any, Right], surface: Surface) -> Self:
        """One of the rights in `right_of`, depending on what is asked for."""
        return cls(tuple(sorted(set(right_of.values()))), surface)


@dataclass(frozen=True, slots=True)
class Open:
    """Anybody may, because of `why`."""

    why: str


Needs = First | Inside | Open


@dataclass(frozen=True, slots=True)
class WayIn:
    """Something that Slack can send, and what it takes. `name` is an id, a command or an event; "*" is all others."""

    kind: Kind
    name: str
    needs: Needs


class WaysIn:
    """Registers listeners, each with what it needs; `declared` lists them in the order in which Bolt tries them."""

    def __init__(self, app: AsyncApp, parts: SlackParts) -> None:
        self._app: Final = app
        self._parts: Final = parts
        self.declared: Final[list[WayIn]] = []

    def add(self, kind: Kind, name: Any, listener: Listener, needs: Needs) -> None:
        """Let `listener` serve `name`, a text or a pattern."""
        checks = [self._check(needs)] if isinstance(needs, First) else []
        getattr(self._app, kind)(name, middleware=checks)(listener)
        self.declared.append(WayIn(kind, _called(name), needs))

    def _check(self, needs: First) -> Listener:
        async def check(ack: AsyncAck, body: Mapping[str, Any], asker: Asker, next_: Next) -> Any:
            refused = await turned_away(self._parts, asker, _key(body), needs)
            if refused is None:
                return await next_()
            return await self._tell(ack, body, asker, refused)

        return check

    async def _tell(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker, refused: NotPermitted) -> Any:
        """Answer in the form that the kind of request has for it."""
        if body.get("command"):
            return await ephemeral(ack, refusal(refused))
        if body.get("type") == "view_submission":
            return await ack(response_action="update", view=refusal_modal(refused))
        if body.get("type") == "block_suggestion":
            return await ack(options=[])
        self._start_telling(body, asker, refused)
        return await ack()

    def _start_telling(self, body: Mapping[str, Any], asker: Asker, refused: NotPermitted) -> None:
        answerer, start = self._parts.answerer, self._parts.tasks.start
        trigger = body.get("trigger_id") or ""
        if asker.response_url:
            start(answerer.respond(asker.response_url, refusal(refused)))
        elif trigger:
            start(_shown(self._parts, asker, trigger, refused))
        elif asker.channel:
            start(answerer.answer_ephemeral(asker.team_id, asker.channel, asker.actor.id, refusal(refused)))


def _called(name: str | re.Pattern[str] | Mapping[str, str | None]) -> str:
    """What a listener serves, for people: ids, a command, an event, or "*"."""
    if isinstance(name, str):
        return name
    if isinstance(name, re.Pattern):
        return ", ".join(re.findall(r"[a-z_]{3,}", name.pattern)) or "*"
    return " ".join(part for part in (name["type"], name.get("subtype")) if part)


async def _shown(parts: SlackParts, asker: Asker, trigger_id: str, refused: NotPermitted) -> None:
    await parts.answerer.open_view(asker.team_id, trigger_id, refusal_modal(refused))


async def turned_away(parts: SlackParts, asker: Asker, key: str, needs: First) -> NotPermitted | None:
    """Why the asker may not; None where they may. Recorded; `key` tells the request from others."""
    cause = asker.cause(f"denied:{key}", needs.surface)
    refused = await parts.store.ask(not_permitted, cause, needs.right)
    if refused:
        await parts.store.run(denied, cause, needs.right, refused)
    return refused


def _key(body: Mapping[str, Any]) -> str:
    return body.get("trigger_id") or body.get("event_id") or (body.get("view") or {}).get("id") or ""
