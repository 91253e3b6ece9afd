"""One request to NopeSight: what is sent, and what is made of answers of any kind."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from incidentbot.clients.errors import ClientError, Permanent, Retryable, Uncertain
from incidentbot.clients.nopesight import EventQuery, NopeSightClient, NopeSightConfig
from incidentbot.clients.nopesight.wire import LARGEST_ANSWER
from incidentbot.domain.nopesight_event import EventActor

NOW = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)
ANN = EventActor("Ana", "ana@acme.example", "slack", "U0ANA00001")
Handler = Callable[[httpx.Request], httpx.Response]


def client_over(handler: Handler, **settings: str) -> NopeSightClient:
    def unread(request: httpx.Request) -> httpx.Response:
        told = handler(request)
        return httpx.Response(told.status_code, headers=told.headers, stream=httpx.ByteStream(told.content))

    config = NopeSightConfig("https://nopesight.example/v1/", "nsa_k_secret", **settings)  # type: ignore[arg-type]  # texts are all that these tests set
    return NopeSightClient(config, lambda: NOW, httpx.MockTransport(unread))


async def test_a_request_says_who_asks_for_what() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"data": []})

    async with client_over(handler, department="IT") as client:
        await client.list_events(EventQuery(search="web & db", limit=5))
    request = seen[0]
    assert request.url.path == "/v1/events"
    assert dict(request.url.params) == {"search": "web & db", "page": "1", "limit": "5", "sort": "-timestamp"}
    assert request.headers["Authorization"] == "Bearer nsa_k_secret"
    assert (request.headers["X-Department"], request.headers["Accept"]) == ("IT", "application/json")
    assert request.headers["X-Request-ID"]


async def test_a_redirect_is_never_followed_and_is_no_answer() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": "https://evil.example/"})

    async with client_over(handler) as client:
        with pytest.raises(Retryable):
            await client.get_event("1")
        with pytest.raises(Uncertain):
            await client.add_comment("1", "text", ANN, "key")
    assert asked == ["nopesight.example"] * 2


@pytest.mark.parametrize(
    "answer",
    (
        httpx.Response(200, content=b""),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, content=b"[1, 2"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"success": True, "data": None}),
        httpx.Response(200, json={"title": "no id"}),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(200, content=b'{"_id": NaN}'),
        httpx.Response(200, content=gzip.compress(b'{"_id": "1", "timestamp": 1737384300}', mtime=0)),
    ),
    ids=lambda answer: repr(answer.content[:20]),
)
async def test_an_answer_that_makes_no_sense_is_unclear(answer: httpx.Response) -> None:
    async with client_over(lambda _: answer) as client:
        with pytest.raises(Retryable):
            await client.get_event("1")


async def test_an_answer_larger_than_a_mebibyte_is_not_read_to_its_end() -> None:
    async with client_over(lambda _: httpx.Response(200, content=b" " * (LARGEST_ANSWER + 1))) as client:
        with pytest.raises(Permanent) as refused:
            await client.get_event("1")
    assert refused.value.code == "TOO_LARGE"


@pytest.mark.parametrize(
    ("lost", "comment", "reading"),
    (
        (httpx.ConnectError, Retryable, Retryable),
        (httpx.ConnectTimeout, Retryable, Retryable),
        (httpx.PoolTimeout, Retryable, Retryable),
        (httpx.ReadTimeout, Uncertain, Retryable),
        (httpx.WriteError, Uncertain, Retryable),
        (httpx.RemoteProtocolError, Uncertain, Retryable),
        (TimeoutError, Uncertain, Retryable),
    ),
)
async def test_a_lost_call_is_repeated_only_if_it_never_arrived_or_does_no_harm(
    lost: type[Exception], comment: type[ClientError], reading: type[ClientError]
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise lost("nsa_k_secret")

    async with client_over(handler) as client:
        with pytest.raises(comment) as first:
            await client.add_comment("1", "text", ANN, "key")
        with pytest.raises(reading) as second:
            await client.get_event("1")
    assert "nsa_k_secret" not in first.value.reason + second.value.reason


async def test_a_failure_told_with_status_200_is_a_failure() -> None:
    body = {"success": False, "error": {"code": "RATE_LIMITED", "message": "slow down"}}
    async with client_over(lambda _: httpx.Response(200, json=body, headers={"Retry-After": "9"})) as client:
        with pytest.raises(Retryable) as limited:
            await client.get_event("1")
    assert limited.value.after == 9


async def test_events_that_cannot_be_read_are_counted_and_the_others_told() -> None:
    events = [{"_id": "1", "timestamp": 1737384300}, {"title": "no id"}, "text"]
    async with client_over(lambda _: httpx.Response(200, json={"data": events})) as client:
        page = await client.list_events(EventQuery())
    assert ([event.event_id for event in page.items], page.unreadable) == (["1"], 2)
