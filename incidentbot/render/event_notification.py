"""The notification of a monitoring event in a channel, and the replies below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.people import Actor
from incidentbot.domain.templates import Field, Template, values_of
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, cis, ids
from incidentbot.render.message import NO_LINKS, Links, Message
from incidentbot.render.mrkdwn import (
    NOTHING,
    Escaped,
    Words,
    address,
    capital,
    date,
    escape,
    fill,
    fit,
    joined,
    link,
    listed,
    number,
    operators,
    size,
)
from incidentbot.render.vocabulary import (
    SEVERITY_SIGN,
    SEVERITY_WORD,
    STATE_SIGN,
    person,
    reference,
    severity_named,
    standing,
)

TEXT_LIMIT: Final = 3900
DESCRIPTION_SHOWN: Final = 600
ANALYSIS_SHOWN: Final = 900
PLAYBOOKS_OF: Final = "nopesight"
_VALUE: Final = 300

STATUS_WORD: Final[Mapping[EventStatus, Escaped]] = Words(
    {
        EventStatus.OPEN: fill("open"),
        EventStatus.ACKNOWLEDGED: fill("acknowledged"),
        EventStatus.RESOLVED: fill("resolved"),
        EventStatus.SUPPRESSED: fill("suppressed"),
    }
)
_BECAME: Final[Mapping[str, Escaped]] = Words(
    {
        "open": fill("Fires again"),
        "acknowledged": fill("Acknowledged"),
        "resolved": fill("Resolved"),
        "suppressed": fill("Suppressed"),
        "unacknowledged": fill("Acknowledgement withdrawn"),
        "reopened": fill("Reopened"),
    }
)
_SIGN: Final[Mapping[str, Escaped]] = {
    "open": fill("🔴"),
    "acknowledged": fill("🟡"),
    "resolved": fill("🟢"),
    "suppressed": fill("⚪"),
    "unacknowledged": fill("🔴"),
    "reopened": fill("🔴"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a notification shows: the event, its incident if it has one with the address of the thread, and the rest.

    `mentions` call people and groups; `rules` are the names of those that wanted it told here; `more` events like it
    were only counted; `template` replaces the words at the top.
    """

    event: MonitoringEvent
    incident: Incident | None = None
    thread_url: str = ""
    links: Links = NO_LINKS
    mentions: Sequence[Escaped] = ()
    rules: Sequence[str] = ()
    more: int = 0
    template: Template | None = None


def event_notification(shown: Shown, *, use_blocks: bool = True) -> Message:
    """The notification as it must look now; without blocks all of it is in the text."""
    text = _text(shown)
    if not use_blocks:
        return Message(fit(joined([text, *_facts(shown), *_details(shown)], "\n"), TEXT_LIMIT))
    event = shown.event
    description, left_out = blocks.body(event.description, DESCRIPTION_SHOWN)
    parts = [
        *_top(shown),
        *([blocks.section(_mentions(shown))] if shown.mentions else []),
        blocks.fields(_facts(shown)),
        *description,
        *([blocks.context([left_out])] if left_out else []),
        *([blocks.section(_affected(shown))] if event.cis else []),
        *_analysis(fill("*AI Analysis:*"), event.ai_summary),
        *_analysis(fill("*Recommended Action:*"), event.recommended_action),
        *_small_print(shown),
        *_actions(shown),
    ]
    return Message(text, tuple(parts))


def _text(shown: Shown) -> Escaped:
    event = shown.event
    status = fill("({severity}), {status}.", severity=SEVERITY_WORD[event.severity], status=STATUS_WORD[event.status])
    return joined([_words(shown), status, _incident(shown), _mentions(shown)])


def _words(shown: Shown) -> Escaped:
    """The line that says what it is: the rule's template, or sign and title."""
    if shown.template is not None:
        return from_template(shown.template, shown.event)
    return fill("{sign} {title}", sign=SEVERITY_SIGN[shown.event.severity], title=escape(shown.event.title))


def from_template(template: Template, event: MonitoringEvent) -> Escaped:
    """The operator's words with the event's values in their places, each put in once and shown to the letter."""
    values = values_of(event)
    pieces = [
        escape(values[piece.name], _VALUE) if isinstance(piece, Field) else operators(piece)
        for piece in template.pieces
    ]
    return fit(joined(pieces, ""), 2_800)


def _top(shown: Shown) -> list[dict[str, Any]]:
    if shown.template is not None:
        return [blocks.section(_words(shown))]
    line = f"{SEVERITY_SIGN[shown.event.severity]} {shown.event.title}"
    top = blocks.header(line)
    if size(line) <= blocks.HEADER_LIMIT:
        return [top]
    return [top, blocks.section(fill("*{title}*", title=escape(shown.event.title, 1_000)))]


def _facts(shown: Shown) -> list[Escaped]:
    event = shown.event
    return [
        fill("*Severity:* {severity}", severity=escape(event.severity.value.upper())),
        fill("*Source:* {source}", source=escape(event.origin or event.source, 80)),
        fill("*Time:* {time}", time=date(event.occurred_at)),
        fill("*Status:* {status}", status=_status(event)),
        *([fill("*Incident:* {incident}", incident=_incident(shown))] if shown.incident else []),
    ]


def _status(event: MonitoringEvent) -> Escaped:
    word = capital(STATUS_WORD[event.status])
    who = escape(event.actor_name or event.actor_email, 80)
    return fill("{word} by {who}", word=word, who=who) if who and event.status is not EventStatus.OPEN else word


def _incident(shown: Shown) -> Escaped:
    if shown.incident is None:
        return NOTHING
    return fill(
        "{sign} {ref}, {standing}",
        sign=STATE_SIGN[shown.incident.state],
        ref=link(shown.thread_url, reference(shown.incident)),
        standing=standing(shown.incident),
    )


def _mentions(shown: Shown) -> Escaped:
    return listed(shown.mentions, most=20, limit=900, separator=" ")


def _affected(shown: Shown) -> Escaped:
    return fill("*Affected CIs:*\n{cis}", cis=cis.bullets(shown.event.cis, shown.links))


def _analysis(heading: Escaped, text: str) -> list[dict[str, Any]]:
    said, _ = blocks.body(text, ANALYSIS_SHOWN)
    return [blocks.section(heading), *said] if said else []


def _details(shown: Shown) -> list[Escaped]:
    """What the blocks would show, as lines."""
    event = shown.event
    pairs = ((fill("AI Analysis"), event.ai_summary), (fill("Recommended Action"), event.recommended_action))
    more = [fill("*{label}:* {text}", label=label, text=escape(text, ANALYSIS_SHOWN)) for label, text in pairs if text]
    return [
        escape(event.description, DESCRIPTION_SHOWN),
        _affected(shown) if event.cis else NOTHING,
        *more,
        link(address(shown.links.event_url, event.event_id), fill("View Details"))
        if shown.links.event_url
        else NOTHING,
        *_remarks(shown),
    ]


def _remarks(shown: Shown) -> list[Escaped]:
    said = []
    if shown.more:
        said.append(fill("and {more} more events like this one", more=number(shown.more)))
    if shown.rules:
        names = listed([escape(name, 80) for name in shown.rules], most=5, limit=500)
        said.append(fill("Told here by: {rules}", rules=names))
    return said


def _small_print(shown: Shown) -> list[dict[str, Any]]:
    remarks = _remarks(shown)
    return [blocks.context(remarks)] if remarks else []


def _actions(shown: Shown) -> list[dict[str, Any]]:
    """View always, the others while they can do something."""
    event, incident = shown.event, shown.incident
    buttons = list(
        blocks.link_buttons(fill_plain("View Details"), ids.OPEN_EVENT, address(shown.links.event_url, event.event_id))
    )
    taken = incident is not None and incident.state is not State.OPEN
    if event.status is EventStatus.OPEN and not taken:
        buttons.append(blocks.button(fill_plain("Acknowledge"), ids.ACKNOWLEDGE_EVENT, event.event_id, primary=True))
    if event.active and (incident is None or incident.state is State.RESOLVED):
        buttons.append(blocks.button(fill_plain("Create Incident"), ids.CREATE_INCIDENT, event.event_id))
    if event.active and event.source == PLAYBOOKS_OF:
        buttons.append(blocks.button(fill_plain("Run Playbook"), ids.RUN_PLAYBOOK, event.event_id))
    if incident is not None:
        buttons += blocks.link_buttons(fill_plain("Go to thread"), ids.OPEN_THREAD, shown.thread_url)
    return [blocks.actions(*buttons)] if buttons else []


def event_reply(event: MonitoringEvent, actor: Actor, data: Mapping[str, Any]) -> Message:
    """What happened to the event (`data` as domain/event_changes.py makes it, or a move of its incident)."""
    moved = fields.line(data, "status") or fields.line(data, "move")
    sign, word = _SIGN.get(moved, fill("✏️")), _BECAME.get(moved) or fill("Changed")
    who = fill("{word} by {who}", word=word, who=person(actor)) if moved else word
    incident = fields.line(data, "incident")
    facts = [
        fill("{word} ({incident})", word=who, incident=escape(incident, 40)) if incident else who,
        *_severity(data),
        *_title(data),
        *_named(data),
    ]
    said = fill("{sign} {facts}", sign=sign, facts=joined(facts, " · "))
    quotation, left_out = blocks.body(fields.as_text(data.get("note")))
    shown = (blocks.section(said), *quotation, *([blocks.context([left_out])] if left_out else []))
    return Message(fit(joined([said, escape(event.title)], " · "), TEXT_LIMIT), shown)


def _severity(data: Mapping[str, Any]) -> list[Escaped]:
    pair = fields.lines(fields.items(data, "severity"))
    if len(pair) != 2:  # noqa: PLR2004 - before and after
        return []
    return [fill("severity {before} → {after}", before=severity_named(pair[0]), after=severity_named(pair[1]))]


def _title(data: Mapping[str, Any]) -> list[Escaped]:
    pair = fields.lines(fields.items(data, "title"), fields.LINE_LENGTH)
    return [fill("now “{title}”", title=escape(pair[-1]))] if pair else []


def _named(data: Mapping[str, Any]) -> list[Escaped]:
    names = [escape(name, 40) for name in fields.lines(fields.items(data, "fields"))]
    return [fill("new: {names}", names=listed(names, most=8, limit=400))] if names else []
