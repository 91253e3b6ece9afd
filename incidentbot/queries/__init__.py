"""What can be asked: plain reads, no change."""

from incidentbot.queries.audit import export_audit, verify_audit
from incidentbot.queries.guarantee import Guarantee, guarantees
from incidentbot.queries.incidents import (
    Page,
    by_thread,
    event,
    events_of,
    find,
    incidents_of_ci,
    list_incidents,
    responders,
    timeline,
    workspace,
)
from incidentbot.queries.operations import (
    EffectsSummary,
    TimersSummary,
    effects_summary,
    inbox_lag,
    inbox_set_aside,
    timers_summary,
)
from incidentbot.queries.permissions import explain_permission, person_named
from incidentbot.queries.stats import stats
from incidentbot.queries.tokens import slack_problems

__all__ = [
    "EffectsSummary",
    "Guarantee",
    "Page",
    "TimersSummary",
    "by_thread",
    "effects_summary",
    "event",
    "events_of",
    "explain_permission",
    "export_audit",
    "find",
    "guarantees",
    "inbox_lag",
    "inbox_set_aside",
    "incidents_of_ci",
    "list_incidents",
    "person_named",
    "responders",
    "slack_problems",
    "stats",
    "timeline",
    "timers_summary",
    "verify_audit",
    "workspace",
]
