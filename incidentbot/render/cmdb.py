"""Configuration items, to the one person who asked for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from incidentbot.domain.cmdb import Ci, Owner, Relationship
from incidentbot.domain.incident import Incident
from incidentbot.domain.inquiry import Ambiguous, CiInFull
from incidentbot.domain.monitoring import CiRef
from incidentbot.languages import fill_plain, said
from incidentbot.render import blocks, ids
from incidentbot.render.message import NO_LINKS, Links, Message
from incidentbot.render.modals import can_be_carried
from incidentbot.render.mrkdwn import (
    NOTHING,
    Escaped,
    address,
    code,
    cut,
    date,
    escape,
    fill,
    fit,
    joined,
    link,
    listed,
    number,
)
from incidentbot.render.nopesight import TEXT_LIMIT, event_row
from incidentbot.render.vocabulary import SEVERITY_SIGN, STATE_SIGN, STATE_WORD, drill_mark, reference

_NAME: Final = 80
_ATTRIBUTES: Final = 20
_DESCRIPTION: Final = 600


def ci_in_full(found: CiInFull, incidents: Sequence[tuple[Incident, str]] = (), *, links: Links = NO_LINKS) -> Message:
    """A CI with its owners, relationships, unresolved events, `incidents` (each with the way to its thread), impact."""
    ci = found.ci
    named = link(address(links.ci_url, ci.id), escape(ci.name, _NAME))
    kind = joined([escape(ci.type.replace("_", " "), 40), escape(ci.status, 40)], " · ")
    shown: list[dict[str, Any]] = [
        blocks.header(ci.name),
        blocks.section(fill("*{named}* · {kind}\n{id}", named=named, kind=kind, id=code(ci.id, 100))),
        *([blocks.paragraph(cut(ci.description, _DESCRIPTION))] if ci.description.strip() else []),
        *_part(fill("Attributes"), _attributes(ci)),
        *_part(fill("Owners"), _owners(found.owners)),
        *_part(fill("Relationships"), _relationships(ci, found.relationships)),
        *_part(fill("Impact"), _impact(found)),
        *_part(fill("Open incidents"), _incidents(incidents)),
        *_part(fill("Unresolved events"), _events(found, links)),
    ]
    if ci.updated_at is not None:
        shown.append(blocks.context([fill("Last changed: {when}", when=date(ci.updated_at))]))
    if can_be_carried(ci.id):
        shown.append(blocks.actions(blocks.button(fill_plain("Update"), ids.UPDATE_CI, ci.id)))
    text = fill(
        "{name} · {kind}. Owners: {owners}. Impact: {impact}.",
        name=escape(ci.name, _NAME),
        kind=kind,
        owners=_owners(found.owners),
        impact=_impact(found),
    )
    return Message(fit(text, TEXT_LIMIT), tuple(shown))


def ambiguous(named: Ambiguous, action_id: str) -> Message:
    """No CI, or several, are called so: a button for each that may be meant, which leads to what was asked for."""
    typed = code(named.typed, _NAME)
    similar = [ci for ci in named.similar if can_be_carried(ci.id)]
    if not similar:
        text = fill(
            "NopeSight knows no configuration item {typed}. `/cmdb search TEXT` looks for parts of a name.", typed=typed
        )
        return Message(text, (blocks.section(text),))
    text = fill("No configuration item is called {typed}. One of these?", typed=typed)
    if named.exact:
        text = fill("Several configuration items are called {typed}. Which one?", typed=typed)
    names = listed([escape(ci.name, _NAME) for ci in similar], most=10, limit=1000)
    buttons = [blocks.button(_label(ci, named), f"{action_id}:{place}", ci.id) for place, ci in enumerate(similar)]
    return Message(joined([text, names]), (blocks.section(text), blocks.actions(*buttons)))


def _label(ci: CiRef, named: Ambiguous) -> str:
    return f"{ci.name} ({ci.id})" if named.exact else ci.name


def _part(heading: Escaped, content: Escaped) -> list[dict[str, Any]]:
    return [blocks.section(fill("*{heading}*\n{content}", heading=heading, content=content))] if content else []


def _attributes(ci: Ci) -> Escaped:
    told = {**ci.attributes, **ci.custom_fields}
    rows = [
        fill("{name}: {value}", name=escape(name.replace("_", " "), 60), value=escape(_plain(value), 120))
        for name, value in told.items()
        if _plain(value)
    ]
    return listed(rows, most=_ATTRIBUTES, limit=2000, separator="\n")


def _plain(value: object) -> str:
    """A JSON value as people read it; what is nested deeper is not for a chat."""
    if isinstance(value, bool):
        return fill_plain("yes") if value else fill_plain("no")
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(one) for one in value[:20])))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(one)}" for name, one in list(value.items())[:20])
    return ""


def _owners(owners: Sequence[Owner] | None) -> Escaped:
    if owners is None:
        return fill("NopeSight did not tell")
    rows = [
        fill(
            "{name} ({facts})",
            name=escape(owner.name or owner.email, _NAME),
            facts=joined([escape(one.replace("_", " "), 60) for one in (owner.role, owner.team, owner.email)], ", "),
        )
        for owner in owners
    ]
    return listed(rows, most=10, limit=1000) or fill("nobody is named")


def _relationships(ci: Ci, known: Sequence[Relationship] | None) -> Escaped:
    if known is None:
        return fill("NopeSight did not tell")
    return listed([_relationship(ci, one) for one in known], most=12, limit=1500, separator="\n") or fill("none")


def _relationship(ci: Ci, one: Relationship) -> Escaped:
    kind = escape(one.type.replace("_", " ") or "related to", 40)
    if one.source_id in {"", ci.id}:
        return fill("{kind} → {name}", kind=kind, name=escape(one.target_name or one.target_id, _NAME))
    return fill("{name} → {kind} this", kind=kind, name=escape(one.source_name or one.source_id, _NAME))


def _impact(found: CiInFull) -> Escaped:
    """What something wrong with the CI reaches, nearest first."""
    if found.relationships is None:
        return fill("NopeSight did not tell")
    if not found.dependents:
        return fill("nothing is known to depend on it")
    rows = [
        escape(one.ci.name, _NAME)
        if one.hops == 1
        else fill("{name} ({hops} steps away)", name=escape(one.ci.name, _NAME), hops=number(one.hops))
        for one in found.dependents
    ]
    more = fill("and perhaps more, further away") if found.more else NOTHING
    return joined([listed(rows, most=20, limit=1500), more], ", ")


def _incidents(incidents: Sequence[tuple[Incident, str]]) -> Escaped:
    rows = [
        fill(
            "{sign} {severity} {ref} {title} · {state}",
            sign=joined([STATE_SIGN[incident.state], drill_mark(incident)]),
            severity=SEVERITY_SIGN[incident.severity],
            ref=link(url, reference(incident)),
            title=escape(incident.title, 100),
            state=STATE_WORD[incident.state],
        )
        for incident, url in incidents
    ]
    return listed(rows, most=5, limit=1800, separator="\n") or fill("none")


def _events(found: CiInFull, links: Links) -> Escaped:
    if found.events is None:
        return fill("NopeSight did not tell")
    rows = [event_row(event, links) for event in found.events.items]
    return listed(rows, most=5, limit=1800, separator="\n", total=found.events.total) or fill("none")


def help_cmdb(usage: Sequence[tuple[str, str]]) -> Message:
    """What `/cmdb` can do: each form with what it is for."""
    lines = [fill("{form}\n{purpose}", form=code(form), purpose=escape(said(purpose))) for form, purpose in usage]
    return Message(joined(lines, "\n"), tuple(blocks.section(text) for text in lines))
