"""Notifications of monitoring events and the replies below them, as approved, within Slack's rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.severity import Severity
from incidentbot.domain.templates import parse_template
from incidentbot.domain.workflows import Notice
from incidentbot.render.event_notification import Shown, event_notification, event_reply
from incidentbot.render.message import Links, Message
from incidentbot.render.mrkdwn import user
from incidentbot.render.workflows import notice
from tests.unit.render.samples import ACKNOWLEDGED, ANA, ANN, HOSTILE, LONG, LONGEST, NOON, OPEN
from tests.unit.render.slack_rules import check_message

LINKS = Links("https://nopesight.example/events", "https://nopesight.example/cis")
THREAD = "https://acme.slack.com/archives/C0INCIDENTS/p1737374580000100"
EVENT = MonitoringEvent(
    "nopesight",
    "665f0c1e9b1d",
    "Swap is used on PROD-WEB-01",
    Severity.HIGH,
    EventStatus.OPEN,
    NOON,
    NOON,
    display_id="EVT-1042",
    description="Swap has been in use for ten minutes.",
    origin="zabbix",
    cis=tuple(CiRef(f"ci_{number}", f"PROD-WEB-0{number}", "server") for number in range(1, 8)),
    ai_summary="A worker leaks memory since the last release.",
    recommended_action="Restart the worker, then roll back.",
)
EMPTIEST = MonitoringEvent("alertmanager", "a1", "x", Severity.LOW, EventStatus.OPEN, NOON, NOON)
HOSTILE_EVENT = replace(
    EVENT, title=HOSTILE, description=HOSTILE, origin=HOSTILE, ai_summary=HOSTILE, cis=(CiRef(HOSTILE, HOSTILE),)
)
LONGEST_EVENT = replace(
    EVENT, title=LONG, description=LONG, ai_summary=LONG, recommended_action=LONG, cis=(CiRef(LONG, LONG),) * 100
)
SAID = Notice("#incidents", ("@oncall",), "Checkout answers 502", "")
TEMPLATE = parse_template("*{severity}* {{literal}} on {ci_name}: {title} <!channel> {description}")
SHOWN = {
    "open": Shown(EVENT, links=LINKS),
    "acknowledged": Shown(replace(EVENT, status=EventStatus.ACKNOWLEDGED, actor_name="Ben Okafor"), links=LINKS),
    "resolved": Shown(replace(EVENT, status=EventStatus.RESOLVED), links=LINKS),
    "suppressed": Shown(replace(EVENT, status=EventStatus.SUPPRESSED), links=LINKS),
    "of_incident": Shown(EVENT, ACKNOWLEDGED, THREAD, LINKS, [user("S0ONCALL00")], ["Critical Infrastructure"], 12),
    "templated": Shown(EVENT, links=LINKS, template=TEMPLATE),
    "emptiest": Shown(EMPTIEST),
    "hostile": Shown(HOSTILE_EVENT, LONGEST, HOSTILE, Links(HOSTILE, HOSTILE), rules=[HOSTILE], template=TEMPLATE),
    "longest": Shown(LONGEST_EVENT, LONGEST, THREAD, LINKS, [user("U0ANA00001")] * 100, [LONG] * 50, 10**9, TEMPLATE),
    "longest_title": Shown(LONGEST_EVENT, links=LINKS),
}
MESSAGES: dict[str, Message] = (
    {name: event_notification(shown) for name, shown in SHOWN.items()}
    | {f"{name}_without_blocks": event_notification(shown, use_blocks=False) for name, shown in SHOWN.items()}
    | {
        "reply_acknowledged": event_reply(EVENT, ANN, {"status": "acknowledged", "note": "on it"}),
        "reply_fires_again": event_reply(EVENT, ANN, {"status": "open"}),
        "reply_incident_resolved": event_reply(EVENT, ANA, {"incident": "INC-42", "move": "resolved", "note": LONG}),
        "reply_everything": event_reply(
            EVENT, ANN, {"severity": ["high", "critical"], "title": ["a", "b"], "fields": ["affected CIs", "tags"]}
        ),
        "reply_hostile": event_reply(
            HOSTILE_EVENT, ANN, {"severity": [HOSTILE, HOSTILE], "title": [HOSTILE, HOSTILE], "fields": [HOSTILE]}
        ),
        "reply_emptiest": event_reply(EMPTIEST, ANN, {}),
        "notice": notice(SAID, "Incident Response", [user("S0ONCALL00")], OPEN, THREAD),
        "notice_of_no_incident": notice(replace(SAID, message="Please look"), "Incident Response", [], None, ""),
        "notice_hostile": notice(
            replace(SAID, title=HOSTILE, message=HOSTILE), HOSTILE, [user(HOSTILE)], LONGEST, HOSTILE
        ),
        "notice_longest": notice(
            replace(SAID, title=LONG, message=LONG), LONG, [user("U0ANA00001")] * 50, LONGEST, THREAD
        ),
        "notice_emptiest": notice(Notice("#incidents", (), "", ""), "", [], None, ""),
    }
)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_reads_as_approved(name: str, snapshot: SnapshotAssertion) -> None:
    message = MESSAGES[name]
    assert {"text": str(message.text), "blocks": list(message.blocks)} == snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_the_message(name: str) -> None:
    check_message(MESSAGES[name])


def test_a_template_puts_each_value_in_once_and_makes_no_mention() -> None:
    text = event_notification(SHOWN["templated"]).text
    assert text.startswith("*high* {literal} on PROD-WEB-01, ")
    assert "&lt;!channel&gt;" in text
    nested = replace(EVENT, title="{severity} {{x}}", occurred_at=NOON + timedelta(0))
    assert "{severity} {{x}}" in event_notification(Shown(nested, template=parse_template("{title}"))).text
