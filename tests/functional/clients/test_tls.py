"""A server whose certificate nobody vouches for gets neither a token nor anything else of ours."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from incidentbot.bootstrap import SystemClock
from incidentbot.clients.errors import ClientError
from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.clients.nopesight.config import NopeSightConfig
from incidentbot.clients.slack import SlackClient


def signed_by_itself(folder: Path) -> Path:
    """A certificate of 127.0.0.1 with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    told = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(told + certificate.public_bytes(pem))
    return file


@asynccontextmanager
async def posing(folder: Path, heard: list[bytes]) -> AsyncIterator[str]:
    """The address of a server with such a certificate; `heard` is what it was sent."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65_536))
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed_by_itself(folder))
    async with await asyncio.start_server(hear, "127.0.0.1", 0, ssl=context) as server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def ask_slack(url: str) -> None:
    async def token(_team: str) -> str:
        return "xoxb-of-nobody-else"

    async with SlackClient(f"{url}/api/", token, SystemClock().now) as slack:
        await slack.post("T0ACME", "C0INCIDENT", {"text": "hello"})


async def ask_nopesight(url: str) -> None:
    config = NopeSightConfig(api_url=url, token="of-nobody-else-0123456789")
    async with NopeSightClient(config, SystemClock().now) as nopesight:
        await nopesight.get_event("e1")


@pytest.mark.parametrize("ask", (ask_slack, ask_nopesight), ids=("slack", "nopesight"))
async def test_a_server_whose_certificate_nobody_vouches_for_is_told_nothing(
    tmp_path: Path, ask: Callable[[str], Awaitable[None]]
) -> None:
    heard: list[bytes] = []
    async with posing(tmp_path, heard) as url:
        with pytest.raises(ClientError):
            await ask(url)
    assert [one for one in heard if one] == []
