from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from incidentbot.domain.workspace import Workspace
from incidentbot.store import Store
from tests.functional.web.conftest import TOKEN, StillClock, client_of, install, parts_of

Api = httpx.AsyncClient


async def created(api: Api, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/v1/incidents", json={"title": "Checkout answers 502", **fields})
    assert answer.status_code == 201, answer.text
    incident: dict[str, Any] = answer.json()
    return incident


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The facts of a problem, which has the same shape wherever it comes from."""
    assert answer.status_code == status, answer.text
    assert answer.json().keys() == {"error"}
    error: dict[str, Any] = answer.json()["error"]
    assert error.keys() == {"code", "message", "details"}
    assert error["message"]
    return error


async def test_an_incident_is_created_open_and_high_unless_said_otherwise(api: Api) -> None:
    incident = await created(api)
    assert (incident["ref"], incident["state"], incident["severity"], incident["version"]) == (
        "INC-1",
        "open",
        "high",
        1,
    )
    assert incident["created_by"]["source"] == "api"
    assert incident["allowed"] == ["acknowledge", "resolve"]
    assert (incident["event_count"], incident["events"], incident["thread_ts"]) == (0, [], "")


async def test_everything_given_is_kept(api: Api) -> None:
    given = {
        "title": "Größe 🧯 عطل",
        "description": "line one\nline two",
        "severity": "low",
        "assignee": "U012AB3CD",
        "dedupe_key": "checkout-502",
    }
    incident = await created(api, ci_ids=["ci-1", "ci-2", "ci-1"], **given)
    assert {name: incident[name] for name in given} == given
    assert [ci["id"] for ci in incident["cis"]] == ["ci-1", "ci-2"]


async def test_the_whole_life_of_an_incident(api: Api) -> None:
    await created(api)
    states = []
    for move, note in (("acknowledge", ""), ("unacknowledge", ""), ("resolve", "rolled back"), ("reopen", "again")):
        answer = await api.post(f"/v1/incidents/inc-1/{move}", json={"note": note})
        states.append(answer.json()["state"])
    assert states == ["acknowledged", "open", "resolved", "open"]
    assert (await api.post("/v1/incidents/1/notes", json={"text": "the vendor is at it"})).status_code == 200
    timeline = (await api.get("/v1/incidents/INC-1/timeline")).json()
    kinds = ["created", "acknowledged", "unacknowledged", "resolved", "reopened", "note"]
    assert [(entry["seq"], entry["kind"]) for entry in timeline["items"]] == list(enumerate(kinds, start=1))
    assert "rolled back" in timeline["items"][3]["text"]


async def test_a_resolved_incident_tells_how(api: Api) -> None:
    await created(api)
    incident = (await api.post("/v1/incidents/INC-1/resolve", json={"note": "rolled back"})).json()
    assert (incident["resolution"], incident["resolved_by"]["source"]) == ("rolled back", "api")
    assert incident["resolved_at"] == incident["state_since"]


async def test_a_transition_needs_no_body(api: Api) -> None:
    await created(api)
    assert (await api.post("/v1/incidents/INC-1/acknowledge")).json()["state"] == "acknowledged"


async def test_an_illegal_transition_is_refused_with_what_is_legal(api: Api) -> None:
    await created(api)
    await api.post("/v1/incidents/INC-1/acknowledge")
    error = problem(await api.post("/v1/incidents/INC-1/acknowledge"), 409)
    assert error["code"] == "transition_refused"
    assert error["details"] == {
        "state": "acknowledged",
        "since": "2026-01-20T14:45:00Z",
        "by": {"source": "api", "id": "", "name": "api"},
        "allowed": ["resolve", "unacknowledge"],
    }


async def test_fields_are_changed_one_by_one(api: Api) -> None:
    await created(api, description="first", assignee="U012AB3CD")
    changed = (await api.patch("/v1/incidents/INC-1", json={"severity": "critical", "title": None})).json()
    assert (changed["severity"], changed["title"], changed["version"]) == ("critical", "Checkout answers 502", 2)
    changed = (await api.patch("/v1/incidents/INC-1", json={"assignee": "", "description": ""})).json()
    assert (changed["assignee"], changed["description"]) == ("", "")


async def test_setting_what_is_so_already_changes_nothing(api: Api) -> None:
    before = await created(api)
    answer = await api.patch("/v1/incidents/INC-1", json={"severity": "high"})
    assert (answer.status_code, answer.json()) == (200, before)


async def test_what_only_the_service_may_set_is_dropped(api: Api) -> None:
    incident = await created(api, state="resolved", team_id="T2", number=99, version=7, source="slack", role="admin")
    assert (incident["ref"], incident["state"], incident["version"], incident["source"]) == ("INC-1", "open", 1, "api")


async def test_the_same_request_with_the_same_key_counts_once(api: Api) -> None:
    key = {"Idempotency-Key": "deploy-77"}
    first = await api.post("/v1/incidents", json={"title": "One"}, headers=key)
    again = await api.post("/v1/incidents", json={"title": "One"}, headers=key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (await api.get("/v1/incidents")).json()["total"] == 1


async def test_the_same_key_with_another_request_is_refused(api: Api) -> None:
    key = {"Idempotency-Key": "deploy-77"}
    await api.post("/v1/incidents", json={"title": "One"}, headers=key)
    error = problem(await api.post("/v1/incidents", json={"title": "Two"}, headers=key), 409)
    assert (error["code"], error["details"]) == ("key_reused", {"key": "deploy-77"})
    assert problem(await api.post("/v1/incidents/1/acknowledge", headers=key), 409)["code"] == "key_reused"


async def test_a_bad_field_uses_no_key_up(api: Api) -> None:
    key = {"Idempotency-Key": "deploy-77"}
    assert problem(await api.post("/v1/incidents", json={"title": " "}, headers=key), 400)["code"] == "bad_field"
    assert (await api.post("/v1/incidents", json={"title": "One"}, headers=key)).status_code == 201


async def test_a_dedupe_key_names_the_unresolved_incident(api: Api) -> None:
    await created(api, dedupe_key="k")
    same = await api.post("/v1/incidents", json={"title": "Other", "dedupe_key": "k"})
    assert (same.status_code, same.json()["ref"]) == (200, "INC-1")
    await api.post("/v1/incidents/INC-1/resolve")
    assert (await created(api, dedupe_key="k"))["ref"] != "INC-1"


@pytest.mark.parametrize(
    ("fields", "field"),
    (
        ({"title": ""}, "title"),
        ({"title": "x" * 251}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x", "description": "x" * 3001}, "description"),
        ({"title": "x", "severity": "worst"}, "severity"),
        ({"title": "x", "assignee": "ana"}, "assignee"),
        ({"title": "x", "ci_ids": ["a\x00b"]}, "ci_ids.0"),
        ({"title": "x", "ci_ids": ["a"] * 101}, "ci_ids"),
        ({"title": "x", "dedupe_key": "a\nb"}, "body"),
        ({}, "title"),
    ),
)
async def test_a_bad_value_is_named_by_its_field(api: Api, fields: Mapping[str, Any], field: str) -> None:
    details = problem(await api.post("/v1/incidents", json=fields), 400)["details"]
    named = [one["field"] for one in details["fields"]] if "fields" in details else [details["field"]]
    assert named == [field]


async def test_an_empty_change_is_refused(api: Api) -> None:
    await created(api)
    problem(await api.patch("/v1/incidents/INC-1", json={}), 400)


@pytest.mark.parametrize("ref", ("INC-9", "0", "nope", "%20", "INC-1x", "1e9", "99999999999999999999", "%00"))
async def test_a_reference_to_nothing_is_not_found(api: Api, ref: str) -> None:
    await created(api)
    for answer in (
        await api.get(f"/v1/incidents/{ref}"),
        await api.get(f"/v1/incidents/{ref}/timeline"),
        await api.post(f"/v1/incidents/{ref}/acknowledge"),
        await api.patch(f"/v1/incidents/{ref}", json={"title": "x"}),
    ):
        assert problem(answer, 404)["code"] == "incident_not_found"


async def test_the_list_is_filtered(api: Api) -> None:
    await created(api, title="Disk full", severity="critical")
    await created(api, title="Login slow", description="disk?", severity="low")
    await created(api, title="Login broken", severity="low")
    await api.post("/v1/incidents/INC-3/resolve")

    async def refs(query: str) -> list[str]:
        return [incident["ref"] for incident in (await api.get(f"/v1/incidents?{query}")).json()["items"]]

    assert await refs("") == ["INC-3", "INC-2", "INC-1"]
    assert await refs("state=open") == ["INC-2", "INC-1"]
    assert await refs("state=open,resolved&severity=low") == ["INC-3", "INC-2"]
    assert await refs("q=DISK") == ["INC-2", "INC-1"]
    assert await refs("q=%25") == []


async def test_the_list_and_the_timeline_are_paged(api: Api) -> None:
    for number in range(5):
        await created(api, title=f"No. {number}")
        await api.post("/v1/incidents/INC-1/notes", json={"text": "x"})
    for path, total in (("/v1/incidents", 5), ("/v1/incidents/INC-1/timeline", 6)):
        seen, cursor, pages = [], "", 0
        while pages == 0 or cursor:
            page = (await api.get(path, params={"limit": 2, "cursor": cursor})).json()
            seen += [item.get("ref") or item["seq"] for item in page["items"]]
            cursor, pages = page["next_cursor"], pages + 1
            assert page["total"] == total
        assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize(
    "query",
    ("limit=0", "limit=101", "limit=x", "cursor=x", "cursor=-1", "state=closed", "severity=worst", "q=" + "x" * 201),
)
async def test_a_bad_query_is_refused(api: Api, query: str) -> None:
    problem(await api.get(f"/v1/incidents?{query}"), 400)


async def test_where_several_workspaces_are_installed_one_has_to_be_named(api: Api, installed: Store) -> None:
    install(installed, Workspace("T2", name="Beta"))
    assert problem(await api.get("/v1/incidents"), 400)["details"]["teams"] == ["T1", "T2"]
    problem(await api.get("/v1/incidents?team=T3"), 400)
    await api.post("/v1/incidents?team=T2", json={"title": "Theirs"})
    assert (await api.get("/v1/incidents?team=T1")).json()["total"] == 0
    assert (await api.get("/v1/incidents/INC-1?team=T2")).status_code == 200
    problem(await api.get("/v1/incidents/INC-1?team=T1"), 404)


async def test_without_a_workspace_there_is_nothing_to_do_yet(store: Store, clock: StillClock) -> None:
    async with client_of(parts_of(store, clock)) as api:
        assert problem(await api.post("/v1/incidents", json={"title": "x"}), 409)["code"] == "no_workspace"


async def test_the_token_is_asked_for_before_anything_is_read(api: Api) -> None:
    wrong = ("", "Bearer", "Bearer nope", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xff", TOKEN)
    for value in wrong:
        request = api.build_request("POST", "/v1/incidents", content=b"{bad")
        request.headers = httpx.Headers([(b"Host", b"x"), (b"Authorization", value.encode("latin-1"))])
        answer = await api.send(request)
        assert problem(answer, 401)["code"] == "unauthorised"
        assert answer.headers["www-authenticate"] == "Bearer"
    twice = [("Authorization", f"Bearer {TOKEN}"), ("Authorization", f"Bearer {TOKEN}")]
    request = api.build_request("GET", "/v1/incidents")
    request.headers = httpx.Headers([("Host", "x"), *twice])
    problem(await api.send(request), 401)


async def test_without_a_token_of_its_own_the_api_is_off(installed: Store, clock: StillClock) -> None:
    parts = parts_of(installed, clock)
    object.__setattr__(parts, "api_token", "")
    async with client_of(parts) as api:
        assert "INCIDENTBOT_API_TOKEN" in problem(await api.get("/v1/incidents"), 403)["message"]


@pytest.mark.parametrize(
    "body",
    (
        b"{bad",
        b'{"title": "a", "title": "b"}',
        b'{"title": NaN}',
        b'{"title": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b"\xff\xfe",
        b'"text"',
        b"null",
        b"[]",
    ),
)
async def test_json_that_reads_two_ways_is_refused(api: Api, body: bytes) -> None:
    problem(await api.post("/v1/incidents", content=body, headers={"Content-Type": "application/json"}), 400)


async def test_only_plain_json_is_taken(api: Api) -> None:
    for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "application/json", "Content-Encoding": "gzip"}):
        problem(await api.post("/v1/incidents", content=b'{"title": "x"}', headers=headers), 415)


async def test_hidden_characters_never_reach_the_database(api: Api) -> None:
    content = '{"title": "a\\u0000b\\ud800c\\u202ed", "description": "x\\u0000\\ny"}'
    answer = await api.post("/v1/incidents", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["title"], answer.json()["description"]) == (201, "abcd", "x\ny")


async def test_keys_that_no_header_should_hold_are_refused(api: Api) -> None:
    for key in ("x" * 201, "a b", ""):
        problem(await api.post("/v1/incidents", json={"title": "x"}, headers={"Idempotency-Key": key}), 400)


async def test_a_wrong_time_is_corrected_and_one_that_cannot_be_is_refused_with_its_bounds(
    api: httpx.AsyncClient,
) -> None:
    made = (await api.post("/v1/incidents", json={"title": "Checkout is down"})).json()
    began = datetime.fromisoformat(made["created_at"]) - timedelta(hours=1)
    body = {"what": "started", "time": began.isoformat()}
    answer = await api.post("/v1/incidents/1/corrections", json=body)
    assert (answer.status_code, datetime.fromisoformat(answer.json()["started_at"])) == (200, began)
    never = await api.post("/v1/incidents/1/corrections", json={**body, "what": "resolved"})
    assert (never.status_code, never.json()["error"]["code"]) == (409, "time_refused")
    late = await api.post("/v1/incidents/1/corrections", json={**body, "time": "2999-01-01T00:00:00Z"})
    assert (late.status_code, set(late.json()["error"]["details"]) >= {"earliest", "latest"}) == (409, True)
    for wrong in ({**body, "what": "seen"}, {**body, "time": "noon"}, {**body, "time": "2026-01-01T00:00:00"}, {}):
        assert (await api.post("/v1/incidents/1/corrections", json=wrong)).status_code == 400


async def test_action_items_are_added_listed_changed_ended_and_opened_again(
    api: httpx.AsyncClient, clock: StillClock
) -> None:
    await api.post("/v1/incidents", json={"title": "Checkout is down"})
    due = clock.now() + timedelta(days=3)
    body = {"text": "Test the backup", "assignee": "U012AB3CD", "due_at": due.isoformat()}
    added = await api.post("/v1/incidents/1/action-items", json=body)
    assert added.status_code == 201
    item = added.json()
    assert (item["number"], item["text"], item["assignee"], item["done_at"]) == (1, *list(body.values())[:2], None)
    assert datetime.fromisoformat(item["due_at"]) == due
    assert (await api.get("/v1/incidents/1/action-items")).json() == {"items": [item]}
    changed = await api.patch("/v1/incidents/1/action-items/1", json={"assignee": "", "due_at": None})
    assert (changed.status_code, changed.json()) == (200, {**item, "assignee": "", "due_at": None})
    again = await api.patch("/v1/incidents/1/action-items/1", json={"assignee": ""})
    assert (again.status_code, again.json()) == (200, changed.json())
    done = await api.post("/v1/incidents/1/action-items/1/done")
    assert (done.status_code, done.json()["done_at"] is None) == (200, False)
    problem(await api.post("/v1/incidents/1/action-items/1/done"), 409)
    reopened = await api.post("/v1/incidents/1/action-items/1/reopen")
    assert (reopened.status_code, reopened.json()["done_at"]) == (200, None)
    problem(await api.post("/v1/incidents/1/action-items/1/reopen"), 409)


async def test_an_action_item_that_cannot_be_or_is_not_there_is_refused_and_leaves_nothing(
    api: httpx.AsyncClient, clock: StillClock
) -> None:
    await api.post("/v1/incidents", json={"title": "Checkout is down"})
    past, late = (clock.now() + timedelta(days=days) for days in (-1, 400))
    for wrong in (
        *({"text": text} for text in ("", " ", "x" * 1001)),
        {"assignee": "U012AB3CD"},
        {"text": "Test it", "assignee": "ana"},
        *(
            {"text": "Test it", "due_at": at}
            for at in ("noon", "2026-01-01T00:00:00", past.isoformat(), late.isoformat())
        ),
    ):
        problem(await api.post("/v1/incidents/1/action-items", json=wrong), 400)
    assert (await api.get("/v1/incidents/1/action-items")).json() == {"items": []}
    missing = await api.post("/v1/incidents/1/action-items/7/done")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "action_item_refused")
    problem(await api.patch("/v1/incidents/1/action-items/7", json={"text": "Test it"}), 404)
    problem(await api.patch("/v1/incidents/1/action-items/1", json={}), 400)
    problem(await api.get("/v1/incidents/9/action-items"), 404)
    problem(await api.post("/v1/incidents/1/action-items/0/done"), 400)


async def test_the_same_key_adds_one_action_item(api: httpx.AsyncClient) -> None:
    await api.post("/v1/incidents", json={"title": "Checkout is down"})
    key = {"Idempotency-Key": "item-1"}
    both = [await api.post("/v1/incidents/1/action-items", json={"text": "Test it"}, headers=key) for _ in range(2)]
    assert [(one.status_code, one.json()["number"]) for one in both] == [(201, 1), (201, 1)]
    problem(await api.post("/v1/incidents/1/action-items", json={"text": "Other"}, headers=key), 409)
    assert len((await api.get("/v1/incidents/1/action-items")).json()["items"]) == 1
