"""Timers of an incident: which ones run because of what happened, and when each is due. Pure; time is an argument.

At most one timer of a kind runs for an incident. `armed` is the number of the timeline entry that it runs because of,
so that kind, armed and step name one firing for ever: it happens at most once.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from incidentbot.domain.incident import Change, Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Source
from incidentbot.domain.refusals import BadField, Refused
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import EntryKind, NewEntry

# A reminder that nobody heeds comes again after twice the time, and at last no more: noise helps nobody.
MOST_REMINDERS: Final = 6
# An expiry is announced so long before, or when a quarter of the time is left.
LONGEST_NOTICE: Final = timedelta(minutes=15)
# A status update that was promised and did not come is asked for again after so long.
ASKED_AGAIN: Final = timedelta(minutes=30)
# What fires so much later than it was due says so.
LATE_AFTER: Final = timedelta(minutes=2)
# What ids of Slack's user groups begin with.
GROUP: Final = "S"
LONGEST_SNOOZE: Final = timedelta(days=7)


_LENGTH: Final = re.compile(r"(?P<number>[0-9]{1,5})(?P<unit>[mhd])\Z", re.ASCII)
_MINUTES: Final = {"m": 1, "h": 60, "d": 1440}


def read_snooze(text: str) -> timedelta:
    """For how long timers are to rest: 30m, 4h or 2d, at most a week; refused where that is not said."""
    found = _LENGTH.match(text.strip().lower())
    if not found:
        raise Refused(BadField("length", "malformed", value=text.strip()[:80], choices=("30m", "4h", "2d")))
    length = timedelta(minutes=int(found["number"]) * _MINUTES[found["unit"]])
    if not timedelta() < length <= LONGEST_SNOOZE:
        raise Refused(BadField("length", "out_of_range", value=text.strip()[:80], choices=("30m", "4h", "7d")))
    return length


class TimerKind(StrEnum):
    """What a timer is for. Of several that are due together the first of these fires, and the others give way to it.

    expire: an acknowledgement ends (step 0 announces it, step 1 does it). escalate: the next ones are told, step by
    step. remind: nobody has acknowledged. nudge: no update for long. stale: nothing happened at all, offer to close.
    """

    EXPIRE = "expire"
    ESCALATE = "escalate"
    REMIND = "remind"
    NUDGE = "nudge"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of an incident; `due_at` None: it ran to its end, and begins anew with the next change of state only."""

    kind: TimerKind
    due_at: datetime | None
    armed: int
    step: int = 0


BySeverity = Mapping[Severity, timedelta]


@dataclass(frozen=True, slots=True)
class TimerPolicy:
    """After how long each kind fires, by severity; what is not named has no such timer.

    Each step of `escalate_to` names groups, people or on-call names, who are told together.
    """

    remind_after: BySeverity = field(default_factory=dict)
    escalate_after: BySeverity = field(default_factory=dict)
    escalate_to: tuple[tuple[str, ...], ...] = ()
    expire_after: BySeverity = field(default_factory=dict)
    nudge_after: BySeverity = field(default_factory=dict)
    stale_after: BySeverity = field(default_factory=dict)

    @property
    def escalates(self) -> bool:
        """Whether anything is ever escalated."""
        return bool(self.escalate_after and self.escalate_to)

    @property
    def escalated_to(self) -> tuple[str, ...]:
        """Everybody whom some step names, each once."""
        return tuple(dict.fromkeys(name for step in self.escalate_to for name in step))

    def after(self, kind: TimerKind, severity: Severity) -> timedelta | None:
        """The interval of a kind; None where it does not run."""
        intervals = {
            TimerKind.EXPIRE: self.expire_after,
            TimerKind.ESCALATE: self.escalate_after if self.escalate_to else {},
            TimerKind.REMIND: self.remind_after,
            TimerKind.NUDGE: self.nudge_after,
            TimerKind.STALE: self.stale_after,
        }
        return intervals[kind].get(severity)


RUNS_WHILE: Final[Mapping[TimerKind, frozenset[State]]] = {
    TimerKind.EXPIRE: frozenset({State.ACKNOWLEDGED}),
    TimerKind.ESCALATE: frozenset({State.OPEN}),
    TimerKind.REMIND: frozenset({State.OPEN}),
    TimerKind.NUDGE: frozenset({State.ACKNOWLEDGED}),
    TimerKind.STALE: frozenset({State.OPEN, State.ACKNOWLEDGED}),
}
# What says that nothing happened begins anew when something does.
_OF_SILENCE: Final = (TimerKind.NUDGE, TimerKind.STALE)
_BY_ITSELF: Final = frozenset({Source.TIMER, Source.SYSTEM})
_BY_SYSTEMS: Final = frozenset({Source.NOPESIGHT, Source.ALERTMANAGER, Source.MONITORING})


@dataclass(frozen=True, slots=True)
class Rearmed:
    """What a change does to the timers: `ended` lose their reason with it, `armed` run from it on."""

    ended: tuple[TimerKind, ...] = ()
    armed: tuple[Timer, ...] = ()


def first_due(kind: TimerKind, interval: timedelta, since: datetime) -> datetime:
    """When a timer that runs since then fires first."""
    return since + interval - notice_of(interval) if kind is TimerKind.EXPIRE else since + interval


def notice_of(interval: timedelta) -> timedelta:
    """How long before its end an acknowledgement that lasts `interval` is said to expire."""
    return min(LONGEST_NOTICE, interval / 4)


def moved(change: Change) -> bool:
    """Whether the incident is new or changed its state."""
    before = change.before
    return before is None or (before.state, before.state_since) != (change.after.state, change.after.state_since)


def rearmed(change: Change, seq: int, policy: TimerPolicy, now: datetime) -> Rearmed:
    """What a change, told last by entry `seq`, does to timers. A change of severity is another matter: `regraded`."""
    after = change.after
    if moved(change):
        return Rearmed(tuple(TimerKind), _armed(after, tuple(TimerKind), seq, policy, now))
    heard = tuple(kind for kind in _OF_SILENCE if _breaks_silence(kind, change.entries))
    armed = _armed(after, heard, seq, policy, now)
    return Rearmed(armed=armed)


def _armed(
    incident: Incident, kinds: Iterable[TimerKind], seq: int, policy: TimerPolicy, now: datetime
) -> tuple[Timer, ...]:
    found = []
    for kind in kinds:
        if kind is TimerKind.NUDGE and promised(incident, now):
            found.append(Timer(kind, incident.next_update_at, seq))
            continue
        interval = policy.after(kind, incident.severity)
        if interval is not None and incident.state in RUNS_WHILE[kind]:
            found.append(Timer(kind, first_due(kind, interval, now), seq))
    return tuple(found)


def _breaks_silence(kind: TimerKind, entries: Iterable[NewEntry]) -> bool:
    """A word of a person is an update; that an event changed is none, though it shows that the matter lives."""
    silent = _BY_ITSELF if kind is TimerKind.STALE else _BY_ITSELF | _BY_SYSTEMS
    return any(entry.actor.source not in silent and entry.kind is not EntryKind.REMINDER for entry in entries)


def regraded(
    incident: Incident, running: Iterable[Timer], seq: int, policy: TimerPolicy, now: datetime
) -> tuple[Timer, ...]:
    """All timers of an incident whose severity changed just now.

    What runs already keeps its step and is due no later than before; what begins has its whole time.
    """
    known = {timer.kind: timer for timer in running}
    fresh = {timer.kind: timer for timer in _armed(incident, TimerKind, seq, policy, now)}
    return tuple(_regraded(known.get(kind), timer) for kind, timer in fresh.items())


def _regraded(before: Timer | None, fresh: Timer) -> Timer:
    if before is None or fresh.due_at is None:
        return fresh
    if before.due_at is None:
        return before
    return replace(before, due_at=min(before.due_at, fresh.due_at))


def due(timers: Iterable[Timer], now: datetime) -> tuple[Timer, ...]:
    """The timers whose time has come, the one that fires first."""
    order = list(TimerKind)
    come = [timer for timer in timers if timer.due_at is not None and timer.due_at <= now]
    return tuple(sorted(come, key=lambda timer: order.index(timer.kind)))


def promised(incident: Incident, now: datetime) -> bool:
    """Whether a status update is promised for a time to come."""
    at = incident.next_update_at
    return at is not None and at > now and incident.state is not State.RESOLVED


def interval_of(kind: TimerKind, incident: Incident, policy: TimerPolicy) -> timedelta | None:
    """The interval of a kind for this incident; None where it does not run. Who promised an update is always asked."""
    interval = policy.after(kind, incident.severity)
    if interval is None and kind is TimerKind.NUDGE and incident.next_update_at:
        return ASKED_AGAIN
    return interval


def is_moot(timer: Timer, incident: Incident, policy: TimerPolicy) -> bool:
    """Whether there is no reason for the timer any more, such as that the operator switched it off."""
    if timer.kind is TimerKind.NUDGE and incident.next_update_at:
        return incident.state is State.RESOLVED
    return incident.state not in RUNS_WHILE[timer.kind] or policy.after(timer.kind, incident.severity) is None


def next_reminder(timer: Timer, interval: timedelta, now: datetime) -> Timer:
    """The timer after it told something once more: due after twice the time of before, counted from now."""
    step = timer.step + 1
    again = now + interval * 2 ** min(step, 10) if step < MOST_REMINDERS else None
    return replace(timer, step=step, due_at=again)


def next_escalation(timer: Timer, policy: TimerPolicy, interval: timedelta, now: datetime) -> Timer:
    """The timer after it told one step; it ends with the last of those to be told."""
    step = timer.step + 1
    return replace(timer, step=step, due_at=now + interval if step < len(policy.escalate_to) else None)


def next_expiry(timer: Timer, interval: timedelta, now: datetime) -> Timer:
    """The timer after it announced the end; who was told late has the whole notice all the same."""
    assert timer.due_at is not None  # noqa: S101 - only what is due fires
    return replace(timer, step=1, due_at=max(timer.due_at, now) + notice_of(interval))


def given_way(timer: Timer, interval: timedelta, now: datetime) -> Timer:
    """A timer that is due when another one of its incident fires: one message is enough, so this one begins anew."""
    return replace(timer, due_at=now + interval)


def snoozed(timer: Timer, until: datetime) -> Timer:
    """The timer, quiet until then; a notice of expiry that was given is given again."""
    if timer.due_at is None or timer.due_at >= until:
        return timer
    return replace(timer, due_at=until, step=0 if timer.kind is TimerKind.EXPIRE else timer.step)


def lateness(timer: Timer, now: datetime) -> timedelta:
    """How much later than it was due the timer fires, where that is worth a word; else nothing."""
    late = now - timer.due_at if timer.due_at is not None else timedelta()
    return late if late >= LATE_AFTER else timedelta()
