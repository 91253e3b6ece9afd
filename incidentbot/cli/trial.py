"""Events out of a file, and what would become of them, for the terminal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.conditions import Explanation
from incidentbot.domain.decision import Decision, tests_of
from incidentbot.domain.event_sources.alertmanager import LIMITS, read_alerts
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.nopesight_event import read_event
from incidentbot.domain.policy import Policy
from incidentbot.domain.routing import Route
from incidentbot.domain.strict_json import BadJson, read_json
from incidentbot.render.decision import decided
from incidentbot.render.event_notification import Shown, event_notification
from incidentbot.render.mrkdwn import escape
from incidentbot.render.plain import words

_NAMELESS: Final = {"id": "trial"}


class NoEvent(ValueError):
    """The file holds no event that can be read; the message says what is wrong."""


def read_events(body: bytes, now: datetime) -> tuple[MonitoringEvent, ...]:
    """The events in `body`; one without an id or a time gets one, so that a few lines are enough to try a rule."""
    try:
        raw = fields.mapping_in(read_json(body, LIMITS), "the file")
        if isinstance(raw.get("alerts"), list):
            return read_alerts(body)
        inner = fields.nested(raw, "data")
        event = fields.nested(inner or raw, "event") or raw
        return (read_event({**_NAMELESS, **event}, happened_at=now),)
    except (BadJson, BadShape) as error:
        raise NoEvent(str(error)) from error


def as_lines(decision: Decision, policy: Policy) -> list[str]:
    """The decision, then each notification as it would read."""
    shown = [words(line) for line in decided(decision)]
    for route in decision.told:
        shown += ["", f"In {route.channel}:", *(f"  {line}" for line in _preview(decision, route, policy).splitlines())]
    return shown


def as_facts(decision: Decision, policy: Policy) -> dict[str, Any]:
    """The same for programs."""
    return {
        "event": decision.event.display_id or decision.event.event_id,
        "group": decision.group,
        "becomes_incident": decision.creates,
        "incident": decision.incident.reference if decision.incident else None,
        "reopens": decision.reopens,
        "silenced_by": decision.silenced.number if decision.silenced else None,
        "create_when": _condition(decision.creation) if decision.creation else None,
        "rules": [
            {"name": one.rule.name, "matches": one.explanation.result, **_condition(one.explanation)}
            for one in decision.rules
        ],
        "told": [
            {
                "channel": route.channel,
                "rules": list(route.rules),
                "mentions": list(route.mentions),
                "verbosity": route.verbosity.value,
                "text": _preview(decision, route, policy),
            }
            for route in decision.told
        ],
    }


def _preview(decision: Decision, route: Route, policy: Policy) -> str:
    named = [rule for rule in map(policy.rule, route.rules) if rule]
    template = next((rule.template for rule in named if rule.template), None)
    mentions = [escape(name, 80) for name in route.mentions]
    shown = Shown(decision.event, mentions=mentions, rules=route.rules, template=template)
    return words(event_notification(shown, use_blocks=False).text)


def _condition(explanation: Explanation) -> Mapping[str, Any]:
    tests = [{"test": one.text, "saw": list(one.values), "holds": one.result} for one in tests_of(explanation)]
    return {"condition": explanation.text, "holds": explanation.result, "tests": tests}
