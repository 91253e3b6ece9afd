"""A matrix in a given time: `pytest -p tests.matrix -m matrix --within 240`.

Cells are taken in turns from every test, so that whatever fits is an even share of all. Nothing fails for want of time:
cells that are not begun by then are skipped, and how many were run of each test is told. The first of each always is.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

import pytest

TIME_IS_UP = "the time given with --within is up"


def pytest_addoption(parser: pytest.Parser) -> None:
    """One more option."""
    parser.addoption("--within", type=float, default=inf, help="seconds after which no further cell is begun")


def pytest_configure(config: pytest.Config) -> None:
    """Take over the order."""
    config.pluginmanager.register(Turns(config.getoption("--within")), "turns")


def owner(nodeid: str) -> str:
    """The test that a cell is of, without its parameters."""
    return nodeid.partition("[")[0]


def in_turns(nodeids: list[str]) -> list[str]:
    """All of them, so that any beginning has about the same share of every test; the first of each come first."""
    by_test: dict[str, list[str]] = defaultdict(list)
    for nodeid in nodeids:
        by_test[owner(nodeid)].append(nodeid)
    placed = [
        (place / len(cells), test, cell) for test, cells in by_test.items() for place, cell in enumerate(_spread(cells))
    ]
    return [cell for _, _, cell in sorted(placed)]


def _spread(cells: list[str]) -> Iterator[str]:
    """In steps of the golden section, so that neighbours, which are much alike, come far apart."""
    return (cell for _, cell in sorted((number * 0.618034 % 1, cell) for number, cell in enumerate(cells)))


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Turns:
    """Orders what was collected, skips what is too late, and tells what was run."""

    within: float
    began: float = field(default_factory=time.monotonic)
    first: set[str] = field(default_factory=set)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """In turns. The order is the same in every process. The time runs from here: collecting is not the matrix."""
        self.began = time.monotonic()
        by_id = {item.nodeid: item for item in items}
        order = in_turns(list(by_id))
        items[:] = [by_id[nodeid] for nodeid in order]
        self.first = {next(one for one in order if owner(one) == test) for test in {owner(one) for one in order}}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin no cell that is too late."""
        if item.nodeid not in self.first and time.monotonic() - self.began > self.within:
            pytest.skip(TIME_IS_UP)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line a test."""
        wanted: dict[str, int] = defaultdict(int)
        left: dict[str, int] = defaultdict(int)
        for outcome in ("passed", "failed", "error", "skipped"):
            for report in terminalreporter.getreports(outcome):
                wanted[owner(report.nodeid)] += 1
                left[owner(report.nodeid)] += outcome == "skipped" and TIME_IS_UP in str(report.longrepr)
        for test, count in sorted(wanted.items()):
            terminalreporter.write_line(f"{count - left[test]} of {count} cells of {test.rpartition('::')[2]}")
