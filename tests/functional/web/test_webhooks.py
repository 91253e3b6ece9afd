import asyncio
import json

import httpx
import pytest

from incidentbot.domain.conditions import parse
from incidentbot.domain.event_sources.alertmanager import read_alerts
from incidentbot.domain.nopesight_event import read_delivery
from incidentbot.domain.policy import Policy
from incidentbot.store import Store
from incidentbot.usecases import fold
from tests.functional.web.conftest import (
    SECRETS,
    StillClock,
    alert,
    alerts,
    client_of,
    delivery,
    install,
    parts_of,
    signed,
)

Api = httpx.AsyncClient
PATH = "/webhooks/nopesight"


def fold_all(store: Store) -> int:
    readers = {
        "nopesight": lambda body: tuple(event for event in (read_delivery(body).event,) if event),
        "alertmanager": read_alerts,
    }
    return fold(store, readers).count


async def test_a_signed_delivery_is_stored_once(api: Api, clock: StillClock) -> None:
    body = delivery()
    first = await api.post(PATH, content=body, headers=signed(clock, body))
    clock.move(60)
    again = await api.post(PATH, content=body, headers=signed(clock, body))
    assert (first.status_code, again.status_code) == (202, 200)
    assert (first.json()["result"], again.json()["result"]) == ("stored", "known")


async def test_another_body_for_a_known_delivery_is_a_conflict_and_the_first_is_kept(
    api: Api, clock: StillClock, installed: Store
) -> None:
    for title, status in (("first", 202), ("second", 409)):
        body = delivery(title=title)
        assert (await api.post(PATH, content=body, headers=signed(clock, body))).status_code == status
    with installed.read("") as tx:
        assert [json.loads(stored.body)["data"]["event"]["title"] for stored in tx.inbox.waiting(10)] == ["first"]


async def test_both_secrets_are_good_while_one_is_replaced(api: Api, clock: StillClock) -> None:
    body = delivery()
    for number, secret in enumerate(SECRETS):
        headers = signed(clock, body, f"d-{number}", secret=secret)
        assert (await api.post(PATH, content=body, headers=headers)).status_code == 202


@pytest.mark.parametrize(("age", "status"), ((300, 202), (-300, 202), (301, 401), (-301, 401)))
async def test_the_window_is_300_seconds_both_ways(api: Api, clock: StillClock, age: int, status: int) -> None:
    body = delivery()
    assert (await api.post(PATH, content=body, headers=signed(clock, body, age=age))).status_code == status


@pytest.mark.parametrize(
    "changed",
    (
        {"X-NopeSight-Signature": ""},
        {"X-NopeSight-Signature": "sha256=" + "0" * 64},
        {"X-NopeSight-Signature": "\xe9" * 71},
        {"X-NopeSight-Timestamp": ""},
        {"X-NopeSight-Timestamp": "abc"},
        {"X-NopeSight-Timestamp": "1" * 5000},
        {"X-NopeSight-Timestamp": "\u0661\u0662"},
    ),
)
async def test_what_is_not_signed_is_not_read(api: Api, clock: StillClock, changed: dict[str, str]) -> None:
    for body in (delivery(), b"{bad", b"[" * 100_000, b"\xff"):
        headers = [(name, value) for name, value in signed(clock, body).items() if name not in changed]
        raw = [(name.encode(), value.encode("utf-8")) for name, value in (*headers, *changed.items())]
        answer = await api.post(f"{PATH}?token={SECRETS[0]}", content=body, headers=raw)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unverified"


async def test_a_doubled_signature_is_none(api: Api, clock: StillClock) -> None:
    body = delivery()
    headers = list(signed(clock, body).items())
    headers.append(("X-NopeSight-Signature", dict(headers)["X-NopeSight-Signature"]))
    assert (await api.post(PATH, content=body, headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("body", "path"),
    (
        (b"{bad", None),
        (b"[]", "body"),
        (b'{"type": "event.created", "data": {}}', "data.event"),
        (b'{"type": "event.created", "data": {"event": {"title": "x"}}}', "event.id"),
        (b'{"type": "a", "type": "b"}', None),
    ),
)
async def test_a_signed_body_that_cannot_be_read_says_why(
    api: Api, clock: StillClock, body: bytes, path: str | None
) -> None:
    answer = await api.post(PATH, content=body, headers=signed(clock, body))
    assert answer.status_code == 400
    assert answer.json()["error"]["details"].get("path") == path


async def test_a_type_that_we_do_not_know_is_taken_and_ignored(api: Api, clock: StillClock, installed: Store) -> None:
    body = b'{"id": "1", "type": "weather.changed", "data": {"event": 5}}'
    assert (await api.post(PATH, content=body, headers=signed(clock, body))).status_code == 202
    assert fold_all(installed) == 1


async def test_the_body_names_the_delivery_where_no_header_does(api: Api, clock: StillClock) -> None:
    body = delivery()
    headers = {name: value for name, value in signed(clock, body).items() if name != "X-NopeSight-Delivery"}
    assert (await api.post(PATH, content=body, headers=headers)).json()["delivery"] == "whd_1"
    for bad in ("a b", "x" * 201):
        refused = await api.post(PATH, content=body, headers={**headers, "X-NopeSight-Delivery": bad})
        assert refused.status_code == 400


async def test_a_compressed_delivery_is_refused(api: Api, clock: StillClock) -> None:
    body = delivery()
    headers = {**signed(clock, body), "Content-Encoding": "gzip"}
    assert (await api.post(PATH, content=body, headers=headers)).status_code == 415


async def test_deliveries_wait_for_an_install(store: Store, clock: StillClock) -> None:
    async with client_of(parts_of(store, clock)) as api:
        body = delivery()
        assert (await api.post(PATH, content=body, headers=signed(clock, body))).status_code == 202
    assert fold_all(store) == 0
    install(store)
    assert fold_all(store) == 1


async def test_without_a_secret_every_delivery_is_refused(installed: Store, clock: StillClock) -> None:
    parts = parts_of(installed, clock)
    object.__setattr__(parts, "nopesight_secrets", ())
    async with client_of(parts) as api:
        body = delivery()
        assert (await api.post(PATH, content=body, headers=signed(clock, body))).status_code == 401


async def test_a_crowd_of_deliveries_is_stored_complete(api: Api, clock: StillClock, installed: Store) -> None:
    async def deliver(number: int) -> int:
        body = delivery(_id=f"e-{number}")
        return (await api.post(PATH, content=body, headers=signed(clock, body, f"d-{number % 60}"))).status_code

    # Two of each of forty ids, with bodies that differ: one of each pair is stored, the other is a conflict.
    statuses = await asyncio.gather(*(deliver(number) for number in range(100)))
    assert sorted(statuses) == [202] * 60 + [409] * 40
    with installed.read("") as tx:
        assert len(tx.inbox.waiting(200)) == 60


async def test_an_alert_becomes_an_incident_and_its_end_resolves_it(database_url: str, clock: StillClock) -> None:
    policy = Policy(create_when=parse("severity == 'critical'"))
    store = Store(database_url, clock=clock, policy=policy)
    install(store)
    ended = alert(status="resolved", endsAt="2026-01-20T14:50:00Z")
    async with client_of(parts_of(store, clock)) as api:
        assert (await api.post("/webhooks/alertmanager", json=alerts(alert()))).status_code == 202
        fold_all(store)
        incident = (await api.get("/v1/incidents/INC-1")).json()
        clock.move(600)
        assert (await api.post("/webhooks/alertmanager", json=alerts(ended))).status_code == 202
        fold_all(store)
        after = (await api.get("/v1/incidents/INC-1")).json()
    assert (incident["title"], incident["state"], incident["events"]) == (
        "Disk full on db-01",
        "open",
        ["c1c2c3c4d1d2d3d4"],
    )
    assert after["state"] == "resolved"
    store.close()


async def test_the_same_notification_of_alertmanager_is_stored_once(api: Api) -> None:
    statuses = [(await api.post("/webhooks/alertmanager", json=alerts(alert()))).status_code for _ in range(2)]
    assert statuses == [202, 200]


async def test_alertmanager_has_to_bear_the_token(api: Api) -> None:
    headers = {"Authorization": "Bearer nope"}
    assert (await api.post("/webhooks/alertmanager", content=b"{bad", headers=headers)).status_code == 401
    answer = await api.post("/webhooks/alertmanager", json=alerts(alert(fingerprint="")))
    assert (answer.status_code, answer.json()["error"]["details"]["path"]) == (400, "alerts[0].fingerprint")
