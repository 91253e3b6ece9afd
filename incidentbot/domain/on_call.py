"""Who is on call at a moment: rotations on the clock of a place, with overrides. Pure; time is an argument.

A rotation hands over by the clock on the wall: one that begins on a Monday at 9:00 and lasts 7 days hands over every
Monday at 9:00, also where clocks were changed meanwhile. A shift is an hour longer or shorter for it, never a moment
without anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidentbot.domain.moments import on_the_wall, shown_at
from incidentbot.domain.refusals import PersonUnknown


@dataclass(frozen=True, slots=True)
class Override:
    """`person` is on call from `since` until `until`, on the wall's clock, whoever's turn it is."""

    person: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """`people` (ids, or names such as @ana) take turns of `length` from `start`, which is on the clock of `zone`.

    Of several overrides at once the last one holds.
    """

    people: tuple[str, ...]
    start: datetime
    length: timedelta
    zone: ZoneInfo
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class NopeSightTeam:
    """Those whom NopeSight names as responsible for the CI `ci`, as far as they are of `team` ("" = all of them)."""

    ci: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """What an on-call name stands for: a user group (@handle or id), a team of NopeSight, or a schedule."""

    name: str
    source: str | NopeSightTeam | Schedule

    @property
    def group(self) -> str:
        """The user group, or ""."""
        return self.source if isinstance(self.source, str) else ""

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whom a schedule names, each once."""
        if not isinstance(self.source, Schedule):
            return ()
        overriding = (one.person for one in self.source.overrides)
        return tuple(dict.fromkeys((*self.source.people, *overriding)))

    @property
    def handles(self) -> tuple[str, ...]:
        """The names that have to be looked up in Slack."""
        named = (self.group, *self.people)
        return tuple(one for one in named if one.startswith("@"))


Rosters = Mapping[str, Roster]


@dataclass(frozen=True, slots=True)
class Turn:
    """`person` ("" = nobody) is on call from `since` (None: ever since) until `until`, both aware UTC."""

    person: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on call by a name, as Slack ids: `people`, or all of the user group `group`, of which these are members.

    `until` is when it may change by schedule, `after` who is next then. `unknown` are names that nobody has in Slack.
    """

    name: str
    people: tuple[str, ...] = ()
    group: str = ""
    until: datetime | None = None
    after: str = ""
    unknown: tuple[str, ...] = ()
    source: str = "mention"

    @property
    def called(self) -> tuple[str, ...]:
        """Whom a mention has to name: the group where there is one, else each person."""
        return (self.group,) if self.group else self.people


def the_one(duty: Duty | None, name: str, field: str) -> str | PersonUnknown:
    """The only person who is on call by `name`; why there is none, for what they were to be (`field`)."""
    if duty is None:
        return PersonUnknown(name[:80], field=field)
    if len(duty.people) == 1:
        return duty.people[0]
    return PersonUnknown(name[:80], "many_on_call" if duty.people else "nobody_on_call", field)


def roster_of(rosters: Rosters, name: str) -> Roster | None:
    """The roster that `name` ("@dba", "dba") stands for, in any case."""
    return rosters.get(name.removeprefix("@").casefold())


def turn_at(schedule: Schedule, at: datetime) -> Turn:
    """Who is on call at `at` (aware), and between which moments nothing changes."""
    number = _number_of_shift(schedule, at)
    edges = [_begin(schedule, number), _begin(schedule, number + 1)] if number >= 0 else [_begin(schedule, 0)]
    for one in schedule.overrides:
        edges += [shown_at(one.since, schedule.zone), shown_at(one.until, schedule.zone)]
    person = schedule.people[number % len(schedule.people)] if number >= 0 else ""
    for one in schedule.overrides:
        if shown_at(one.since, schedule.zone) <= at < shown_at(one.until, schedule.zone):
            person = one.person
    since = max((edge for edge in edges if edge <= at), default=None)
    until = min((edge for edge in edges if edge > at), default=None)
    return Turn(person, since, until)


def next_turn(schedule: Schedule, turn: Turn) -> Turn | None:
    """The turn after `turn`; None where it never ends."""
    return turn_at(schedule, turn.until) if turn.until else None


def _number_of_shift(schedule: Schedule, at: datetime) -> int:
    """The number of the shift at `at`, from 0; negative before the start. Shifts that fall into a gap are left out."""
    number = (on_the_wall(at, schedule.zone) - schedule.start) // schedule.length
    while _begin(schedule, number + 1) <= at:
        number += 1
    return number


def _begin(schedule: Schedule, number: int) -> datetime:
    return shown_at(schedule.start + number * schedule.length, schedule.zone)
