"""What `/incident` can do, for one person at one moment: what is to be done first, then what they may type."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.permissions import Right
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, code, escape, fill, joined, listed, number
from incidentbot.render.vocabulary import SEVERITY_SIGN, STATE_SIGN, drill_mark, reference

# So many incidents that wait for somebody are named.
NAMED: Final = 3
_TITLE: Final = 60
_Line = tuple[Right, Escaped]


def _everything(ref: Escaped) -> Sequence[tuple[Escaped, Sequence[_Line]]]:
    """All that can be typed, by what somebody wants to get done; the examples are about `ref`."""
    return (
        (
            fill("*Something is wrong*"),
            (
                (
                    Right.CREATE,
                    fill("`/incident create TITLE --severity high --ci NAME --assign @user [--drill]`; alone: a form"),
                ),
            ),
        ),
        (
            fill("*I take it, or not any more*"),
            (
                (
                    Right.ACKNOWLEDGE,
                    fill("`/incident ack {ref}` · `/incident unack {ref}` · `/incident snooze {ref} 30m`", ref=ref),
                ),
                (Right.ASSIGN, fill("`/incident assign {ref} @user` · `/incident handover {ref} @user NOTE`", ref=ref)),
                (Right.ASSIGN, fill("`/incident role {ref} commander @user` · `/incident leave {ref}`", ref=ref)),
            ),
        ),
        (
            fill("*Keep it current*"),
            (
                (Right.COMMENT, fill("`/incident note {ref} TEXT`", ref=ref)),
                (Right.UPDATE, fill("`/incident update {ref} TEXT --severity critical --title TITLE`", ref=ref)),
                (Right.UPDATE, fill("It needs a channel: `/incident channel {ref}`", ref=ref)),
                (Right.INVITE, fill("`/incident invite {ref} @user @user`", ref=ref)),
            ),
        ),
        _afterwards(ref),
        _asking(ref),
    )


def _asking(ref: Escaped) -> tuple[Escaped, Sequence[_Line]]:
    """What is only looked at."""
    return (
        fill("*What is going on?*"),
        (
            (Right.LIST, fill("`/incident list` · `/incident list all critical`")),
            (Right.SHOW, fill("`/incident show {ref}`", ref=ref)),
            (
                Right.WHY,
                fill(
                    "Why is it so: `/incident why {ref}` · what would be: `/incident simulate severity=critical`",
                    ref=ref,
                ),
            ),
            (
                Right.LIST,
                fill("Who is on call: `/incident oncall` · call them: `/incident invite {ref} @oncall`", ref=ref),
            ),
            (Right.STATS, fill("How fast are we: `/incident stats 30d by ci`")),
            (
                Right.REPORT,
                fill("With pictures and a PDF: `/incident report incidents 30d` · `/incident report {ref}`", ref=ref),
            ),
            (Right.DOCTOR, fill("Something is late: `/incident doctor`")),
        ),
    )


def _afterwards(ref: Escaped) -> tuple[Escaped, Sequence[_Line]]:
    """What is done at the end, and after it."""
    return (
        fill("*It is over, or not quite*"),
        (
            (Right.RESOLVE, fill("`/incident resolve {ref} NOTE`", ref=ref)),
            (Right.REOPEN, fill("`/incident reopen {ref} REASON`", ref=ref)),
            (Right.SHOW, fill("For the file: `/incident export {ref}`", ref=ref)),
            (Right.COMMENT, fill("To learn from it: `/incident retrospective {ref}`", ref=ref)),
            (Right.UPDATE, fill("What is left to do: `/incident action {ref} add TEXT @user --due 3d`", ref=ref)),
            (Right.UPDATE, fill("A time is wrong: `/incident correct {ref} resolved 14:45`", ref=ref)),
        ),
    )


def help_incident(rights: Collection[Right], waiting: Sequence[Incident] = (), total: int = 0) -> Message:
    """Help for somebody who may type what needs one of `rights`.

    `waiting` are unresolved incidents, the most urgent first, of `total`: the examples are about the first of them.
    """
    example = escape(waiting[0].reference if waiting else "INC-42")
    shown = [*_now(rights, waiting, max(total, len(waiting))), *_groups(rights, example)]
    hint = joined(
        [
            fill("{ref} may be left out where exactly one incident is unresolved.", ref=example),
            fill("In a thread, mention me: `@bot ack`."),
            _missing(rights),
        ]
    )
    return Message(joined([*shown, hint], "\n"), (*(blocks.section(text) for text in shown), blocks.context([hint])))


def _now(rights: Collection[Right], waiting: Sequence[Incident], total: int) -> list[Escaped]:
    """What waits for somebody, each with the next thing to type."""
    if Right.LIST not in rights:
        return []
    if not waiting:
        return [fill("🟢 Nothing is unresolved.")]
    rows = [_row(one, rights) for one in waiting[:NAMED]]
    left = total - len(rows)
    more = [fill("and {left} more: `/incident list`", left=number(left))] if left > 0 else []
    return [joined([fill("*Now*"), *rows, *more], "\n")]


def _row(incident: Incident, rights: Collection[Right]) -> Escaped:
    opened = incident.state is State.OPEN
    right, word = (Right.ACKNOWLEDGE, "ack") if opened else (Right.RESOLVE, "resolve")
    way = code(f"/incident {word} {incident.reference}") if right in rights else NOTHING
    return fill(
        "{sign}{severity} {named} {way}",
        sign=STATE_SIGN[incident.state],
        severity=SEVERITY_SIGN[incident.severity],
        named=joined([drill_mark(incident), reference(incident), escape(incident.title, _TITLE)]),
        way=way,
    )


def _groups(rights: Collection[Right], example: Escaped) -> list[Escaped]:
    found = []
    for heading, lines in _everything(example):
        mine = [line for right, line in lines if right in rights]
        if mine:
            found.append(joined([heading, *mine], "\n"))
    return found


def _missing(rights: Collection[Right]) -> Escaped:
    """That there is more, where somebody may not type all of it."""
    named = {right for _, lines in _everything(NOTHING) for right, _ in lines} - {Right.DOCTOR}
    left = [escape(right.value) for right in sorted(named - set(rights))]
    return fill("Your role may not: {left}.", left=listed(left, most=20, limit=400)) if left else NOTHING
