"""Every fault of docs/faults.md, or docs/threats.md, has a test, and the test is there."""

import re
from typing import Final

import pytest

from tests.architecture.source import modules, text

PAGES: Final = text("docs/threats.md") + text("docs/faults.md")
ROWS: Final = dict(re.findall(r"^\| (\d+) \|(.*)\|$", PAGES, re.MULTILINE))
WANTED: Final = range(1, 56)


def amiss(row: str) -> list[str]:
    """The tests that a row names and that are not there; or that it names none."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
    found = {module.name: {getattr(node, "name", "") for node in module.tree.body} for module in modules("tests/")}
    return [f"{path}::{test}" for path, test in named if test not in found.get(path, set())] if named else ["none"]


@pytest.mark.parametrize("number", WANTED)
def test_the_test_that_is_named_is_there(number: int) -> None:
    assert amiss(ROWS[str(number)]) == []


@pytest.mark.parametrize(
    "row", ("nothing", "`tests/nothing.py::test_x`", "`tests/architecture/test_faults.py::test_x`")
)
def test_a_planted_row_without_its_test_is_found(row: str) -> None:
    assert len(amiss(row)) == 1
