"""Each safeguard, taken away alone, is missed by the checker within some bad days."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.proofs.checker import check, no_twin_was_ever_made
from tests.proofs.planted import Bug, no_fencing_check, no_lane_lock, no_settle_delay
from tests.simulation.run import fresh_sqlite, simulate
from tests.simulation.weather import BAD, Weather

# Nobody is stopped where no check can help, so that a twin is always somebody's fault.
FENCEABLE = replace(BAD, stop_at_socket=0.0)
LATE = replace(FENCEABLE, lost=0.1, late=3.0)
SLEEPY = replace(FENCEABLE, stop_after_claim=0.15)
MOST = 30


@pytest.mark.parametrize(
    ("plant", "weather"), ((no_settle_delay, LATE), (no_fencing_check, SLEEPY), (no_lane_lock, FENCEABLE))
)
def test_what_is_taken_away_is_missed(plant: Callable[[], Bug], weather: Weather) -> None:
    for seed in range(MOST):
        bug = plant()
        with fresh_sqlite() as url:
            history = simulate(seed, url, weather, acts=20, planted=bug)
        assert bug.was_planted()
        if check(history, no_twin_was_ever_made):
            return
    pytest.fail(f"{MOST} runs, and nobody missed it")


@pytest.mark.parametrize("weather", (LATE, SLEEPY))
def test_with_nothing_taken_away_no_twin_is_even_made(weather: Weather) -> None:
    for seed in range(2):
        with fresh_sqlite() as url:
            history = simulate(seed, url, weather, acts=20)
        assert check(history, no_twin_was_ever_made) == []
