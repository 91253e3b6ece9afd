"""Tokens of the file: every path that takes one, for a role that has its right alone, and for one with every other."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any, Final

import httpx
import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Permissions, Right, Role, table_of
from incidentbot.domain.policy import Policy
from incidentbot.domain.severity import Severity
from incidentbot.queries import export_audit, find, verify_audit
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from incidentbot.usecases import Cause, acknowledge, add_action, create, end_action, resolve
from incidentbot.web.access import ACCESS
from tests.functional.web.conftest import TEAM, TOKEN, StillClock, client_of, install, parts_of

ALERT: Final = {
    "version": "4",
    "alerts": [
        {"status": "firing", "fingerprint": "c1c2", "labels": {"alertname": "Down"}, "startsAt": "2026-01-20T14:40:00Z"}
    ],
}
TAKES_TOKENS: Final = [(*way, access.right) for way, access in ACCESS.items() if access.right is not None]
IDS: Final = [f"{method} {path}" for method, path, _ in TAKES_TOKENS]
BODIES: Final[dict[str, Any]] = {
    "/v1/incidents": {"title": "Checkout is slow"},
    "/v1/incidents/{ref}": {"title": "Another title"},
    "/v1/incidents/{ref}/notes": {"text": "looked"},
    "/v1/incidents/{ref}/action-items": {"text": "Test the backup"},
    "/v1/incidents/{ref}/action-items/{number}": {"text": "Test the backups"},
    "/v1/incidents/{ref}/corrections": {"what": "started", "time": "2026-01-20T14:00:00Z"},
    "/v1/integrations/slack/setup": {"bot_token": "xoxb-1-a"},
    "/webhooks/alertmanager": ALERT,
}
# What belongs to no workspace, or to one that is not there, ends otherwise than well for who may do it.
ENDS_OTHERWISE: Final = {"/v1/integrations/slack/setup": 409, "/slack/workflows/{slug}": 404}
EVERYTHING: Final = frozenset(Right)


def roles() -> dict[str, Role]:
    """For each right: a role that has it alone where paths look it up, and one that has every other."""
    made = {}
    for right in {right for _, _, right in TAKES_TOKENS}:
        made[f"has-{right}"] = Role(f"has-{right}", actions=frozenset({right}))
        commands = EVERYTHING - {right} if table_of(right, "rest") == "either" else EVERYTHING
        made[f"lacks-{right}"] = Role(f"lacks-{right}", commands, EVERYTHING - {right})
    return made


ROLES: Final = roles()
TOKENS: Final = {name: f"{name}-0123456789abcdef-0123456789abcdef" for name in ROLES}
PERMISSIONS: Final = Permissions(
    {"admin": Role("admin", EVERYTHING, EVERYTHING), "nobody": Role("nobody"), **ROLES},
    {"U0ADMIN": "admin"},
    "nobody",
    tokens={name: name for name in ROLES},
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Who may do what is looked up alike on both; tests/integration/test_rights_matrix.py tries both."""
    return sqlite_url


def store_with(url: str, clock: StillClock, permissions: Permissions) -> Store:
    made = Store(url, clock=clock, policy=Policy(permissions=permissions))
    install(made)
    return made


@pytest.fixture
def store(database_url: str, clock: StillClock) -> Iterator[Store]:
    made = store_with(database_url, clock, PERMISSIONS)
    yield made
    made.close()


@pytest.fixture
async def api(store: Store, clock: StillClock) -> AsyncIterator[httpx.AsyncClient]:
    parts = replace(parts_of(store, clock), named_tokens=tuple(TOKENS.items()))
    async with client_of(parts, token=None) as client:
        yield client


def incident_for(store: Store, path: str) -> str:
    """The reference of an incident which the path can move."""
    cause = Cause(TEAM.team_id, "before", Actor(Source.API, name="api"), "rest")
    made = create(store, cause, Draft("Something", Severity.HIGH))
    assert isinstance(made, Done)
    moves = {"reopen": resolve, "unacknowledge": acknowledge}
    if move := moves.get(path.rpartition("/")[2]):
        move(store, replace(cause, key="moved"), made.incident.reference)
    add_action(store, replace(cause, key="added"), made.incident.reference, "Test the backup")
    if path.endswith("{number}/reopen"):
        end_action(store, replace(cause, key="ended"), made.incident.reference, 1)
    return made.incident.reference


async def ask(api: httpx.AsyncClient, method: str, path: str, ref: str, token: str) -> httpx.Response:
    body = BODIES.get(path, {}) if method != "GET" else None
    address = path.replace("{ref}", ref).replace("{number}", "1").replace("{slug}", "nothing")
    return await api.request(method, address, json=body, headers={"Authorization": f"Bearer {token}"})


def denials(store: Store) -> list[tuple[str, str]]:
    """Who was turned away, and for want of what, as the audit log has it."""
    rows = [row for row in export_audit(store, [TEAM.team_id]) if row.get("outcome") == "not_permitted"]
    return [(row["payload"]["actor"]["name"], row["payload"]["after"]["right"]) for row in rows]


@pytest.mark.parametrize(("method", "path", "right"), TAKES_TOKENS, ids=IDS)
async def test_a_path_asks_for_its_right_and_for_no_other(
    api: httpx.AsyncClient, store: Store, method: str, path: str, right: Right
) -> None:
    ref = incident_for(store, path)
    before = find(store, TEAM.team_id, ref)
    refused = await ask(api, method, path, ref, TOKENS[f"lacks-{right}"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_permitted")
    details = refused.json()["error"]["details"]
    assert (details["right"], details["role"]) == (right, f"lacks-{right}")
    assert {"admin", f"has-{right}"} <= set(details["roles"])
    assert details["grantors"] == ["U0ADMIN"]
    assert find(store, TEAM.team_id, ref) == before
    assert denials(store) == ([(f"lacks-{right}", right)] if path.startswith("/v1/") and right != "setup" else [])
    done = await ask(api, method, path, ref, TOKENS[f"has-{right}"])
    assert done.status_code == ENDS_OTHERWISE.get(path, done.status_code)
    assert done.is_success or path in ENDS_OTHERWISE
    assert verify_audit(store)[1] == []


async def test_what_a_token_did_is_told_under_its_name(api: httpx.AsyncClient, store: Store) -> None:
    made = await ask(api, "POST", "/v1/incidents", "", TOKENS["has-create"])
    incident = find(store, TEAM.team_id, made.json()["ref"])
    assert isinstance(incident, Incident)
    assert incident.created_by == Actor(Source.API, name="has-create")


async def test_a_key_of_one_token_answers_no_other(api: httpx.AsyncClient) -> None:
    answers = []
    for name in ("has-create", "lacks-create", "has-create"):
        headers = {"Authorization": f"Bearer {TOKENS[name]}", "Idempotency-Key": "the-same"}
        answers.append((await api.post("/v1/incidents", json={"title": "Slow"}, headers=headers)).status_code)
    assert answers == [201, 409, 201]


async def test_the_operators_own_token_may_everything_and_a_wrong_one_nothing(
    api: httpx.AsyncClient, store: Store
) -> None:
    ref = incident_for(store, "")
    assert (await ask(api, "POST", "/v1/incidents/{ref}/acknowledge", ref, TOKEN)).is_success
    assert (await ask(api, "GET", "/v1/incidents", ref, TOKEN[:-1])).status_code == 401


async def test_a_token_of_the_file_opens_the_api_where_the_operator_has_none(store: Store, clock: StillClock) -> None:
    parts = replace(parts_of(store, clock), api_token="", named_tokens=(("has-view", TOKENS["has-view"]),))
    async with client_of(parts, token=TOKENS["has-view"]) as client:
        assert (await client.get("/v1/incidents")).status_code == 200


@pytest.mark.parametrize(("role", "may"), (("viewer", {"GET"}), ("operator", {"GET", "POST", "PATCH"})))
async def test_the_roles_that_come_with_it_fit_tokens(
    database_url: str, clock: StillClock, role: str, may: set[str]
) -> None:
    secret = TOKENS["has-view"]
    file = read_config(f"api: {{tokens: [{{name: dashboard, token: {secret}, role: {role}}}]}}")
    store = store_with(database_url, clock, permissions_of(file))
    parts = replace(parts_of(store, clock), named_tokens=(("dashboard", secret),))
    async with client_of(parts, token=secret) as client:
        for method, path, _right in TAKES_TOKENS:
            address = path.replace("{ref}", "INC-404").replace("{number}", "1")
            if path.startswith("/v1/incidents"):
                done = await client.request(method, address, json=BODIES.get(path))
                assert (done.status_code != 403) is (method in may), (method, path)
    store.close()
