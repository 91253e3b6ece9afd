"""NopeSight's AI: a few questions that it understands, and an honest answer to all others."""

import re
from typing import Any

from incidentbot.sandbox.nopesight.cmdb import Cmdb
from incidentbot.sandbox.nopesight.events import Events
from incidentbot.sandbox.nopesight.records import Ci, Event
from incidentbot.sandbox.nopesight.refusals import Refused

_DOES = {"acknowledge": "acknowledge_event", "resolve": "resolve_event"}


class Answers:
    """Answers questions about events and CIs: text, data, or an action that somebody has to confirm."""

    def __init__(self, events: Events, cmdb: Cmdb) -> None:
        self._events = events
        self._cmdb = cmdb

    def answer(self, query: str) -> dict[str, Any]:
        """The answer to one question."""
        asked = query.casefold()
        action = re.search(r"\b(acknowledge|resolve)\b.*\b(evt-\d+|[0-9a-f]{24})\b", asked)
        if action:
            # The number is written in capitals, the id as it is.
            return self._action(action[1], action[2].replace("evt-", "EVT-"))
        if "event" in asked:
            return self._events_table(asked)
        ci = self._named(asked)
        if ci is not None:
            return self._owners(ci) if "own" in asked else self._about(ci)
        if "server" in asked:
            return _data("server", [[one.name, one.status] for one in self._cmdb.search("", "server", "")])
        return {
            "type": "text",
            "answer": "I can tell you about open events, about a configuration item by its name, and about its owners.",
        }

    def _action(self, verb: str, number: str) -> dict[str, Any]:
        try:
            event = self._events.get(number)
        except Refused:
            return {"type": "text", "answer": f"There is no event {number}."}
        action = {
            "id": f"act_{event.id}",
            "name": _DOES[verb],
            "description": f"{verb.capitalize()} {number}: {event.title}",
            "parameters": {"eventId": event.id},
            "risk": "low",
        }
        return {"type": "action", "answer": f"I can {verb} {number}.", "action": action}

    def _events_table(self, asked: str) -> dict[str, Any]:
        severity = next((word for word in ("critical", "major", "minor", "warning", "info") if word in asked), "")
        found = self._events.find({"status": "open,acknowledged", "severity": severity}, None, None, None)
        rows = [[one.event_id, one.severity, one.status, one.title] for one in found]
        told = _data("event", rows[:50])
        told["data"] = {"columns": ["event", "severity", "status", "title"], "rows": rows[:50], "total": len(rows)}
        return told

    def _named(self, asked: str) -> Ci | None:
        return next((ci for ci in self._cmdb.all() if ci.name.casefold() in asked), None)

    def _owners(self, ci: Ci) -> dict[str, Any]:
        names = ", ".join(one.name for one, _ in ci.owners) or "nobody"
        return {"type": "text", "answer": f"{ci.name} is owned by {names}."}

    def _about(self, ci: Ci) -> dict[str, Any]:
        alive = [one for one in self._events.all() if ci.id in one.ci_ids and one.status != "resolved"]
        told = f"{ci.name} ({ci.type}) is {ci.status}; {_count(len(alive), 'event')} not resolved."
        return {"type": "text", "answer": told}


def analysis_of(event: Event, cis: list[Ci]) -> tuple[str, str]:
    """What the AI makes of a severe event: a summary and a recommended action."""
    where = ", ".join(ci.name for ci in cis) or event.hostname or "an unknown host"
    summary = f"{event.title}: {where} deviates strongly from the last 30 days."
    return summary, "Check recent deployments, then restart the service." if cis else "Find out which host this is."


def _data(noun: str, rows: list[list[str]]) -> dict[str, Any]:
    data = {"columns": ["name", "status"], "rows": rows, "total": len(rows)}
    return {"type": "data", "answer": _count(len(rows), noun), "data": data}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
