"""What would become of an event, decided once with every reason: for `why`, `simulate` and `rules test`."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidentbot.domain.conditions import Explanation, explain, fields_of
from incidentbot.domain.incident import Incident
from incidentbot.domain.maintenance import Scope, Window
from incidentbot.domain.monitoring import MonitoringEvent, group_key
from incidentbot.domain.policy import Policy
from incidentbot.domain.routing import Route, Rule, matching, routes


@dataclass(frozen=True, slots=True)
class RuleDecision:
    """What a rule says of the event; `silent` is the maintenance window that keeps it from posting."""

    rule: Rule
    explanation: Explanation
    silent: Window | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the decision depends on besides the event: windows in force, and the group's incidents as far as any.

    `unresolved` is the one that the event would join, `lately` one that was resolved so recently that it is reopened.
    """

    windows: Sequence[Window] = ()
    unresolved: Incident | None = None
    lately: Incident | None = None


ALONE = Surroundings()


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of `event`, and why.

    `silenced` is the maintenance window that keeps all of it silent. `creation` explains `create_when`, None where
    nothing becomes an incident by itself. `incident` is the one it joins or reopens; `creates`: it becomes a new one.
    `told` is where it is told besides an incident's card.
    """

    event: MonitoringEvent
    group: str
    group_by: tuple[str, ...]
    silenced: Window | None
    creation: Explanation | None
    incident: Incident | None
    reopens: bool
    creates: bool
    rules: tuple[RuleDecision, ...]
    told: tuple[Route, ...]


def decide_event(event: MonitoringEvent, policy: Policy, around: Surroundings = ALONE) -> Decision:
    """The decision that `take` would carry out, were the event new."""
    seen = fields_of(event)
    creation = explain(policy.create_when, seen) if policy.create_when else None
    silenced = next((one for one in around.windows if one.covers(event)), None) if event.active else None
    live = event.active and silenced is None
    would_create = live and creation is not None and creation.result
    joined = around.unresolved if live else None
    reopened = around.lately if would_create and joined is None else None
    silent = {one.name: one for one in around.windows if one.scope is Scope.RULE}
    rules = tuple(RuleDecision(rule, explain(rule.condition, seen), silent.get(rule.name)) for rule in policy.rules)
    belongs = joined is not None or would_create
    mapped = "" if belongs else policy.channels.get(event.severity, "")
    matched = [rule for rule in matching(event, policy.rules) if rule.name not in silent]
    return Decision(
        event=event,
        group=group_key(event, policy.group_by),
        group_by=policy.group_by,
        silenced=silenced,
        creation=creation,
        incident=joined or reopened,
        reopens=reopened is not None,
        creates=would_create and joined is None and reopened is None,
        rules=rules,
        told=routes(matched, mapped) if live else (),
    )


def tests_of(explanation: Explanation) -> list[Explanation]:
    """The single tests of a condition, with what they saw."""
    if not explanation.parts:
        return [explanation]
    return [test for part in explanation.parts for test in tests_of(part)]


def seen_by(explanation: Explanation) -> str:
    """What a condition's tests saw, in one line: "severity == 'critical' (critical)"."""
    return "; ".join(f"{test.text} ({', '.join(test.values) or 'nothing'})" for test in tests_of(explanation))
