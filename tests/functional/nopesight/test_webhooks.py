"""What NopeSight tells us: signed, told until it is taken, and readable in both dialects."""

import hashlib
import hmac
import threading
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.domain.monitoring import EventStatus
from incidentbot.domain.nopesight_event import Delivery, EventActor, read_delivery
from incidentbot.domain.severity import Severity
from incidentbot.sandbox.nopesight import WEBHOOK_SECRET, Dialect, NopeSight
from tests.functional.nopesight.conftest import served

ANN = EventActor("Ana", "ana@acme.example", "slack", "U0ANA00001")


class Receiver:
    """Takes deliveries, or refuses the first `refusals` of them."""

    def __init__(self) -> None:
        self.refusals = 0
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        with self._lock:
            refused = self.refusals > 0
            self.refusals -= refused
            self.taken.append((dict(request.headers), body))
        await Response(status_code=503 if refused else 202)(scope, receive, send)

    def read(self) -> list[Delivery]:
        return [read_delivery(body) for _, body in self.taken]

    def ids(self) -> list[str]:
        return [headers["x-nopesight-delivery"] for headers, _ in self.taken]


@pytest.fixture
def receiver(sight: NopeSight) -> Iterator[Receiver]:
    made = Receiver()
    with served(made) as url:
        sight.connect(f"{url}/webhooks/nopesight")
        yield made


@pytest.mark.parametrize("dialect", list(Dialect))
def test_an_event_is_told_from_its_beginning_to_its_end(sight: NopeSight, receiver: Receiver, dialect: Dialect) -> None:
    sight.dialect = dialect
    event = sight.fire("CPU 98% on PROD-WEB-01", severity="major", correlation_id="corr_7")
    sight.acknowledge(event.id, by="ben")
    sight.resolve(event.id, by="chloe", notes="restarted nginx")
    assert sight.webhooks.wait_settled()
    told = [one.event for one in receiver.read() if one.event]
    assert [one.status for one in told] == [EventStatus.OPEN, EventStatus.ACKNOWLEDGED, EventStatus.RESOLVED]
    assert {one.severity for one in told} == {Severity.HIGH}
    assert {one.event_id for one in told} == {event.id}
    assert [one.actor_email for one in told[1:]] == ["ben@acme.example", "chloe@acme.example"]
    assert [(ci.id, ci.type) for ci in told[0].cis] == [("ci_web_01", "server")]
    assert told[0].correlation_id == "corr_7"
    assert told[2].notes == "restarted nginx"
    assert told[0].updated_at < told[1].updated_at < told[2].updated_at


def test_a_delivery_is_signed_over_its_time_and_body(sight: NopeSight, receiver: Receiver) -> None:
    sight.fire()
    assert sight.webhooks.wait_settled()
    headers, body = receiver.taken[0]
    signed = headers["x-nopesight-timestamp"].encode() + b"." + body
    expected = hmac.new(WEBHOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-nopesight-signature"] == f"sha256={expected}"


def test_a_delivery_is_told_again_under_the_same_id_until_it_is_taken(sight: NopeSight, receiver: Receiver) -> None:
    receiver.refusals = 3
    sight.fire()
    assert sight.webhooks.wait_settled()
    assert len(receiver.taken) == 4
    assert len(set(receiver.ids())) == 1
    assert [attempt.status for attempt in sight.webhooks.deliveries()[0].attempts] == [503, 503, 503, 202]


def test_deliveries_can_come_twice_and_in_any_order(sight: NopeSight, receiver: Receiver) -> None:
    sight.webhooks.mischief.copies = 2
    sight.webhooks.mischief.shuffled = True
    sight.webhooks.hold()
    sight.storm(20)
    assert receiver.taken == []
    sight.webhooks.release()
    assert sight.webhooks.wait_settled()
    in_order = [one.id for one in sight.webhooks.deliveries()]
    assert sorted(receiver.ids()) == sorted(in_order * 2)
    assert receiver.ids() != [one for one in in_order for _ in range(2)]


async def test_our_own_change_comes_back_with_its_source(
    sight: NopeSight, receiver: Receiver, client: NopeSightClient
) -> None:
    event = sight.fire()
    await client.set_event_status(event.id, EventStatus.ACKNOWLEDGED, ANN)
    assert sight.webhooks.wait_settled()
    echo = receiver.read()[-1]
    assert (echo.type, echo.actor.source, echo.changes) == ("event.updated", "slack", ("status",))


async def test_a_registered_address_is_told_with_its_own_secret(
    sight: NopeSight, receiver: Receiver, client: NopeSightClient
) -> None:
    url = sight.webhooks.subscriptions()[0].url
    await client.register_webhook(url, "another secret, of sufficient length")
    sight.fire()
    assert sight.webhooks.wait_settled()
    headers, body = receiver.taken[0]
    signed = headers["x-nopesight-timestamp"].encode() + b"." + body
    expected = hmac.new(b"another secret, of sufficient length", signed, hashlib.sha256).hexdigest()
    assert headers["x-nopesight-signature"] == f"sha256={expected}"
