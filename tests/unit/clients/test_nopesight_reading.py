"""NopeSight's answers in their envelopes, of whatever kinds."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.clients.nopesight import envelope, owners, reading
from incidentbot.clients.nopesight.requests import ci_body
from incidentbot.domain.cmdb import CiChange
from incidentbot.domain.foreign_fields import BadShape

READERS = (
    reading.read_ci,
    reading.read_owner,
    reading.read_playbook,
    reading.read_execution,
    reading.read_report,
    reading.read_ai_answer,
    reading.read_system_status,
)
FIELDS = ("id", "_id", "name", "email", "status", "steps", "data", "action", "answer", "type", "attributes", "api")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES), st.sampled_from(READERS))
def test_any_answer_is_read_or_refused_by_name(raw: dict[str, object], read: Any) -> None:
    # Whatever else it raised would fail the test.
    with contextlib.suppress(BadShape):
        read(raw)


@pytest.mark.parametrize(
    "body",
    (
        [{"id": "1"}],
        {"data": [{"id": "1"}]},
        {"success": True, "data": [{"id": "1"}]},
        {"data": [{"id": "1"}], "pagination": {"page": 1, "limit": 20, "total": 1, "pages": 1}},
        {"success": True, "data": {"items": [{"id": "1"}], "pagination": {"total": 1}}},
    ),
)
def test_a_list_is_found_in_any_envelope(body: object) -> None:
    page = envelope.page(body, "events", 20)
    assert (page.items, page.page, page.limit, page.total) == (({"id": "1"},), 1, 20, 1)


@pytest.mark.parametrize("body", (None, "text", {"data": {}}, {"success": True, "data": 3}, {"error": "no"}))
def test_what_is_no_list_is_refused(body: object) -> None:
    with pytest.raises(BadShape):
        envelope.page(body, "events", 20)


@pytest.mark.parametrize("body", ({"id": "1"}, {"data": {"id": "1"}}, {"success": True, "data": {"id": "1"}}))
def test_an_object_is_found_in_any_envelope(body: object) -> None:
    assert envelope.one(body, "event") == {"id": "1"}


def test_an_error_is_one_only_where_the_call_failed() -> None:
    execution = {"id": "exe_9", "status": "failed", "error": "exit status 1"}
    assert envelope.error_in(execution, failed=False) is None
    told = envelope.error_in({"success": False, "error": {"code": "CONFLICT", "message": "no"}}, failed=False)
    assert told is not None
    assert told.code == "CONFLICT"


def test_what_cannot_be_read_on_a_page_is_counted() -> None:
    page = reading.read_page(envelope.RawPage(({"id": "ci_1"}, {}), 1, 20, 2), reading.read_ci)
    assert ([ci.id for ci in page.items], page.unreadable) == (["ci_1"], 1)


def test_data_may_be_a_table_or_a_list_of_objects() -> None:
    table = {"columns": ["name", "status"], "rows": [["WEB", "active"], ["DB"]], "total": 3}
    listed = [{"name": "WEB", "status": "active"}, {"name": "DB"}]
    first = reading.read_ai_answer({"type": "data", "answer": "2", "data": table}).table
    second = reading.read_ai_answer({"type": "data", "answer": "2", "data": listed}).table
    assert first is not None
    assert second is not None
    assert (first.columns, first.rows) == (second.columns, second.rows)
    assert first.rows == (("WEB", "active"), ("DB", ""))
    assert (first.total, second.total) == (3, 2)


def test_an_unknown_kind_of_answer_is_text_and_proposes_nothing() -> None:
    told = {"type": "riddle", "answer": "hm", "action": {"name": "resolve_event"}}
    answer = reading.read_ai_answer(told)
    assert (answer.answer, answer.table, answer.action) == ("hm", None, None)


def test_an_untold_risk_is_high() -> None:
    assert reading.read_playbook({"id": "pb_1"}).risk == "high"


@pytest.mark.parametrize(
    ("field", "expected"),
    (
        ("ann@corp.com", [("ann@corp.com", "ann@corp.com")]),
        ("Ann Lee <Ann@Corp.com>", [("Ann Lee", "ann@corp.com")]),
        ("ann@corp.com; ben@corp.com", [("ann@corp.com", "ann@corp.com"), ("ben@corp.com", "ben@corp.com")]),
        ("VP of Operations", [("VP of Operations", "")]),
        ("ann@localhost", [("ann@localhost", "")]),
        ("", []),
    ),
)
def test_an_owner_is_an_address_or_a_name_never_a_guess(field: str, expected: list[tuple[str, str]]) -> None:
    ci = reading.read_ci({"id": "ci_1", "custom_fields": {"owner": field}})
    assert [(one.name, one.email) for one in owners.owners_in_fields(ci)] == expected


def test_an_update_sends_the_whole_editable_part() -> None:
    raw = {"id": "ci_1", "name": "WEB", "type": "server", "status": "active", "attributes": {"os": "a", "ram": 4}}
    body = ci_body(raw, CiChange(status="maintenance", attributes={"os": "b"}), "ann@corp.com")
    assert body == {
        "name": "WEB",
        "type": "server",
        "status": "maintenance",
        "attributes": {"os": "b", "ram": 4},
        "custom_fields": {},
        "updated_by": "ann@corp.com",
    }
