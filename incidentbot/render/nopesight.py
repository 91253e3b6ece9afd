"""What NopeSight says, to the one person who asked: its status, what a search found, and why there is no answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from incidentbot.domain.cmdb import Ci
from incidentbot.domain.inquiry import Findings, NotAnswered
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.nopesight import SystemStatus
from incidentbot.languages import fill_plain, said
from incidentbot.render import blocks, ids
from incidentbot.render.message import NO_LINKS, Links, Message
from incidentbot.render.mrkdwn import (
    NOTHING,
    Escaped,
    Words,
    address,
    ago,
    capital,
    code,
    counted,
    date,
    escape,
    fill,
    fit,
    joined,
    link,
    listed,
    number,
)
from incidentbot.render.vocabulary import SEVERITY_SIGN

TEXT_LIMIT: Final = 3900
QUERY: Final = 200
_NAME: Final = 80
_STATUS_SIGN: Final[Mapping[str, Escaped]] = {"operational": fill("🟢"), "degraded": fill("🟡"), "down": fill("🔴")}
EVENT_STATUS: Final[Mapping[EventStatus, Escaped]] = Words(
    {
        EventStatus.OPEN: fill("open"),
        EventStatus.ACKNOWLEDGED: fill("acknowledged"),
        EventStatus.RESOLVED: fill("resolved"),
        EventStatus.SUPPRESSED: fill("suppressed"),
    }
)
_WHY_NOT: Final[Mapping[str, Escaped]] = Words(
    {
        "not_connected": fill(
            "NopeSight is not connected, so there is nothing to ask. "
            "Whoever runs this service sets `NOPESIGHT_API_TOKEN`."
        ),
        "unreachable": fill("NopeSight does not answer right now. Try again in a minute."),
        "busy": fill("NopeSight is busy and asks for patience. Try again in a minute."),
        "token_refused": fill(
            "NopeSight refuses this service's token. Whoever runs it sets a new `NOPESIGHT_API_TOKEN`; nothing is lost."
        ),
        "not_there": fill("This NopeSight has nothing of the kind. Check the name, or ask whoever runs NopeSight."),
        "refused": fill("NopeSight refused the request. Whoever runs this service finds the reason in its log."),
    }
)


def not_answered(failed: NotAnswered) -> Message:
    """Why there is no answer, and the number under which the log tells more."""
    text = why_not(failed)
    return Message(text, (blocks.section(text),))


def why_not(failed: NotAnswered) -> Escaped:
    """The same as a sentence."""
    return joined([_WHY_NOT[failed.reason], reference_number(failed.number)])


def reference_number(value: str) -> Escaped:
    """The number that somebody quotes when they ask for help; nothing where there is none."""
    return fill("Reference {number}.", number=code(value, 20)) if value else NOTHING


def system_status(status: SystemStatus, now: datetime) -> Message:
    """The integration guide's status message, as of `now`."""
    sign, word = _STATUS_SIGN.get(status.status, fill("🟡")), escape(status.status, 40)
    agents = fill("n/a")
    if status.active_agents is not None and status.all_agents is not None:
        agents = fill("{active}/{all}", active=number(status.active_agents), all=number(status.all_agents))
    took, opened = number(status.response_milliseconds), number(status.open_events)
    shown = (
        blocks.header(fill_plain("{sign} NopeSight System Status", sign=sign)),
        blocks.fields(
            [
                fill("*API Status:* {word}", word=capital(word)),
                fill("*Response Time:* {took} ms", took=took),
                fill("*Active Agents:* {agents}", agents=agents),
                fill("*Open Events:* {opened}", opened=opened),
            ]
        ),
        {"type": "divider"},
        blocks.context([fill("Last updated: {when}", when=date(now))]),
    )
    text = fill(
        "{sign} NopeSight is {word}, answers in {took} ms, agents {agents}, open events {opened}.",
        sign=sign,
        word=word,
        took=took,
        agents=agents,
        opened=opened,
    )
    return Message(text, shown)


def found(query: str, findings: Findings, *, links: Links = NO_LINKS) -> Message:
    """What a search found, a page at a time; its buttons carry the query and the page that they lead to."""
    cis, events = findings.cis, findings.events
    about = fill("“{query}”", query=escape(query, _NAME))
    parts = [counted(cis.total, "{count} configuration item", "{count} configuration items")]
    shown = _listed([ci_row(ci, links) for ci in cis.items], parts[0])
    if events is not None:
        parts.append(counted(events.total, "{count} event", "{count} events"))
        shown += _listed([event_row(event, links) for event in events.items], parts[1])
    counts = joined(parts, ", ")
    if not (cis.items or (events is not None and events.items)):
        text = fill("Nothing in NopeSight matches {about}. Try a part of the name.", about=about)
        return Message(text, (blocks.section(text), *_pages(query, findings)))
    names = [escape(ci.name, _NAME) for ci in cis.items]
    names += [escape(event.title, _NAME) for event in events.items] if events is not None else []
    text = fill(
        "{about}: {counts}: {names}", about=about, counts=counts, names=listed(names, most=10, limit=2500, total=0)
    )
    heading = blocks.section(fill("*Search for {about}*", about=about))
    return Message(fit(text, TEXT_LIMIT), (heading, *shown, *_pages(query, findings)))


def _listed(rows: Sequence[Escaped], heading: Escaped) -> list[dict[str, Any]]:
    if not rows:
        return []
    return [blocks.section(fill("*{heading}*", heading=heading)), *(blocks.section(row) for row in rows)]


def _pages(query: str, findings: Findings) -> list[dict[str, Any]]:
    """The way to the pages before and after, and how far this one is."""
    cis, events = findings.cis, findings.events
    page = cis.page
    more = cis.has_more or (events is not None and events.has_more)
    buttons = []
    if page > 1:
        buttons.append(
            blocks.button(fill_plain("Previous"), ids.SEARCH_PREVIOUS, _place(query, page - 1, events is not None))
        )
    if more:
        buttons.append(blocks.button(fill_plain("Next"), ids.SEARCH_NEXT, _place(query, page + 1, events is not None)))
    if not buttons:
        return []
    return [blocks.context([fill("Page {page}", page=number(page))]), blocks.actions(*buttons)]


def _place(query: str, page: int, events: bool) -> str:  # noqa: FBT001 - a fact of the search, as stored
    return json.dumps({"q": query[:QUERY], "p": page, "e": events}, ensure_ascii=False, separators=(",", ":"))


def ci_row(ci: Ci, links: Links) -> Escaped:
    """A CI in a list, with what to type to see it."""
    named = link(address(links.ci_url, ci.id), escape(ci.name, _NAME))
    kind = joined([escape(ci.type.replace("_", " "), 40), escape(ci.status, 40)], " · ")
    return fill("*{named}* · {kind}\n{way}", named=named, kind=kind, way=code(f"/cmdb show {ci.name}", 120))


def event_row(event: MonitoringEvent, links: Links) -> Escaped:
    """An event in a list."""
    named = link(address(links.event_url, event.event_id), escape(event.title, 120))
    number_of = escape(event.display_id or event.event_id, 40)
    cis = listed([escape(ci.name, 60) for ci in event.cis], most=3, limit=250)
    return joined(
        [
            fill("{sign} {named}", sign=SEVERITY_SIGN[event.severity], named=named),
            joined([number_of, EVENT_STATUS[event.status], ago(event.updated_at), cis], " · "),
        ],
        "\n",
    )


def help_nopesight(usage: Sequence[tuple[str, str]]) -> Message:
    """What `/nopesight` can do: each form with what it is for."""
    lines = [fill("{form}\n{purpose}", form=code(form), purpose=escape(said(purpose))) for form, purpose in usage]
    hint = fill(
        "Questions in words work too: write `nopesight open critical events` in a channel that I am in, "
        "or send me a direct message."
    )
    return Message(joined([*lines, hint], "\n"), (*(blocks.section(text) for text in lines), blocks.context([hint])))
