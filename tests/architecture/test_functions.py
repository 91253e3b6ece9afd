"""A function fits a screen."""

import statistics
from collections.abc import Iterable, Iterator

import pytest

from tests.architecture.source import Module, functions, modules, planted

SCREEN = 60


def too_long(looked_at: Iterable[Module]) -> Iterator[str]:
    """The functions that no screen holds."""
    for module in looked_at:
        yield from (f"{module.name}:{name}" for name, lines in functions(module) if lines > SCREEN)


def test_no_function_is_longer_than_a_screen() -> None:
    assert [found for folder in ("incidentbot/", "tests/", "benchmarks/") for found in too_long(modules(folder))] == []


def test_most_functions_are_far_shorter() -> None:
    lengths = [lines for module in modules("incidentbot/") for _, lines in functions(module)]
    median, ninth_decile = statistics.median(lengths), statistics.quantiles(lengths, n=10)[-1]
    assert median < 10
    assert ninth_decile < 30


@pytest.mark.parametrize("kind", ("def", "async def"))
def test_a_planted_function_that_is_too_long_is_found(kind: str) -> None:
    def of(lines: int) -> Module:
        return planted(f"class A:\n  {kind} f(self):\n" + "    pass\n" * (lines - 1))

    assert list(too_long([of(SCREEN)])) == []
    assert list(too_long([of(SCREEN + 1)])) == ["planted.py:f"]
