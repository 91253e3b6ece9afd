"""Every decision about an event can be asked for: why it was taken, and what it would be."""

from pathlib import Path

from tests.functional.stories.running import story

CONFIG = """
integrations:
  slack:
    notification_rules:
      - name: Critical servers
        condition: "severity == 'critical' AND ci_type == 'server'"
        channel: "#infrastructure-critical"
        mentions: ["@oncall"]
      - name: Security
        condition: "category == 'security'"
        channel: "#security-alerts"
permissions:
  default: admin
"""


def test_why_and_simulate_name_rules_conditions_groups_owners_and_windows(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, config=CONFIG) as s:
        s.nopesight.fire(title="Kernel panic on PROD-DB-01", severity="critical", ci="PROD-DB-01")
        card = s.slack.expect_message(channel="#incidents", event_type="incident")
        s.slack.expect_reply(card, containing="#1")
        s.slack.expect_dm("dmitri", containing="INC-1")
        s.slack.expect_reply(card, containing="#2")
        s.slack.slash("/incident", "why INC-1", as_="ana")
        told = s.slack.expect_ephemeral("ana", containing="create_when")
        for part in (
            "severity == 'critical' (critical)",
            "ci:ci_db_01",
            "Critical servers",
            "saw database",
            "owner of",
            "known by",
        ):
            assert part in told.shown
        s.slack.slash("/incident", "simulate severity=critical ci_type=Server ci_name=PROD-WEB-01", as_="ana")
        told = s.slack.expect_ephemeral("ana", containing="Simulation")
        assert "#infrastructure-critical" in told.shown
        assert "a new one" in told.shown
        s.slack.slash("/incident", "simulate severity=high category=security title=“Port scan”", as_="ana")
        told = s.slack.expect_ephemeral("ana", containing="Simulation")
        assert "#alerts" in told.shown
        assert "#security-alerts" in told.shown
        for wrong in (
            "simulate",
            "simulate severity=sev1",
            "simulate colour=red",
            "simulate no-such-event",
            "why INC-9",
        ):
            s.slack.slash("/incident", wrong, as_="ana")
            s.slack.expect_ephemeral("ana", where=lambda shown: "Simulation" not in shown.shown)


def test_maintenance_is_ordered_kept_and_summed_up(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG) as s:
        s.slack.slash("/nopesight", "maintenance start ci PROD-DB-01 for 2h new kernel", as_="ana")
        s.slack.expect_ephemeral("ana", containing="Maintenance 1")
        event = s.nopesight.fire(title="Restart of PROD-DB-01", severity="critical", ci="PROD-DB-01")
        s.nopesight.fire(title="Swap on PROD-WEB-01", severity="major", ci="PROD-WEB-01")
        s.slack.expect_message(channel="#alerts", containing="Swap")
        s.slack.slash("/nopesight", "maintenance", as_="ana")
        s.slack.expect_ephemeral("ana", containing="PROD-DB-01")
        s.slack.slash("/incident", f"simulate {event.id}", as_="ana")
        s.slack.expect_ephemeral("ana", containing="keeps it silent")
        for wrong in (
            "start ci for 2h",
            "start thing X for 2h",
            "start rule Nothing for 2h",
            "start ci X for 99w",
            "end 7",
        ):
            s.slack.slash("/nopesight", f"maintenance {wrong}", as_="ana")
            s.slack.expect_ephemeral("ana")
        s.slack.slash("/nopesight", "maintenance end 1", as_="ana")
        s.slack.expect_ephemeral("ana", containing="is over")
        s.slack.expect_message(channel="#alerts", containing="1 event was kept silent", event_type="maintenance")
        card = s.slack.expect_message(channel="#incidents", containing="Restart of PROD-DB-01")
        s.slack.wait_until(lambda: len(card.replies()) == 2)
        s.slack.expect_dm("dmitri")
        s.slack.ignore(lambda shown: shown.event_type == "incident_timeline")
