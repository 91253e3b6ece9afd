"""What no webhook told is asked for, compared and repaired; what both sides did stays in the timeline."""

from datetime import timedelta
from pathlib import Path

from incidentbot.delivery.claim import Timings
from incidentbot.sandbox.shown import Shown
from tests.functional.stories.running import TIMINGS, Story, story

WATCHFUL = Timings(
    TIMINGS.settle, TIMINGS.lease, poll=TIMINGS.poll, watch=timedelta(seconds=0.2), reconcile=timedelta(hours=1)
)
COMPARING = Timings(
    TIMINGS.settle, TIMINGS.lease, poll=TIMINGS.poll, watch=timedelta(hours=1), reconcile=timedelta(seconds=0.3)
)


def an_incident(s: Story) -> tuple[Shown, str]:
    event = s.nopesight.fire(title="CPU at 98 % on MAIL-01", severity="critical", ci="MAIL-01")
    card = s.slack.expect_message(containing="CPU at 98 %", event_type="incident")
    s.slack.expect_reply(card, containing="#1")
    s.slack.expect_reply(card, containing="#2")
    s.slack.expect_dm("farid", event_type="incident_invitation")
    return card, event.id


def test_without_webhooks_events_are_asked_for_and_go_the_same_way(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, timings=WATCHFUL) as s:
        s.nopesight.webhooks.hold()
        card, event_id = an_incident(s)
        s.slack.advance(1)
        s.nopesight.acknowledge(event_id, by="chloe")
        s.slack.expect_reply(card, containing="Chloé Martin")
        s.nopesight.webhooks.release()
        assert s.nopesight.webhooks.wait_settled()
        assert [reply.payload["kind"] for reply in card.replies()].count("acknowledged") == 1


def test_what_no_webhook_told_is_found_by_comparing_and_the_thread_says_so(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, timings=COMPARING) as s:
        card, event_id = an_incident(s)
        s.nopesight.webhooks.hold()
        s.slack.advance(5)
        s.nopesight.resolve(event_id, by="chloe")
        s.slack.expect_reply(card, containing="Resolved by Chloé Martin")
        s.slack.expect_reply(card, containing="comparing with NopeSight")
        s.slack.expect_edit(card, containing="esolved")


def test_whom_nopesight_assigns_the_event_to_is_invited_like_an_owner(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        card, event_id = an_incident(s)
        s.nopesight.events.update(event_id, assigned_to=s.nopesight.user("chloe"))
        invited = s.slack.expect_dm("chloe", event_type="incident_invitation")
        assert "assignee of" in invited.shown
        s.slack.expect_reply(card, containing="assignee of")


def test_an_event_that_is_gone_counts_as_suppressed(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, timings=COMPARING) as s:
        card, event_id = an_incident(s)
        s.nopesight.webhooks.hold()
        s.slack.advance(5)
        s.nopesight.events.delete(event_id)
        s.slack.expect_reply(card, containing="suppressed")


def test_a_change_on_both_sides_is_won_by_the_later_person_and_both_are_told(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        card, event_id = an_incident(s)
        s.nopesight.webhooks.hold()
        s.nopesight.resolve(event_id, by="chloe")
        s.slack.click(card, "acknowledge_incident", as_="ana")
        s.slack.expect_reply(card, containing="Acknowledged by")
        s.slack.expect_reply(card, containing="Chloé Martin")
        s.nopesight.webhooks.release()
        assert s.nopesight.webhooks.wait_settled()
        s.slack.expect_edit(card, containing="cknowledged by")
        assert [reply.payload["kind"] for reply in card.replies()][2:] == ["acknowledged", "event_updated"]
