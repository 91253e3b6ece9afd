"""Maintenance windows: what is being worked on, for how long, and which events and rules are silent for it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import BadField, Refused
from incidentbot.domain.text import clean_line

NAME_LIMIT: Final = 200
REASON_LIMIT: Final = 500
LONGEST: Final = timedelta(days=30)
_LENGTH: Final = re.compile(r"(?P<number>[0-9]{1,5})(?P<unit>[mhd])\Z", re.ASCII)
_MINUTES: Final = {"m": 1, "h": 60, "d": 1440}


class Scope(StrEnum):
    """What a window is about."""

    CI = "ci"
    SERVICE = "service"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Order:
    """A window that somebody wants, from now on."""

    scope: Scope
    name: str
    length: timedelta
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A window as stored. `suppressed` counts the events that it kept silent, or the posts of its rule.

    It ends by itself at `ends_at`; `ended_at` and `ended_by` tell when and by whom it did end.
    """

    number: int
    scope: Scope
    name: str
    starts_at: datetime
    ends_at: datetime
    created_by: Actor
    reason: str = ""
    suppressed: int = 0
    ended_at: datetime | None = None
    ended_by: Actor | None = None

    def running(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.ended_at is None and self.starts_at <= now < self.ends_at

    def covers(self, event: MonitoringEvent) -> bool:
        """Whether the event is of what is being worked on, by name or id, in any case."""
        if self.scope is Scope.CI:
            names = {name for ci in event.cis for name in (ci.id, ci.name)} | {event.hostname}
            return self.name.casefold() in {name.casefold() for name in names}
        return self.scope is Scope.SERVICE and self.name.casefold() == event.service.casefold()


def read_length(text: str) -> timedelta:
    """A length such as 30m, 2h or 1d, of at most 30 days; refused otherwise."""
    found = _LENGTH.match(text.strip().lower())
    length = timedelta(minutes=int(found["number"]) * _MINUTES[found["unit"]]) if found else timedelta(0)
    if not timedelta(0) < length <= LONGEST:
        reason: Literal["out_of_range", "unknown"] = "out_of_range" if found else "unknown"
        raise Refused(BadField("length", reason, value=text[:40], choices=("30m", "2h", "1d", f"{LONGEST.days}d")))
    return length


def read_scope(text: str) -> Scope:
    """What a window is to be about; refused where it is none of these."""
    try:
        return Scope(text.lower())
    except ValueError:
        raise Refused(BadField("scope", "unknown", value=text[:40], choices=tuple(Scope))) from None


def check_order(order: Order, rules: Iterable[str]) -> Order:
    """The order with clean texts; refused where the name is blank or too long, or of no rule in `rules`."""
    name = clean_line(order.name, NAME_LIMIT + 1)
    if not name:
        raise Refused(BadField("name", "blank"))
    if len(name) > NAME_LIMIT:
        raise Refused(BadField("name", "too_long", value=name[:80], limit=NAME_LIMIT))
    known = {rule.casefold(): rule for rule in rules}
    if order.scope is Scope.RULE and name.casefold() not in known:
        raise Refused(BadField("rule", "unknown", value=name[:80], choices=tuple(known.values())))
    name = known.get(name.casefold(), name) if order.scope is Scope.RULE else name
    return Order(order.scope, name, order.length, clean_line(order.reason, REASON_LIMIT))
