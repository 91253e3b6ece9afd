"""Where the operator wants it, an incident that began in Slack is an event in NopeSight too, and stays in step."""

from pathlib import Path

import pytest

from incidentbot.sandbox.nopesight import Event
from incidentbot.sandbox.shown import Shown
from tests.functional.delivery.places import cards, settled, told
from tests.functional.stories.running import Story, story, wait_for

CONFIG = """
integrations:
  nopesight: {tell_incidents: true}
incidents:
  show_lag_after: 1s
"""


def begun(s: Story) -> Shown:
    s.slack.slash("/incident", "create The lift is stuck --severity critical --ci PROD-WEB-01", as_="ana")
    s.slack.wait_until(lambda: cards(s.slack), what="the card")
    return cards(s.slack)[0]


def made(s: Story) -> list[Event]:
    return [event for event in s.nopesight.events.all() if event.source == "slack"]


@pytest.mark.parametrize("lost", (0, 1), ids=("at once", "the answer is lost"))
def test_it_is_one_event_there_that_both_sides_move(database_url: str, tmp_path: Path, lost: int) -> None:
    with story(database_url, tmp_path, config=CONFIG) as s:
        if lost:
            s.nopesight.faults.lose_replies("ingest_event", times=lost)
        card = begun(s)
        s.slack.wait_until(lambda: "View event" in card.shown, what="the card to lead to the event")
        settled(s)
        (event,) = made(s)
        assert (event.title, event.source_id) == ("The lift is stuck", f"{s.slack.workspace.team_id}/INC-1")
        s.nopesight.acknowledge(event.id, by="chloe")
        s.slack.wait_until(lambda: "Acknowledged by Chloé Martin" in card.shown, what="the card to show it")
        s.slack.slash("/incident", "resolve INC-1 rescued", as_="ana")
        wait_for(lambda: s.nopesight.events.get(event.id).status == "resolved", "NopeSight to know it")
        settled(s)
        assert s.nopesight.webhooks.wait_settled()
        assert len(cards(s.slack)) == 1
        assert made(s) == [event]
        kinds = [reply.payload["kind"] for reply in card.replies()]
        assert [kind for kind in kinds if kind != "owner_invited"] == ["created", "acknowledged", "resolved"]
        s.slack.leave()
        told(s)


def test_a_nopesight_that_takes_no_events_disturbs_nobody(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG) as s:
        s.nopesight.faults.absent("ingest_event")
        card = begun(s)
        settled(s)
        assert made(s) == []
        assert "sync_failed" not in [reply.payload["kind"] for reply in card.replies()]
        s.slack.leave()
        told(s)


def test_what_nopesight_has_not_heard_of_yet_is_shown_and_told_when_it_is_back(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG) as s:
        s.nopesight.faults.down("ingest_event")
        card = begun(s)
        s.slack.wait_until(lambda: "NopeSight does not know that this is open" in card.shown, what="the card to say so")
        s.slack.slash("/incident", "resolve INC-1 rescued", as_="ana")
        s.slack.wait_until(lambda: "Resolved by" in card.shown, what="the incident to be resolved at once")
        s.nopesight.faults.clear()
        wait_for(lambda: [event.status for event in made(s)] == ["resolved"], "NopeSight to know both")
        settled(s)
        assert "Not yet synced" not in card.shown
        s.slack.leave()
        told(s)
