"""What fits of a matrix is an even share of each of its tests."""

from collections import Counter

from tests.matrix import in_turns, owner

CELLS = [f"long[{number}]" for number in range(40)] + [f"short[{number}]" for number in range(4)] + ["alone"]


def test_nothing_is_left_out_and_the_order_is_always_the_same() -> None:
    assert sorted(in_turns(CELLS)) == sorted(CELLS)
    assert in_turns(CELLS) == in_turns(CELLS)


def test_the_first_of_each_test_comes_first() -> None:
    assert {owner(cell) for cell in in_turns(CELLS)[:3]} == {"long", "short", "alone"}


def test_half_of_the_time_is_half_of_each() -> None:
    half = Counter(owner(cell) for cell in in_turns(CELLS)[:23])
    assert half == {"long": 20, "short": 2, "alone": 1}
