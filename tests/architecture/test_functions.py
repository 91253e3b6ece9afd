"""A function fits a screen."""

import statistics

from tests.architecture.source import functions, modules

SCREEN = 60


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = {
        f"{module.name}:{name}": lines
        for folder in ("incidentbot/", "tests/", "benchmarks/")
        for module in modules(folder)
        for name, lines in functions(module)
        if lines > SCREEN
    }
    assert too_long == {}


def test_most_functions_are_far_shorter() -> None:
    lengths = [lines for module in modules("incidentbot/") for _, lines in functions(module)]
    median, ninth_decile = statistics.median(lengths), statistics.quantiles(lengths, n=10)[-1]
    assert median < 10
    assert ninth_decile < 30
