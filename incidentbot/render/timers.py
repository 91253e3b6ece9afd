"""What will happen to an incident by itself, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, Protocol

from incidentbot.domain.timers import Timer, TimerKind
from incidentbot.render.mrkdwn import NOTHING, Escaped, Words, code, date, fill, number
from incidentbot.render.vocabulary import duration

_WHAT: Final[Mapping[TimerKind, Escaped]] = Words(
    {
        TimerKind.EXPIRE: fill("the acknowledgement ends"),
        TimerKind.ESCALATE: fill("escalation"),
        TimerKind.REMIND: fill("a reminder"),
        TimerKind.NUDGE: fill("a call for an update"),
        TimerKind.STALE: fill("an offer to close it"),
    }
)
_SETTING: Final[Mapping[TimerKind, str]] = {
    TimerKind.EXPIRE: "acknowledgement_expires_after",
    TimerKind.ESCALATE: "escalate_after",
    TimerKind.REMIND: "remind_unacknowledged_after",
    TimerKind.NUDGE: "nudge_without_update_after",
    TimerKind.STALE: "offer_closing_after",
}


class Coming(Protocol):
    """A timer with the length of its kind, as queries/timers.py finds it."""

    @property
    def timer(self) -> Timer:
        """The timer."""

    @property
    def interval(self) -> timedelta:
        """The length that the settings give it."""

    @property
    def promised(self) -> bool:
        """Whether it runs because somebody promised an update."""


def next_timer(coming: Sequence[Coming]) -> list[Escaped]:
    """The one that fires next, as a field; none where nothing will happen by itself."""
    waiting = [one.timer for one in coming if one.timer.due_at is not None]
    if not waiting or waiting[0].due_at is None:
        return []
    return [fill("*Next by itself*\n{what}, {when}", what=_what(waiting[0]), when=date(waiting[0].due_at))]


def timer_lines(coming: Sequence[Coming]) -> list[Escaped]:
    """Every timer with its reason, a line each."""
    return [_line(one) for one in coming] or [fill("*Timers* none: nothing happens to it by itself.")]


def _line(one: Coming) -> Escaped:
    timer = one.timer
    why = fill(
        "{setting} is {length}, since entry {armed}",
        setting=code(_SETTING[timer.kind]),
        length=duration(one.interval),
        armed=number(timer.armed),
    )
    if one.promised:
        why = fill("promised with entry {armed}", armed=number(timer.armed))
    if timer.due_at is None:
        return fill("*Timer* {what}: ran to its end ({why}).", what=_WHAT[timer.kind], why=why)
    return fill("*Timer* {what}, {when} ({why}).", what=_what(timer), when=date(timer.due_at), why=why)


def _what(timer: Timer) -> Escaped:
    what = _WHAT[timer.kind]
    if timer.kind is TimerKind.EXPIRE:
        return what if timer.step else fill("notice that {what}", what=what)
    step = timer.step + 1
    nth = fill(" (step {step})", step=number(step)) if timer.kind is TimerKind.ESCALATE else NOTHING
    return fill("{what}{nth}", what=what, nth=nth)
