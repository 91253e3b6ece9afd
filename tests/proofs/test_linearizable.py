"""Which answers to concurrent requests fit an order, and which fit none."""

from tests.proofs.linearizable import Operation, linearizable


def did(verb: str, asked: float, answered: float, state: str) -> Operation:
    return Operation(verb, asked, answered, done=True, seen=state)


def refused(verb: str, asked: float, answered: float, state: str) -> Operation:
    return Operation(verb, asked, answered, done=False, seen=state)


def test_one_of_two_at_once_wins() -> None:
    assert linearizable([did("acknowledge", 0, 2, "acknowledged"), refused("acknowledge", 1, 3, "acknowledged")])


def test_two_winners_fit_no_order() -> None:
    assert not linearizable([did("acknowledge", 0, 2, "acknowledged"), did("acknowledge", 1, 3, "acknowledged")])


def test_two_winners_with_a_way_back_between_them_do() -> None:
    back = did("unacknowledge", 0, 5, "open")
    assert linearizable([did("acknowledge", 0, 2, "acknowledged"), did("acknowledge", 3, 4, "acknowledged"), back])


def test_what_was_answered_came_before_what_was_asked_later() -> None:
    assert not linearizable([refused("acknowledge", 0, 1, "acknowledged"), did("acknowledge", 2, 3, "acknowledged")])


def test_without_an_answer_it_may_have_happened_or_not() -> None:
    lost = Operation("acknowledge", 0)
    assert linearizable([lost, did("acknowledge", 1, 2, "acknowledged")])
    assert linearizable([lost, refused("acknowledge", 1, 2, "acknowledged")])
    assert not linearizable([lost, refused("acknowledge", 1, 2, "resolved")])


def test_a_refusal_that_names_a_state_nobody_made_is_found() -> None:
    assert not linearizable([refused("reopen", 0, 1, "acknowledged")])


def test_many_at_once_are_sorted_out_in_a_moment() -> None:
    many = [refused("acknowledge", 0, 10, "acknowledged") for _ in range(30)]
    assert linearizable([*many, did("acknowledge", 0, 10, "acknowledged")])
