"""The small grammar for questions in words: what it covers, and that nothing else is guessed at."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.domain.lifecycle import State
from incidentbot.domain.questions import EXAMPLES, LONGEST, Asked, read_question
from incidentbot.domain.severity import Severity

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
UNRESOLVED = (State.OPEN, State.ACKNOWLEDGED)
WORDS = (
    "open critical events incidents of on for the who owns what happened yesterday last 3 days inc-4 nopesight show all"
)


@pytest.mark.parametrize(
    ("question", "asked"),
    (
        ("open critical events", Asked("events", severity=Severity.CRITICAL, states=UNRESOLVED)),
        ("Which critical events are open?", Asked("events", severity=Severity.CRITICAL, states=UNRESOLVED)),
        ("open events on PROD-WEB-01", Asked("events", "PROD-WEB-01", states=UNRESOLVED)),
        ("incidents of the checkout service", Asked("incidents", "checkout service")),
        ("list acknowledged incidents", Asked("incidents", states=(State.ACKNOWLEDGED,))),
        ("what is open", Asked("incidents", states=UNRESOLVED)),
        ("What's wrong?", Asked("incidents", states=UNRESOLVED)),
        ("what is going on", Asked("incidents", states=UNRESOLVED)),
        ("who owns PROD-WEB-01?", Asked("owners", "PROD-WEB-01")),
        ("Who is responsible for the payments API", Asked("owners", "payments API")),
        ("what depends on PROD-DB-01", Asked("depends", "PROD-DB-01")),
        ("who has INC-42", Asked("incident", number=42)),
        ("how is NopeSight doing", Asked("system")),
        ("please help", Asked("help")),
    ),
)
def test_a_common_question_is_understood(question: str, asked: Asked) -> None:
    assert read_question(question, NOW) == asked


def test_days_are_those_of_the_person_who_asks() -> None:
    for tz, since in (
        ("UTC", datetime(2026, 3, 2, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 1, 23, tzinfo=UTC)),
    ):
        asked = read_question("what happened yesterday", NOW, tz)
        assert asked is not None
        assert asked.period is not None
        assert asked.period.since == since


def test_an_unknown_time_zone_is_no_reason_not_to_answer() -> None:
    assert read_question("what happened yesterday", NOW, "../../etc/passwd") is not None


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_that_people_are_shown_is_understood(example: str) -> None:
    assert read_question(example, NOW) is not None


@pytest.mark.parametrize(
    "question", ("", "?", "tell me a joke", "acknowledge EVT-1", "drop table incidents", "x" * 999)
)
def test_anything_else_is_not_guessed_at(question: str) -> None:
    assert read_question(question, NOW) is None


@settings(max_examples=60)
@given(st.one_of(st.text(max_size=LONGEST), st.lists(st.sampled_from(WORDS.split()), max_size=40).map(" ".join)))
def test_no_text_is_too_much_for_it(text: str) -> None:
    asked = read_question(text, NOW)
    assert asked is None or isinstance(asked, Asked)
