"""Decisions about events in words: what would happen, and why something did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.conditions import Explanation
from incidentbot.domain.decision import Decision, RuleDecision, tests_of
from incidentbot.domain.incident import Incident
from incidentbot.domain.maintenance import Window
from incidentbot.domain.routing import Route
from incidentbot.domain.timeline import Entry
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import (
    NOTHING,
    Escaped,
    code,
    counted,
    date,
    escape,
    fill,
    fit,
    joined,
    listed,
    number,
    user,
)
from incidentbot.render.timers import Coming, timer_lines
from incidentbot.render.vocabulary import UNREACHABLE, person, reference, title

TEXT_LIMIT: Final = 3900
_CONDITION: Final = 300
_LINES: Final = 30


class Reasons(Protocol):
    """Why an incident is as it is, as queries/decisions.py finds it."""

    @property
    def incident(self) -> Incident:
        """The incident."""

    @property
    def created(self) -> Entry | None:
        """Its first entry."""

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What the rules of now say of its first events."""

    @property
    def told(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Channels that were told of its events, and by which rules."""

    @property
    def windows(self) -> tuple[Window, ...]:
        """Maintenance of what it affects while it lasted."""

    @property
    def responders(self) -> tuple[Mapping[str, str], ...]:
        """Whom it was told to, and why: id, why, via."""

    @property
    def unreachable(self) -> tuple[Mapping[str, str], ...]:
        """Who could not be told, and why."""

    @property
    def timers(self) -> Sequence[Coming]:
        """What will happen by itself."""


def simulation(decision: Decision) -> Message:
    """What would become of the event; nothing was done."""
    return _said([fill("🧪 *Simulation:* nothing was done."), *decided(decision)])


def decided(decision: Decision) -> list[Escaped]:
    """The decision, a line a part of it."""
    event = decision.event
    return [
        fill(
            "*Event* {title} ({severity}, {status})",
            title=escape(event.title),
            severity=escape(event.severity.value),
            status=escape(event.status.value),
        ),
        _maintenance(decision),
        _group(decision),
        _incident(decision),
        *(_rule(one) for one in decision.rules[:_LINES]),
        *(_route(route) for route in decision.told),
        *([fill("*Told* in no channel.")] if not decision.told else []),
    ]


def _maintenance(decision: Decision) -> Escaped:
    window = decision.silenced
    if window is None:
        return fill("*Maintenance* no window covers it.")
    return fill(
        "*Maintenance* window {number} ({scope} {name}) keeps it silent until {until}.",
        number=number(window.number),
        scope=escape(window.scope.value),
        name=escape(window.name, 80),
        until=date(window.ends_at),
    )


def _group(decision: Decision) -> Escaped:
    order = listed([code(name) for name in decision.group_by], most=5, limit=200)
    return fill("*Group* {group} (the first it has of {order}).", group=code(decision.group, 120), order=order)


def _incident(decision: Decision) -> Escaped:
    why = condition(decision.creation) if decision.creation else fill("nothing becomes one by itself")
    if decision.incident is not None:
        does = fill("is opened again by it") if decision.reopens else fill("is joined by it")
        return fill("*Incident* {ref} {does}. create_when: {why}", ref=reference(decision.incident), does=does, why=why)
    if decision.creates:
        return fill("*Incident* a new one. create_when: {why}", why=why)
    return fill("*Incident* none. create_when: {why}", why=why)


def _rule(decided: RuleDecision) -> Escaped:
    window = decided.silent
    silent = fill(" Silent: maintenance {number}.", number=number(window.number)) if window else NOTHING
    name, why = escape(decided.rule.name, 80), condition(decided.explanation)
    return fill("*Rule* {name}: {why}{silent}", name=name, why=why, silent=silent)


def condition(explanation: Explanation) -> Escaped:
    """The result, and each test with what it saw."""
    tests = [_test(test) for test in tests_of(explanation)]
    sign = fill("✅") if explanation.result else fill("❌")
    whole = code(explanation.text, _CONDITION)
    return fill("{sign} {whole} → {tests}", sign=sign, whole=whole, tests=listed(tests, most=12, limit=1_200))


def _test(test: Explanation) -> Escaped:
    saw = escape(", ".join(test.values), 80) if test.values else fill("nothing")
    sign = fill("✅") if test.result else fill("❌")
    return fill("{sign} {text} saw {saw}", sign=sign, text=code(test.text, 120), saw=saw)


def _route(route: Route) -> Escaped:
    names = listed([escape(name, 80) for name in route.rules], most=5, limit=400)
    by = fill("by {names}", names=names) if route.rules else fill("by its severity")
    mentions = listed([code(name, 80) for name in route.mentions], most=10, limit=400)
    calls = fill(", calling {mentions}", mentions=mentions) if route.mentions else NOTHING
    verbosity = escape(route.verbosity.value)
    return fill(
        "*Told* in {channel} {by}{calls} ({verbosity}).",
        channel=escape(route.channel, 80),
        by=by,
        calls=calls,
        verbosity=verbosity,
    )


def explained(reasons: Reasons) -> Message:
    """Why the incident is as it is."""
    incident = reasons.incident
    lines = [
        fill("*Why* {title}", title=title(incident)),
        _creation(reasons),
        _events_of(incident),
        *_windows(reasons.windows),
        *(_told(channel, rules) for channel, rules in dict.fromkeys(reasons.told)),
        *_people(reasons),
        *timer_lines(reasons.timers),
    ]
    for decision in reasons.decisions:
        lines += [fill("_By the rules as they are now:_"), *decided(decision)]
    return _said(lines)


def _events_of(incident: Incident) -> Escaped:
    if not incident.event_count:
        return fill("*Events* none belongs to it.")
    return counted(incident.event_count, "*Events* {count} belongs to it.", "*Events* {count} belong to it.")


def _creation(reasons: Reasons) -> Escaped:
    incident, entry = reasons.incident, reasons.created
    made = fill("*Created* by {who}, {when}", who=person(incident.created_by), when=date(incident.created_at))
    noted = fields.nested(entry.data, "why") if entry else {}
    if not noted:
        return fill("{made}: somebody asked for it, no rule was.", made=made)
    return fill(
        "{made}, since its event met create_when {condition}: {seen}. Group {group}.",
        made=made,
        condition=code(fields.line(noted, "condition"), _CONDITION),
        seen=escape(fields.line(noted, "seen"), 400),
        group=code(fields.line(noted, "group"), 120),
    )


def _windows(windows: Sequence[Window]) -> list[Escaped]:
    if not windows:
        return [fill("*Maintenance* no window covered its events.")]
    return [
        fill(
            "*Maintenance* window {number} ({name}) since {since}: new events were kept silent.",
            number=number(window.number),
            name=escape(window.name, 80),
            since=date(window.starts_at),
        )
        for window in windows
    ]


def _told(channel: str, rules: Sequence[str]) -> Escaped:
    names = listed([escape(name, 80) for name in rules], most=5, limit=400)
    by = fill("by {names}", names=names) if rules else fill("by its severity")
    return fill("*Told* in {channel} {by}.", channel=escape(channel, 80), by=by)


def _people(reasons: Reasons) -> list[Escaped]:
    invited = [
        fill("*Invited* {who}: {why}.", who=user(fields.line(one, "id")), why=_because(one))
        for one in reasons.responders[:_LINES]
    ]
    missed = [
        fill(
            "*Not reached* {who} ({why}): {reason}.",
            who=escape(fields.line(one, "name") or fields.line(one, "email"), 80) or fill("somebody"),
            why=escape(fields.line(one, "why"), 120),
            reason=UNREACHABLE.get(fields.line(one, "reason")) or escape(fields.line(one, "reason"), 80),
        )
        for one in reasons.unreachable[:_LINES]
    ]
    return [*invited, *missed] or [fill("*Owners* nobody was found, or nothing is known to be affected.")]


def _because(one: Mapping[str, str]) -> Escaped:
    why, via = fields.line(one, "why"), fields.line(one, "via")
    if not why:
        return fill("somebody asked for it")
    found = fill(", known by {via}", via=escape(via.replace("_", " "), 40)) if via else NOTHING
    return fill("{why}{found}", why=escape(why, 120), found=found)


def _said(lines: Sequence[Escaped]) -> Message:
    shown = [line for line in lines if line]
    kept = shown[:45]
    left = [fill("and {left} more lines", left=number(len(shown) - len(kept)))] if len(shown) > len(kept) else []
    return Message(
        fit(joined([*kept, *left], "\n"), TEXT_LIMIT), tuple(blocks.section(line) for line in (*kept, *left))
    )
