"""Questions in words: by NopeSight's AI where it answers, by our own grammar where it does not, never by guessing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from incidentbot.sandbox.shown import Shown
from tests.functional.stories.running import Story, story


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[Story]:
    with story(sqlite_url, tmp_path) as s:
        yield s


def asked(s: Story, question: str, *, as_: str = "ana", channel: str = "#incidents") -> Shown:
    s.slack.say(f"nopesight {question}", as_=as_, channel=channel)
    return s.slack.expect_message(channel=channel, event_type="answer")


def answered(s: Story, message: Shown, told: str) -> None:
    s.slack.wait_until(lambda: told in message.shown, what=told)


def an_incident(s: Story) -> Shown:
    s.nopesight.fire(title="CPU at 98 % on MAIL-01", severity="critical", ci="MAIL-01", service="Post office")
    card = s.slack.expect_message(containing="CPU at 98 %", event_type="incident")
    s.slack.expect_reply(card, containing="#1")
    s.slack.expect_reply(card, containing="#2")
    s.slack.expect_dm("farid", event_type="incident_invitation")
    return card


def test_the_ai_answers_in_place_of_the_thinking(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        s.nopesight.faults.slow(0.5, "ask")
        message = asked(s, "who owns PROD-WEB-01?")
        assert "Thinking" in message.shown
        s.slack.expect_edit(message, containing="is owned by Ben Okafor")
        assert "AI" in message.shown
        told = s.nopesight.calls("ask")[0].body
        assert told["query"] == "who owns PROD-WEB-01?"
        assert told["context"]["user"] == "U0ANA00001"


def test_a_direct_message_is_a_question(running: Story) -> None:
    running.slack.write_to_app("tell me about PROD-WEB-01", as_="ana")
    message = running.slack.expect_dm("ana", event_type="answer")
    running.slack.wait_until(lambda: "PROD-WEB-01 (server) is" in message.shown, what="the answer")


def test_a_question_in_a_thread_is_answered_there(running: Story) -> None:
    root = running.slack.say("something is slow", as_="ana", channel="#incidents")
    running.slack.say("nopesight what about PROD-WEB-01", as_="ana", thread=root)
    running.slack.expect_reply(root, event_type="answer")


def test_data_is_shown_as_a_table(running: Story) -> None:
    running.nopesight.fire(title="Disk of MAIL-01 fills up", severity="warning", ci="MAIL-01")
    running.slack.expect_message(channel="#alerts", event_type="nopesight_event")
    message = asked(running, "which events are there")
    running.slack.expect_edit(message, containing="Disk of MAIL-01 fills up")


COMMON = (
    ("open critical events", "CPU at 98 %"),
    ("open incidents of mail-01", "INC-1"),
    ("open incidents of post office", "INC-1"),
    ("open incidents of checkout", "No unresolved incidents"),
    ("what happened today", "1 new incident, none of them resolved"),
    ("what about INC-1", "Nobody has it yet"),
    ("who owns prod-web-01", "Ben Okafor"),
    ("what depends on PROD-DB-01", "2 steps"),
    ("how is NopeSight", "operational"),
    ("who owns no-such-thing", "knows no configuration item"),
    ("tell me a joke", "I understand questions such as these"),
)


def test_without_an_ai_the_common_questions_are_answered_all_the_same(running: Story) -> None:
    running.nopesight.faults.absent("ask")
    an_incident(running)
    for question, told in COMMON:
        running.slack.write_to_app(question, as_="ana")
        message = running.slack.expect_dm("ana", event_type="answer")
        answered(running, message, told)
        assert "no AI that answers" in message.shown


def test_a_busy_ai_is_not_waited_for(running: Story) -> None:
    running.nopesight.faults.rate_limit("ask")
    message = asked(running, "how is NopeSight")
    running.slack.wait_until(lambda: "operational" in message.shown, what="the answer")
    assert "busy" in message.shown
    assert "Reference" in message.shown


def test_without_nopesight_its_questions_are_answered_by_why_not(running: Story) -> None:
    running.nopesight.faults.down()
    message = asked(running, "who owns PROD-WEB-01")
    running.slack.wait_until(lambda: "does not answer" in message.shown, what="the reason")
    assert "Reference" in message.shown


def test_a_proposal_is_done_only_when_somebody_confirms_it(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        card = an_incident(s)
        event = s.nopesight.events.all()[-1]
        message = asked(s, f"acknowledge {event.event_id}")
        s.slack.wait_until(lambda: "confirm_proposal" in message.action_ids, what="the proposal")
        assert s.nopesight.events.get(event.id).status == "open"
        s.slack.click(message, "confirm_proposal", as_="ben")
        s.slack.expect_edit(message, containing="Confirmed by")
        assert "confirm_proposal" not in message.action_ids
        s.slack.expect_reply(card, containing="Acknowledged")
        assert s.nopesight.wait_for(lambda: s.nopesight.events.get(event.id).status == "acknowledged")


def test_a_proposal_that_is_dismissed_is_not_done(running: Story) -> None:
    an_incident(running)
    event = running.nopesight.events.all()[-1]
    message = asked(running, f"resolve {event.event_id}")
    running.slack.wait_until(lambda: "dismiss_proposal" in message.action_ids, what="the proposal")
    running.slack.click(message, "dismiss_proposal", as_="ana")
    running.slack.expect_edit(message, containing="Dismissed by")
    assert running.nopesight.events.get(event.id).status == "open"


def test_what_people_say_among_themselves_is_none_of_ours(running: Story) -> None:
    running.slack.say("is nopesight down again?", as_="ana", channel="#incidents")
    running.slack.say("<!channel> who owns this", as_="ana", channel="#incidents")
    message = asked(running, "help")
    assert len(running.nopesight.calls("ask")) <= 1
    assert message.event_type == "answer"


def test_a_viewer_may_ask_but_not_have_it_done(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text("permissions:\n  default: viewer\n")
    with story(sqlite_url, tmp_path, extra={"INCIDENTBOT_CONFIG": str(tmp_path / "roles.yaml")}) as s:
        an_incident(s)
        event = s.nopesight.events.all()[-1]
        message = asked(s, f"acknowledge {event.event_id}", as_="ben")
        s.slack.wait_until(lambda: "confirm_proposal" in message.action_ids, what="the proposal")
        s.slack.click(message, "confirm_proposal", as_="ben")
        s.slack.expect_ephemeral("ben", containing="acknowledge")
        assert s.nopesight.events.get(event.id).status == "open"
        assert "confirm_proposal" in message.action_ids
