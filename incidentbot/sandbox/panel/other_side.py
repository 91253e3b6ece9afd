"""What NopeSight's part of the panel shows: events, configuration items, and what was said to and fro."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from incidentbot.sandbox.nopesight import ApiCall, Delivery, NopeSight
from incidentbot.sandbox.nopesight.records import Ci, Event
from incidentbot.sandbox.nopesight.refusals import Refused

SHOWN: Final = 25
_NO_ANSWER: Final = 0
_REFUSED_FROM: Final = 400


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call of the bot in words. `good` is false for what was refused or never answered."""

    number: int
    at: str
    words: str
    path: str
    status: str
    good: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What NopeSight told the bot: how many deliveries were taken, and how many still wait to be taken."""

    taken: int
    waiting: int
    last: str


def clock_of(moment: float) -> str:
    """A moment as hours, minutes and seconds of Coordinated Universal Time."""
    return datetime.fromtimestamp(moment, UTC).strftime("%H:%M:%S")


class OtherSide:
    """A NopeSight as the panel reads it."""

    def __init__(self, nopesight: NopeSight) -> None:
        self._nopesight = nopesight

    def events(self) -> list[Event]:
        """The newest events, newest first."""
        return self._nopesight.events.all()[: -SHOWN - 1 : -1]

    def counts(self) -> dict[str, int]:
        """How many events there are by status, and in all."""
        events = self._nopesight.events.all()
        return {"all": len(events), **Counter(event.status for event in events)}

    def cis(self) -> list[Ci]:
        """Every configuration item, by name."""
        return self._nopesight.cmdb.all()

    def ci_names(self, event: Event) -> str:
        """What an event affects."""
        return ", ".join(ci.name for ci in self._nopesight.cmdb.known(event.ci_ids))

    def calls(self) -> list[CallLine]:
        """The bot's newest calls, newest first."""
        return [self._line(call) for call in self._nopesight.calls()[: -SHOWN - 1 : -1]]

    def told(self) -> Told:
        """What became of the webhooks."""
        deliveries = self._nopesight.webhooks.deliveries()
        settled = [one for one in deliveries if one.settled]
        return Told(len(settled), len(deliveries) - len(settled), _last(deliveries))

    def _line(self, call: ApiCall) -> CallLine:
        status = "no answer" if call.status == _NO_ANSWER else str(call.status)
        good = _NO_ANSWER < call.status < _REFUSED_FROM
        return CallLine(call.number, clock_of(call.at), self._words(call), f"{call.method} {call.path}", status, good)

    def _words(self, call: ApiCall) -> str:
        words = _WORDS.get(call.operation)
        body = call.body if isinstance(call.body, dict) else {}
        return words(self._subject(call.path), body) if words else call.operation.replace("_", " ")

    def _subject(self, path: str) -> str:
        """The event's number or the configuration item's name that a path is about."""
        found = re.search(r"/(events|cmdb/ci)/([^/]+)", path)
        if not found:
            return ""
        try:
            if found[1] == "events":
                return self._nopesight.events.get(found[2]).event_id
            return self._nopesight.cmdb.get(found[2]).name
        except Refused:
            return found[2]


def _last(deliveries: tuple[Delivery, ...]) -> str:
    tried = [one for one in deliveries if one.attempts]
    if not tried:
        return ""
    newest = max(tried, key=lambda one: one.attempts[-1].at)
    return f"{newest.type}: {newest.status or 'no answer'}"


def _by(body: dict[str, Any]) -> str:
    actor = body.get("actor")
    name = actor.get("name") if isinstance(actor, dict) else ""
    return f", by {name}" if name else ""


def _quoted(text: Any) -> str:
    return f": “{text}”" if text else ""


# What each call means, from the thing that it is about and its body.
_WORDS: Final[dict[str, Callable[[str, dict[str, Any]], str]]] = {
    "system_status": lambda _, __: "How is NopeSight?",
    "list_events": lambda _, __: "Which events are there?",
    "get_event": lambda subject, _: f"What is {subject}?",
    "set_event_status": lambda subject, body: (
        f"{subject} is {body.get('status')}{_by(body)}{_quoted(body.get('resolutionNotes') or body.get('comment'))}"
    ),
    "comment_event": lambda subject, body: f"A comment on {subject}{_by(body)}{_quoted(body.get('text'))}",
    "list_cis": lambda _, __: "Which configuration items are there?",
    "get_ci": lambda subject, _: f"What is {subject}?",
    "update_ci": lambda subject, _: f"{subject} is changed",
    "list_owners": lambda subject, _: f"Who owns {subject}?",
    "list_relationships": lambda subject, _: f"What does {subject} stand on?",
    "list_playbooks": lambda _, __: "Which playbooks are there?",
    "execute_playbook": lambda _, body: f"Run a playbook{_by(body)}",
    "generate_report": lambda _, body: f"Make a report: {body.get('type', '')}",
    "ask": lambda _, body: f"A question{_quoted(body.get('query'))}",
}
