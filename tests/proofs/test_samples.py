"""A short sample of each proof; `make prove-change` and `make prove` run the same code for longer."""

import pytest

from tests.proofs import histories, kills, machine, orderings, races
from tests.proofs.budget import Budget, NotHeld
from tests.proofs.planted import no_compare_and_set


def test_killed_workers(database_url: str) -> None:
    assert kills.run(1, Budget(8), database_url)["kills"] == 8


def test_races_have_one_winner(database_url: str) -> None:
    assert races.run(1, Budget(20), database_url)["races"] == 20


def test_cut_lines_leave_histories_that_fit_an_order(database_url: str) -> None:
    histories.run(1, Budget(2), database_url)


def test_the_service_does_as_its_model(database_url: str) -> None:
    assert machine.run(1, Budget(100), database_url)["steps"] >= 100


def test_deliveries_in_any_order_end_alike() -> None:
    assert orderings.run(1, Budget(20))["orderings"] == 20


def test_without_compare_and_set_a_race_has_no_single_winner(postgresql_url: str) -> None:
    bug = no_compare_and_set()
    with pytest.raises(NotHeld):
        races.run(1, Budget(200), postgresql_url, bug)
    assert bug.was_planted()
