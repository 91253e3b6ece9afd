"""Fetching a report's file: within limits, and never lending our token or our network."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from incidentbot.clients.errors import Permanent, Retryable
from incidentbot.clients.nopesight.config import NopeSightConfig
from incidentbot.clients.nopesight.download import LARGEST_FILE, Downloads, is_public
from incidentbot.clients.nopesight.wire import Wire

PDF = b"%PDF-1.4 a report"
CONFIG = NopeSightConfig("https://nopesight.example/v1", "nsa_k_secret")
Handler = Callable[[httpx.Request], httpx.Response]


class Net:
    """The network: what each request is answered, what was requested, and where names lead."""

    def __init__(self, handler: Handler, addresses: list[str] | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self._handler = handler
        self._addresses = ["93.184.216.34"] if addresses is None else addresses

    async def pdf(self) -> bytes:
        async with httpx.AsyncClient(transport=httpx.MockTransport(self._answer)) as http:
            wire = Wire(CONFIG, http, lambda: datetime(2026, 1, 1, tzinfo=UTC))
            return await Downloads(wire, self._resolve).pdf("rep_5")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        told = self._handler(request)
        # As from a socket: not yet read.
        return httpx.Response(told.status_code, headers=told.headers, stream=httpx.ByteStream(told.content))

    async def _resolve(self, host: str, port: int) -> list[str]:
        return self._addresses


def redirecting(location: str) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/download"):
            return httpx.Response(302, headers={"Location": location})
        return httpx.Response(200, content=PDF)

    return handler


async def test_a_file_at_another_host_is_fetched_there_without_our_token() -> None:
    net = Net(redirecting("https://files.example/r.pdf?signature=1"))
    assert await net.pdf() == PDF
    elsewhere = net.requests[1]
    # Called at the very address that was looked up and checked, as the host that it was asked for.
    assert (elsewhere.url.host, elsewhere.headers["Host"]) == ("93.184.216.34", "files.example")
    assert elsewhere.extensions["sni_hostname"] == "files.example"
    assert "nsa_k_secret" not in str(elsewhere.headers.raw)


async def test_a_file_at_the_same_host_is_fetched_with_it() -> None:
    net = Net(redirecting("/files/r.pdf"))
    assert await net.pdf() == PDF
    assert net.requests[1].headers["Authorization"] == "Bearer nsa_k_secret"


@pytest.mark.parametrize(
    "location",
    (
        "http://files.example/r.pdf",
        "https://files.example:8443/r.pdf",
        "https://user:password@files.example/r.pdf",
        "file:///etc/passwd",
        "https://nopesight.example:1/r.pdf",
    ),
)
async def test_anything_but_a_plain_https_address_is_refused(location: str) -> None:
    net = Net(redirecting(location))
    with pytest.raises(Permanent):
        await net.pdf()
    assert len(net.requests) == 1


@pytest.mark.parametrize("address", ("127.0.0.1", "169.254.169.254", "10.1.2.3", "::1", "::ffff:127.0.0.1", "fe80::1"))
async def test_a_name_that_leads_into_our_network_is_refused(address: str) -> None:
    net = Net(redirecting("https://files.example/r.pdf"), ["93.184.216.34", address])
    with pytest.raises(Permanent):
        await net.pdf()
    assert len(net.requests) == 1


@pytest.mark.parametrize("address", ("2130706433", "0x7f000001", "0177.0.0.1", "224.0.0.1", "not an address", ""))
def test_only_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert not is_public(address)


async def test_a_second_redirect_is_not_followed() -> None:
    net = Net(lambda request: httpx.Response(302, headers={"Location": "https://files.example/again"}))
    with pytest.raises(Permanent):
        await net.pdf()
    assert len(net.requests) == 2


async def test_a_host_without_an_address_may_have_one_later() -> None:
    with pytest.raises(Retryable):
        await Net(redirecting("https://files.example/r.pdf"), []).pdf()


async def test_a_file_that_is_too_large_is_left_alone() -> None:
    with pytest.raises(Permanent) as refused:
        await Net(lambda request: httpx.Response(200, content=PDF + b"x" * LARGEST_FILE)).pdf()
    assert refused.value.code == "TOO_LARGE"


async def test_what_is_no_pdf_is_not_passed_on() -> None:
    with pytest.raises(Retryable):
        await Net(lambda request: httpx.Response(200, content=b"<html>")).pdf()
