"""/incident why and simulate: the reasons of decisions, made or to be made."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from incidentbot.domain.decision import Decision
from incidentbot.domain.foreign_fields import as_word
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.nopesight_event import SEVERITIES, STATUSES
from incidentbot.domain.refusals import BadField, BadOption, MissingArgument, Refused
from incidentbot.domain.severity import Severity
from incidentbot.languages import phrase
from incidentbot.queries.decisions import Reasons, simulate, simulate_known, why
from incidentbot.render.decision import explained, simulation
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.slash_commands.commands import Simulate, Why
from incidentbot.slack.slash_commands.request import SlashRequest

_FACT: Final = re.compile(r"""(?P<name>[A-Za-z_]+)=(?:"(?P<quoted>[^"]*)"|(?P<plain>\S*))""")
_TEXTS: Final = ("title", "category", "service", "environment", "department", "hostname", "correlation_id")


async def why_answer(request: SlashRequest, typed: Why) -> Message:
    """Why the incident is as it is."""
    found = await request.parts.store.ask(why, request.asker.team_id, typed.ref)
    return explained(found) if isinstance(found, Reasons) else refusal(found)


async def simulate_answer(request: SlashRequest, typed: Simulate) -> Message:
    """What an event would do."""
    store, team_id = request.parts.store, request.asker.team_id
    if "=" not in typed.text:
        known = await store.ask(simulate_known, team_id, typed.text)
        return simulation(known) if isinstance(known, Decision) else refusal(known)
    try:
        event = read_event(typed.text, _blank(request), usage=typed.usage)
    except Refused as refused:
        return refusal(refused.refusal)
    return simulation(await store.ask(simulate, team_id, event))


def _blank(request: SlashRequest) -> MonitoringEvent:
    now = request.parts.now()
    event = MonitoringEvent("nopesight", "simulated", "", Severity.MEDIUM, EventStatus.OPEN, now, now)
    return replace(event, title="A simulated event")


def read_event(text: str, blank: MonitoringEvent, *, usage: str) -> MonitoringEvent:
    """`blank` with the facts that `text` names: severity=critical ci_name="PROD WEB". Refused where one is unknown."""
    facts: dict[str, Any] = {}
    ci = {"name": "", "type": ""}
    for found in _FACT.finditer(text):
        name, value = found["name"].lower(), found["quoted"] if found["quoted"] is not None else found["plain"]
        if name in {"ci_name", "ci_type"}:
            ci[name.removeprefix("ci_")] = value
        elif name in _READERS:
            facts.update(_READERS[name](value))
        else:
            raise Refused(BadOption(f"{name}="[:80], usage))
    left = _FACT.sub("", text).strip()
    if left:
        raise Refused(BadOption(left[:80], usage))
    if not facts and not any(ci.values()):
        raise Refused(MissingArgument(phrase("a fact of the event"), usage))
    cis = (CiRef(ci["name"] or "simulated", ci["name"], as_word(ci["type"])),) if any(ci.values()) else ()
    return replace(blank, **facts, cis=cis)


def _severity(value: str) -> dict[str, Any]:
    if as_word(value) not in SEVERITIES:
        raise Refused(BadField("severity", "unknown", value=value[:80], choices=tuple(SEVERITIES)))
    return {"severity": SEVERITIES[as_word(value)]}


def _status(value: str) -> dict[str, Any]:
    if as_word(value) not in STATUSES:
        raise Refused(BadField("status", "unknown", value=value[:80], choices=tuple(STATUSES)))
    return {"status": STATUSES[as_word(value)]}


def _text(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda value: {name: as_word(value) if name == "category" else value[:250]}


_READERS: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "severity": _severity,
    "status": _status,
    "source": lambda value: {"origin": value[:250]},
    "tags": lambda value: {"tags": tuple(tag.strip() for tag in value.split(",") if tag.strip())},
    **{name: _text(name) for name in _TEXTS},
}
