"""Fetching a report's file, wherever NopeSight keeps it, without lending anybody our token or our network."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import httpx

from incidentbot.clients.errors import Permanent, Retryable
from incidentbot.clients.nopesight.envelope import ToldError, error_in
from incidentbot.clients.nopesight.failures import NO_ERROR_TOLD, Repeat, failure
from incidentbot.clients.nopesight.wire import SECONDS, Answer, Call, Wire
from incidentbot.domain.strict_json import BadJson, read_json

LARGEST_FILE: Final = 25 * 1024 * 1024
FILE_SECONDS: Final = 60.0
PDF_BEGINS: Final = b"%PDF-"
HTTPS_PORT: Final = 443

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host name; empty if it has none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in found]


class Downloads:
    """Fetches files over the wire; `resolve` finds addresses of other hosts."""

    def __init__(self, wire: Wire, resolve: Resolve = resolve) -> None:
        self._wire = wire
        self._resolve = resolve

    async def pdf(self, report_id: str) -> bytes:
        """The file's bytes, which begin as a PDF's do."""
        call = Call(
            "GET",
            "report_download",
            report_id,
            params={"format": "pdf"},
            headers={"Accept": "application/pdf"},
            seconds=FILE_SECONDS,
            largest=LARGEST_FILE,
        )
        answer = await self._wire.send(call)
        if answer.status in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}:
            answer = await self._elsewhere(answer.headers.get("location", ""))
        return _file(answer)

    async def _elsewhere(self, location: str) -> Answer:
        """The file at another path, or at another host: https, a public address, resolved once, called just there."""
        url = self._target(location)
        if self._wire.is_ours(url):
            return await self._wire.fetch(self._wire.authorised(url), FILE_SECONDS, LARGEST_FILE)
        addresses = await self._resolve(url.host, HTTPS_PORT)
        if not addresses:
            raise Retryable("the file's host cannot be found")
        if not all(is_public(address) for address in addresses):
            raise Permanent("the file is said to be at an address that is not public", "REDIRECT_REFUSED")
        request = httpx.Request(
            "GET",
            url.copy_with(host=addresses[0]),
            headers={"Host": url.host, "Accept": "application/pdf", "Accept-Encoding": "identity"},
            extensions={"sni_hostname": url.host, "timeout": httpx.Timeout(SECONDS).as_dict()},
        )
        return await self._wire.fetch(request, FILE_SECONDS, LARGEST_FILE)

    def _target(self, location: str) -> httpx.URL:
        try:
            url = self._wire.here(location)
        except httpx.InvalidURL as error:
            raise Permanent("the file's address cannot be read", "REDIRECT_REFUSED") from error
        plain = url.scheme == "https" and url.host and url.port in (None, HTTPS_PORT) and not url.userinfo
        if not plain and not self._wire.is_ours(url):
            raise Permanent("the file's address is not a plain https address", "REDIRECT_REFUSED")
        return url


def is_public(address: str) -> bool:
    """Whether an address is one of the open Internet; an IPv4 address inside an IPv6 one is looked at as itself."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not (mapped or parsed).is_multicast


def _file(answer: Answer) -> bytes:
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise failure(answer.status, _told(answer.body), Repeat.HARMLESS, request_id=answer.request_id)
    if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise Permanent("the file is said to be elsewhere once too often", "REDIRECT_REFUSED")
    if not answer.body.startswith(PDF_BEGINS):
        raise Retryable("NopeSight's file is not a PDF")
    return answer.body


def _told(body: bytes) -> ToldError:
    try:
        return error_in(read_json(body), failed=True) or NO_ERROR_TOLD
    except BadJson:
        return NO_ERROR_TOLD
