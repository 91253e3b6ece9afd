"""How often somebody may ask: so many at once, and one more every few seconds."""

from datetime import UTC, datetime, timedelta

import pytest

from incidentbot.web import allowance
from incidentbot.web.allowance import Allowance

NOW = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_so_many_may_at_once_and_one_more_every_few_seconds() -> None:
    asked = Allowance(3, timedelta(seconds=2))
    assert [asked.seconds_to_wait("here", NOW) for _ in range(5)] == [0, 0, 0, 2, 2]
    assert [asked.seconds_to_wait("here", after(2)) for _ in range(2)] == [0, 2]
    assert asked.seconds_to_wait("here", after(3)) == 1


def test_what_somebody_used_comes_back_and_no_more_than_that() -> None:
    asked = Allowance(3, timedelta(seconds=2))
    assert [asked.seconds_to_wait("here", NOW) for _ in range(4)][-1] > 0
    assert [asked.seconds_to_wait("here", after(3_600)) for _ in range(4)] == [0, 0, 0, 2]


def test_one_who_asks_too_often_keeps_nobody_else_from_asking() -> None:
    asked = Allowance(1, timedelta(minutes=1))
    assert asked.seconds_to_wait("noisy", NOW) == 0
    assert asked.seconds_to_wait("noisy", NOW) == 60
    assert asked.seconds_to_wait("quiet", NOW) == 0


def test_it_remembers_no_more_than_it_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "REMEMBERED", 2)
    asked = Allowance(1, timedelta(minutes=1))
    for name in ("first", "second", "third"):
        assert asked.seconds_to_wait(name, NOW) == 0
    assert asked.seconds_to_wait("third", NOW) == 60
    assert asked.seconds_to_wait("first", NOW) == 0
