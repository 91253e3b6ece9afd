"""Every fault of docs/faults.md has a test, and the test is there."""

import re
from typing import Final

import pytest

from tests.architecture.source import modules, text

ROWS: Final = dict(re.findall(r"^\| (\d+) \|(.*)\|$", text("docs/faults.md"), re.MULTILINE))
WANTED: Final = (*range(1, 32), *range(45, 48), *range(53, 56))


@pytest.mark.parametrize("number", WANTED)
def test_the_test_that_is_named_is_there(number: int) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", ROWS[str(number)])
    found = {module.name: {getattr(node, "name", "") for node in module.tree.body} for module in modules("tests/")}
    assert named
    assert [f"{path}::{test}" for path, test in named if test not in found.get(path, set())] == []
