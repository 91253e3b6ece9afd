"""Answers to the person who asked, seen by nobody else: what was done, lists, one incident, help."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Invitee
from incidentbot.domain.roles import holders, roles_of
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.action import open_lines
from incidentbot.render.entry import line
from incidentbot.render.facts import facts
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import (
    NOTHING,
    Escaped,
    Words,
    ago,
    channel,
    counted,
    escape,
    fill,
    fit,
    joined,
    link,
    listed,
    number,
    user,
)
from incidentbot.render.timers import Coming, next_timer
from incidentbot.render.vocabulary import (
    ROLE_WORD,
    SEVERITY_SIGN,
    SEVERITY_WORD,
    STATE_PAST,
    STATE_SIGN,
    STATE_WORD,
    drill_mark,
    headline,
    person,
    reference,
    severity,
    standing,
    title,
)

ROWS: Final = 10
ENTRIES: Final = 5
ITEMS: Final = 5
_TEXT_LIMIT: Final = 3900
_TITLE: Final = 100
_DID: Final[Mapping[EntryKind, Escaped]] = Words(
    {
        EntryKind.CREATED: fill("created"),
        EntryKind.ACKNOWLEDGED: fill("acknowledged"),
        EntryKind.UNACKNOWLEDGED: fill("open again"),
        EntryKind.RESOLVED: fill("resolved"),
        EntryKind.REOPENED: fill("reopened"),
        EntryKind.SEVERITY_CHANGED: fill("severity changed"),
        EntryKind.TITLE_CHANGED: fill("title changed"),
        EntryKind.ASSIGNED: fill("people changed"),
        EntryKind.NOTE: fill("note added"),
        EntryKind.OWNER_INVITED: fill("invitation on its way"),
        EntryKind.EVENT_LINKED: fill("event linked"),
        EntryKind.EVENT_UPDATED: fill("event updated"),
        EntryKind.PLAYBOOK: fill("playbook started"),
        EntryKind.CAPTURED: fill("message captured"),
        EntryKind.REMINDER: fill("reminders rest, as the thread says"),
        EntryKind.ESCALATED: fill("escalated"),
        EntryKind.SYNC_FAILED: fill("update of NopeSight waiting"),
        EntryKind.SYNC_RECOVERED: fill("NopeSight up to date"),
        EntryKind.REPAIRED: fill("card posted again"),
        EntryKind.MOVED: fill("moved to a channel"),
        EntryKind.CORRECTED: fill("time corrected"),
        EntryKind.ACTION_ADDED: fill("action item added"),
        EntryKind.ACTION_CHANGED: fill("action item changed"),
        EntryKind.ACTION_DONE: fill("action item done"),
        EntryKind.ACTION_REOPENED: fill("action item open again"),
        EntryKind.RETROSPECTIVE: fill("retrospective written"),
    }
)


class Outcome(Protocol):
    """What a use case did, as far as an answer tells it."""

    @property
    def incident(self) -> Incident:
        """The incident as it is now."""

    @property
    def kinds(self) -> tuple[EntryKind, ...]:
        """What happened; empty = nothing new."""

    @property
    def created(self) -> bool:
        """Whether the incident is new."""


def done(outcome: Outcome, url: str = "", words: Mapping[EntryKind, Escaped] = MappingProxyType({})) -> Message:
    """What has happened, in `words` where its kind has some, with a link to the thread where there is one (`url`)."""
    incident, named = outcome.incident, _linked(outcome.incident, url)
    if not outcome.kinds:
        text = fill("This is already {named}, {standing}.", named=named, standing=standing(incident))
    elif outcome.created:
        there = NOTHING if url else fill("Its card appears in {channel} now.", channel=channel(incident.channel))
        text = joined([fill("Created {named}, {severity}.", named=named, severity=severity(incident.severity)), there])
    else:
        did = joined([words.get(kind) or _DID[kind] for kind in dict.fromkeys(outcome.kinds)], ", ")
        text = fill("{named}: {did}.", named=named, did=did)
    return Message(text, (blocks.section(text),))


def listing(
    items: Sequence[Incident],
    total: int,
    *,
    url: Callable[[Incident], str],
    states: Sequence[State] = (),
    severity: Severity | None = None,
    q: str = "",
    exceeded: bool = False,
) -> Message:
    """The first incidents of `total` that match, or more where it is `exceeded`, a row each.

    `url` gives the address of a thread, or "".
    """
    total = max(total, len(items))
    asked = _asked(_many(total) if exceeded else _counted(total), states, severity, q)
    if not items:
        text = fill("There are {asked}. `/incident create TITLE` makes one.", asked=asked)
        return Message(text, (blocks.section(text),))
    rows = [_row(incident, url(incident)) for incident in items[:ROWS]]
    shown: list[dict[str, Any]] = [
        blocks.section(fill("*{asked}*", asked=asked)),
        *(blocks.section(row) for row in rows),
    ]
    if total > len(rows):
        shown.append(blocks.context([_narrow() if exceeded else _rest(total - len(rows))]))
    names = [_linked(incident, "", _TITLE) for incident in items[:ROWS]]
    every = listed(names, most=ROWS, limit=3000, total=0 if exceeded else total)
    text = fill("{asked}: {every}", asked=asked, every=every)
    return Message(fit(text, _TEXT_LIMIT), tuple(shown))


def _rest(left: int) -> Escaped:
    return fill("and {left} more. Narrow it down: `/incident list open critical`", left=number(left))


def _narrow() -> Escaped:
    return fill("These are the newest. Narrow it down: `/incident list open critical`")


def _counted(total: int) -> Escaped:
    return counted(total, "{count} incident", "{count} incidents") if total else fill("no incidents")


def _many(total: int) -> Escaped:
    return fill("more than {count} incidents", count=number(total))


def _asked(incidents: Escaped, states: Sequence[State], severity: Severity | None, q: str) -> Escaped:
    """What was asked for and how many there are: "3 incidents (unresolved, critical, about “cpu”)"."""
    kinds = joined([STATE_WORD[state] for state in dict.fromkeys(states)], fill(" or "))
    if set(states) == {State.OPEN, State.ACKNOWLEDGED}:
        kinds = fill("unresolved")
    elif set(states) == set(State):
        kinds = NOTHING
    worst = SEVERITY_WORD[severity] if severity else NOTHING
    about = fill("about “{q}”", q=escape(q, _TITLE)) if q.strip() else NOTHING
    which = joined([kinds, worst, about], ", ")
    return fill("{incidents} ({which})", incidents=incidents, which=which) if which else incidents


def _row(incident: Incident, url: str) -> Escaped:
    return fill(
        "{sign} {severity} {named}\n{state} {since} · {who}",
        sign=STATE_SIGN[incident.state],
        severity=SEVERITY_SIGN[incident.severity],
        named=_linked(incident, url, _TITLE),
        state=STATE_PAST[incident.state],
        since=ago(incident.state_since),
        who=_in_charge(incident),
    )


def _in_charge(incident: Incident) -> Escaped:
    if incident.assignee:
        return fill("assigned to {who}", who=user(incident.assignee))
    if incident.state is State.OPEN:
        return fill("nobody has it yet")
    return fill("by {who}", who=person(incident.state_by))


def show(
    incident: Incident,
    entries: Sequence[Entry],
    responders: Sequence[Invitee] = (),
    events: Sequence[str] = (),
    url: str = "",
    *,
    coming: Sequence[Coming] = (),
    items: Sequence[ActionItem] = (),
) -> Message:
    """One incident: state, people, last `entries` (in whatever order), events, what comes by itself, the thread.

    Of its action `items` those are told that are open.
    """
    newest = sorted(entries, key=lambda entry: entry.seq)[-ENTRIES:]
    shown = [
        blocks.header(headline(incident)),
        blocks.fields([*facts(incident), *_here(incident, responders), *_events(events), *next_timer(coming)]),
    ]
    if newest:
        lines = joined(
            [fill("#{seq} {line}", seq=escape(str(entry.seq)), line=_short(entry)) for entry in newest], "\n"
        )
        shown.append(blocks.section(fill("*Last entries*\n{lines}", lines=lines)))
    still = joined(open_lines(items, ITEMS), "\n")
    if still:
        shown.append(blocks.section(fill("*Action items*\n{lines}", lines=fit(still, 2900))))
    buttons = blocks.link_buttons(fill_plain("Open thread"), ids.OPEN_THREAD, url)
    if buttons:
        shown.append(blocks.actions(*buttons))
    text = fill(
        "{title}: {standing}, {severity}.",
        title=title(incident),
        standing=standing(incident),
        severity=SEVERITY_WORD[incident.severity],
    )
    return Message(text, tuple(shown))


def _short(entry: Entry) -> Escaped:
    return fit(line(entry), 550)


def _here(incident: Incident, responders: Sequence[Invitee]) -> list[Escaped]:
    """Everybody who takes part, each once, with what they do."""
    taker = incident.acknowledged_by.id if incident.acknowledged_by else ""
    everybody = (*holders(incident).values(), taker, *(invitee.id for invitee in responders))
    people = [_doing(incident, person) for person in dict.fromkeys(everybody) if person]
    return [fill("*Who is here*\n{people}", people=listed(people, most=20, limit=1000))] if people else []


def _doing(incident: Incident, person: str) -> Escaped:
    roles = joined([ROLE_WORD[role] for role in roles_of(incident, person)], ", ")
    return fill("{who} ({roles})", who=user(person), roles=roles) if roles else user(person)


def _events(events: Sequence[str]) -> list[Escaped]:
    known = [escape(event, 60) for event in events]
    return [fill("*Events*\n{events}", events=listed(known, most=5, limit=1000))] if known else []


def help_mention() -> Message:
    """What can be said to the bot in an incident's thread, where Slack has no slash commands."""
    text = fill(
        "In an incident's thread or channel, mention me with `ack`, `unack`, `resolve NOTE`, `note TEXT`, "
        "`snooze 30m` or `status`. Anywhere: `schedule daily summary at 9:30 am`, `list schedules`, `stop NUMBER`. "
        "`/incident help` shows what else there is."
    )
    return Message(text, (blocks.section(text),))


def _linked(incident: Incident, url: str, limit: int = 250) -> Escaped:
    return joined([drill_mark(incident), link(url, reference(incident)), escape(incident.title, limit)])
