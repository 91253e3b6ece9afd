"""The page about threats names every control and every fault, each with code and with tests that are there."""

import re

import pytest

from tests.architecture.source import CHECKOUT, text

PAGE = text("docs/threats.md")
ROWS = {match[1]: match[0] for match in re.finditer(r"^\| (S?\d+) \|.*$", PAGE, re.MULTILINE)}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def missing_tests(row: str) -> list[str]:
    """The tests that a row names and that are not there."""
    return [
        f"{file}::{name}"
        for file, name in TEST.findall(row)
        if not (CHECKOUT / file).is_file() or not re.search(rf"^(?:async )?def {name}\(", text(file), re.MULTILINE)
    ]


def test_every_control_and_every_fault_has_its_row() -> None:
    wanted = {f"S{number}" for number in range(1, 26)} | {str(number) for number in range(32, 55)}
    assert set(ROWS) == wanted


@pytest.mark.parametrize("row", sorted(ROWS))
def test_a_row_names_tests_that_are_there(row: str) -> None:
    assert TEST.search(ROWS[row])
    assert missing_tests(ROWS[row]) == []


@pytest.mark.parametrize("row", sorted(name for name in ROWS if name.startswith("S")))
def test_a_control_names_code_that_is_there_and_requirements(row: str) -> None:
    places = [name for name in re.findall(r"`([\w./-]+)`", ROWS[row]) if not name.startswith("tests/")]
    assert places
    assert [name for name in places if not (CHECKOUT / name).exists()] == []
    assert re.search(r"\| \d+\.\d+\.\d+", ROWS[row])


def test_a_planted_name_that_is_no_test_is_found() -> None:
    assert missing_tests("| S1 | `tests/architecture/test_threats.py::test_of_something_else` |") != []
    assert missing_tests("| S1 | `tests/architecture/test_nothing.py::test_x` |") != []
