"""Every path of NopeSight that the client knows is served by the sandbox and has its row, with tests that are there."""

import re
from typing import Final

import pytest

from incidentbot.clients.nopesight.config import PATHS
from incidentbot.sandbox.nopesight.api import OPERATIONS
from tests.architecture.source import text

ROW: Final = re.compile(r"^\| (?P<calls>`[^|]+`) \| `(?P<name>\w+)` \|[^|]*\|[^|]*\|(?P<tests>[^|]*)\|$", re.MULTILINE)
ROWS: Final = {row["name"]: row for row in ROW.finditer(text("docs/nopesight.md"))}


def test_the_table_has_every_path_and_no_other() -> None:
    assert set(ROWS) == set(PATHS)


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_served_by_the_sandbox_and_tried_by_the_contract(name: str) -> None:
    path, calls, tests = PATHS[name], ROWS[name]["calls"], re.findall(r"`(test_\w+)`", ROWS[name]["tests"])
    served = {method for method, where, _ in OPERATIONS if where == path}
    assert f" {path}`" in calls
    assert set(re.findall(r"GET|POST|PUT|PATCH", calls)) == served
    contract = text("tests/functional/nopesight/test_contract.py")
    assert tests
    assert [one for one in tests if f"async def {one}(" not in contract] == []
