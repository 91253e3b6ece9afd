"""NopeSight's bad days: the incident moves at once, and what NopeSight does not know yet is seen and told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from incidentbot.domain.people import Actor, Source
from incidentbot.queries import inbox_lag
from incidentbot.sandbox.nopesight import Event
from incidentbot.sandbox.shown import Shown
from incidentbot.usecases.park import park
from tests.functional.delivery.places import cards, rows, settled, told
from tests.functional.stories.running import Story, story, wait_for

CONFIG = "incidents:\n  show_lag_after: 1s\n"
OPERATION = "set_event_status"


def begun(s: Story) -> tuple[Event, Shown]:
    event = s.nopesight.fire(title="Disk full on PROD-WEB-01", severity="critical", ci="PROD-WEB-01")
    s.slack.wait_until(lambda: [len(card.replies()) for card in cards(s.slack)] == [2], what="card and thread")
    settled(s)
    return event, cards(s.slack)[0]


def kinds(card: Shown) -> list[str]:
    return [reply.payload["kind"] for reply in card.replies()]


def resolve(s: Story) -> None:
    s.slack.slash("/incident", "resolve INC-1 restarted", as_="ana")


def status_of(s: Story, event: Event) -> str:
    return s.nopesight.events.get(event.id).status


WEATHER: dict[str, Callable[[Story], int | None]] = {
    "down": lambda s: s.nopesight.faults.down(OPERATION),
    "broken": lambda s: s.nopesight.faults.status(500, OPERATION, times=None),
    "refusing": lambda s: s.nopesight.faults.revoke_token(),
    "absent": lambda s: s.nopesight.faults.status(404, OPERATION, code="NOT_FOUND", times=None),
}


@pytest.mark.parametrize("weather", WEATHER)
def test_what_nopesight_cannot_be_told_is_shown_until_it_knows(sqlite_url: str, tmp_path: Path, weather: str) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG) as s:
        event, card = begun(s)
        WEATHER[weather](s)
        resolve(s)
        s.slack.wait_until(lambda: "Resolved" in card.shown, what="the incident to be resolved at once")
        s.slack.wait_until(lambda: "sync_failed" in kinds(card), what="the thread to say so")
        s.slack.wait_until(lambda: "Not yet synced" in card.shown, what="the card to say so")
        assert status_of(s, event) != "resolved"
        s.nopesight.faults.clear()
        s.slack.wait_until(lambda: "sync_recovered" in kinds(card), what="the thread to say that it is over")
        settled(s)
        assert status_of(s, event) == "resolved"
        assert "synced" not in card.shown
        assert (kinds(card).count("sync_failed"), kinds(card).count("sync_recovered")) == (1, 1)
        told(s)


def test_an_event_that_nopesight_forgot_is_tried_until_a_person_gives_it_up(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, config=CONFIG) as s:
        _, card = begun(s)
        s.nopesight.faults.absent(OPERATION)
        resolve(s)
        s.slack.wait_until(lambda: "Not yet synced" in card.shown, what="the card to say so")
        (waiting,) = [row for row in rows(s, kind="event_status") if row.finished_at is None]
        wait_for(lambda: _parked(s, waiting.id), "it to be given up between two tries")
        s.slack.wait_until(lambda: "not tried any more" in card.shown, what="the card to say that it was given up")
        settled(s)
        told(s)


def _parked(s: Story, effect: str) -> bool:
    found = [row for row in rows(s, id=effect) if row.outcome == "parked"]
    if not found and not [row for row in rows(s, id=effect) if row.lease]:
        team = s.slack.workspace.team_id
        park(s.service.store, team, Actor(Source.CLI, name="cli"), effect, "the event was deleted")
    return bool(found)


def test_a_call_that_can_never_succeed_is_given_up_at_once_and_shown(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        _, card = begun(s)
        s.nopesight.faults.status(400, OPERATION, code="VALIDATION_ERROR")
        resolve(s)
        s.slack.wait_until(lambda: "not tried any more" in card.shown, what="the card to say so")
        s.slack.wait_until(lambda: "sync_failed" in kinds(card), what="the thread to say so")
        settled(s)
        assert [row.kind for row in rows(s, outcome="parked")] == ["event_status"]
        told(s)


def test_a_conflict_means_that_they_are_further(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        _, card = begun(s)
        s.nopesight.faults.status(409, OPERATION, code="CONFLICT")
        resolve(s)
        s.slack.wait_until(lambda: kinds(card)[-1] == "resolved", what="the incident to be resolved")
        settled(s)
        assert not rows(s, outcome="parked")
        assert "sync_failed" not in kinds(card)
        told(s)


def test_a_short_hiccup_is_no_news(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        event, card = begun(s)
        s.nopesight.faults.script(OPERATION, 500, 503)
        s.nopesight.faults.slow(0.5, OPERATION, times=1)
        resolve(s)
        assert s.nopesight.wait_for(lambda: status_of(s, event) == "resolved")
        s.slack.wait_until(lambda: kinds(card)[-1] == "resolved", what="the entry")
        settled(s)
        assert "sync_failed" not in kinds(card)
        assert "synced" not in card.shown
        told(s)


def test_the_echo_of_our_own_change_is_no_news_however_often_and_late_it_comes(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path) as s:
        event, card = begun(s)
        s.nopesight.webhooks.mischief.copies, s.nopesight.webhooks.mischief.shuffled = 3, True
        s.nopesight.webhooks.hold()
        s.slack.slash("/incident", "ack INC-1", as_="ana")
        assert s.nopesight.wait_for(lambda: status_of(s, event) == "acknowledged")
        resolve(s)
        assert s.nopesight.wait_for(lambda: status_of(s, event) == "resolved")
        s.nopesight.webhooks.release()
        assert s.nopesight.wait_for(lambda: all(one.settled for one in s.nopesight.webhooks.deliveries()))
        wait_for(lambda: inbox_lag(s.service.store) == 0, "every delivery to be folded")
        settled(s)
        assert kinds(card) == ["created", "owner_invited", "acknowledged", "resolved"]
        assert len(s.nopesight.calls(OPERATION)) == 2
        told(s)
