"""A message that is edited stays the one that it was: its twin is found by the id that both were posted with."""

from pathlib import Path

from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from tests.functional.delivery.places import cards, hide_until_a_twin_comes, rows, settled
from tests.functional.stories.running import Story, story

POST = "chat.postMessage"


def acknowledged(s: Story) -> bool:
    return [shown.payload["state"] for shown in cards(s.slack)] == ["acknowledged"]


def notifications(s: Story) -> list[Shown]:
    return [shown for shown in s.slack.history("#alerts") if shown.event_type == "nopesight_event"]


def test_an_edit_keeps_the_id_of_the_post(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        s.slack.slash("/incident", "create Broken", as_="ana")
        posted = s.slack.wait_until(lambda: [shown.payload["effect"] for shown in cards(s.slack)], what="the card")
        s.slack.slash("/incident", "ack INC-1", as_="ana")
        s.slack.wait_until(lambda: acknowledged(s), what="the edit")
        settled(s)
        assert [shown.payload["effect"] for shown in cards(s.slack)] == posted
        s.slack.ignore(lambda _shown: True)


def test_an_edited_notification_keeps_the_id_of_its_post_too(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        event = s.nopesight.fire(title="Disk at 91 %", severity="high", ci="PROD-WEB-01")
        (told,) = s.slack.wait_until(lambda: notifications(s), what="the notification")
        posted = told.payload["effect"]
        s.nopesight.update(event.id, title="Disk at 97 %")
        s.slack.wait_until(lambda: "97 %" in notifications(s)[0].shown, what="the edit")
        settled(s)
        assert [shown.payload["effect"] for shown in notifications(s)] == [posted]
        s.slack.ignore(lambda _shown: True)


def test_the_twin_of_a_card_that_was_edited_meanwhile_goes(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        hide_until_a_twin_comes(s, times=1)
        s.slack.server.platform.faults.add(Fault(FaultKind.LOST_REPLY, POST, times=1))
        s.slack.slash("/incident", "create Broken", as_="ana")
        s.slack.wait_until(lambda: len(cards(s.slack)) == 2, what="a twin")
        s.slack.slash("/incident", "ack INC-1", as_="ana")
        s.slack.wait_until(lambda: acknowledged(s), what="one card, edited")
        settled(s)
        assert acknowledged(s)
        assert not rows(s, outcome="parked")
        s.slack.ignore(lambda _shown: True)
