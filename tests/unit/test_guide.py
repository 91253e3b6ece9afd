"""The example file of the integration guide, which tests load and live: it is the guide's own text, line by line."""

import re
from pathlib import Path

import pytest

from incidentbot.bootstrap import permissions_of, workflows_of
from incidentbot.domain.permissions import Right, Standing
from incidentbot.settings_file import read_config
from tests.unit.test_settings_file import GUIDE

TEXT = Path(__file__).parents[3] / "shared" / "guide.md"
WITHOUT_COMMENT = re.compile(r"\s*#(?![\w-]*\").*$")


def words(text: str) -> list[str]:
    """The lines that hold something, without comments, indentation and trailing blanks."""
    return [line for line in (WITHOUT_COMMENT.sub("", each).strip() for each in text.splitlines()) if line]


@pytest.mark.skipif(not TEXT.exists(), reason="the guide is no part of the project")
@pytest.mark.parametrize(
    ("heading", "key"), (("Channel Mapping", "integrations"), ("", "workflows"), ("", "permissions"))
)
def test_every_line_of_the_guides_file_stands_in_ours(heading: str, key: str) -> None:
    guide, ours = words(TEXT.read_text(encoding="utf-8")), words(GUIDE)
    begin, own = guide.index(f"{key}:", guide.index(heading) if heading else 0), ours.index(f"{key}:")
    end = next((place for place, line in enumerate(ours[own + 1 :], own + 1) if line in KEYS), len(ours))
    assert guide[begin : begin + end - own] == ours[own:end]


KEYS = {"integrations:", "workflows:", "permissions:"}


@pytest.mark.parametrize(
    ("person", "may", "may_not"),
    (
        ("U12345678", {Right.RUN_PLAYBOOK, Right.RESOLVE, Right.CREATE}, set()),
        ("U87654321", {Right.ACKNOWLEDGE, Right.COMMENT, Right.ASSIGN}, {Right.RESOLVE, Right.CREATE}),
        ("U00000000", {Right.VIEW}, {Right.ACKNOWLEDGE, Right.COMMENT, Right.CREATE}),
    ),
)
def test_its_roles_let_people_do_what_they_say(person: str, may: set[Right], may_not: set[Right]) -> None:
    permissions = permissions_of(read_config(GUIDE))
    assert [right for right in may if permissions.refused(Standing(person), right, "button")] == []
    assert [right for right in may_not if not permissions.refused(Standing(person), right, "button")] == []


def test_its_workflow_acts_with_every_right_that_it_needs() -> None:
    file = read_config(GUIDE)
    workflow = workflows_of(file)["incident-response"]
    assert permissions_of(file).roles[workflow.role].has_all
