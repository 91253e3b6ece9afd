import runpy
from pathlib import Path

import pytest

from incidentbot.domain.lifecycle import TRANSITIONS, State, Trigger, allowed, next_state

CHECKOUT = Path(__file__).parents[3]


def test_the_table_has_exactly_the_five_moves_of_the_contract() -> None:
    assert {(str(t), str(a), str(b)) for t, a, b in TRANSITIONS} == {
        ("acknowledge", "open", "acknowledged"),
        ("unacknowledge", "acknowledged", "open"),
        ("resolve", "open", "resolved"),
        ("resolve", "acknowledged", "resolved"),
        ("reopen", "resolved", "open"),
    }


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("trigger", Trigger)
def test_a_move_leads_where_the_table_says_or_nowhere(state: State, trigger: Trigger) -> None:
    expected = {(t, a): b for t, a, b in TRANSITIONS}.get((trigger, state))
    assert next_state(state, trigger) is expected
    assert (trigger in allowed(state)) is (expected is not None)


def test_the_page_about_the_lifecycle_is_the_one_that_the_table_makes() -> None:
    made: str = runpy.run_path(str(CHECKOUT / "scripts" / "lifecycle.py"))["page"]()
    assert (CHECKOUT / "docs" / "lifecycle.md").read_text(encoding="utf-8") == made
