"""The HTTP side on a real database, called in-process; time stands still unless a test moves it."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from incidentbot.domain.signing import dotted_message, sign
from incidentbot.domain.workspace import Workspace
from incidentbot.store import Store
from incidentbot.web.app import build_web
from incidentbot.web.headers import RawHeaders
from incidentbot.web.parts import Check, WebParts

TOKEN = "a-token-for-the-api-that-is-long-enough"
SECRETS = ("the-new-secret-of-the-webhook-0123456789", "the-old-secret-of-the-webhook-0123456789")
TEAM = Workspace("T1", name="Acme", url="https://acme.slack.com/")


class StillClock:
    """A clock that only tests move."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass(frozen=True)
class SlackEcho:
    """What the Slack side answered: here, what it was given."""

    body: str
    status: int = 200

    @property
    def headers(self) -> Mapping[str, str]:
        return {"content-type": "application/json", "x-from-slack-side": "yes"}


async def echo(headers: RawHeaders, raw: bytes) -> SlackEcho:
    signature = [value.decode("latin-1") for name, value in headers if name == b"x-slack-signature"]
    return SlackEcho(json.dumps({"signature": signature, "raw": raw.decode()}))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(database_url: str, clock: StillClock) -> Iterator[Store]:
    made = Store(database_url, clock=clock)
    yield made
    made.close()


def install(store: Store, workspace: Workspace = TEAM) -> None:
    with store.begin("") as tx:
        tx.installations.save(workspace, tx.now)


@pytest.fixture
def installed(store: Store) -> Store:
    install(store)
    return store


def client_of(parts: WebParts, token: str | None = TOKEN) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(build_web(parts), raise_app_exceptions=False),
        base_url="http://incidentbot.example",
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )


def parts_of(store: Store, clock: StillClock, *checks: Check) -> WebParts:
    return WebParts(store, clock.now, slack=echo, api_token=TOKEN, nopesight_secrets=SECRETS, checks=checks)


@pytest.fixture
async def api(installed: Store, clock: StillClock) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(parts_of(installed, clock)) as client:
        yield client


def signed(
    clock: StillClock, body: bytes, delivery: str = "d-1", *, secret: str = SECRETS[0], age: float = 0
) -> dict[str, str]:
    """The headers of a delivery of NopeSight."""
    timestamp = str(int(clock.now().timestamp() - age))
    return {
        "X-NopeSight-Event": "event.created",
        "X-NopeSight-Delivery": delivery,
        "X-NopeSight-Timestamp": timestamp,
        "X-NopeSight-Signature": sign(secret, dotted_message(timestamp, body), prefix="sha256="),
        "Content-Type": "application/json",
    }


def delivery(**event: Any) -> bytes:
    """The body of a delivery that tells of an event."""
    told = {
        "_id": "665f0c1e9b1d",
        "title": "Disk full",
        "severity": "critical",
        "status": "open",
        "timestamp": "2026-01-20T14:44:00Z",
    }
    return json.dumps({"id": "whd_1", "type": "event.created", "data": {"event": {**told, **event}}}).encode()


def alerts(*alerts: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The body of a notification of Alertmanager."""
    return {
        "version": "4",
        "groupKey": '{}:{alertname="DiskFull"}',
        "groupLabels": {"alertname": "DiskFull"},
        "status": "firing",
        "receiver": "incidentbot",
        "alerts": list(alerts),
        **changes,
    }


def alert(**changes: Any) -> dict[str, Any]:
    """One alert of such a notification."""
    return {
        "status": "firing",
        "labels": {"alertname": "DiskFull", "instance": "db-01:9100", "severity": "critical"},
        "annotations": {"summary": "Disk full on db-01"},
        "startsAt": "2026-01-20T14:40:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "c1c2c3c4d1d2d3d4",
        **changes,
    }
