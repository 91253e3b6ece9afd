"""A NopeSight to call: the sandbox's by default, a real one where the environment names it.

NOPESIGHT_CONTRACT_API_URL and NOPESIGHT_CONTRACT_API_TOKEN (and, where wanted, NOPESIGHT_CONTRACT_AUTH_SCHEME and
NOPESIGHT_CONTRACT_DEPARTMENT) point test_contract.py at a real NopeSight. It then only reads, unless
NOPESIGHT_CONTRACT_WRITE=1 lets it make an event of its own and acknowledge, comment on, assign and resolve it, order a
report and update a CI (with what it has already). What that NopeSight has no path for is skipped, saying so.
"""

import os
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn

from incidentbot.clients.nopesight import NopeSightClient, NopeSightConfig
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.nopesight import TOKEN, Dialect, NopeSight

REAL = "NOPESIGHT_CONTRACT_"


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of an ASGI application that is served on this machine for the length of a block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(60)


def config_of(url: str, token: str = TOKEN, **changes: Any) -> NopeSightConfig:
    return NopeSightConfig(url, token, **changes)


def client_of(config: NopeSightConfig, clock: Clock) -> NopeSightClient:
    return NopeSightClient(config, lambda: datetime.fromtimestamp(clock.now(), UTC))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sight(clock: Clock) -> Iterator[NopeSight]:
    made = NopeSight(clock, retry_scale=0.01)
    yield made
    made.close()


class Switchboard:
    """Serves whatever application a test puts through: one server for all tests, since starting one takes a while."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def switchboard() -> Switchboard:
    return Switchboard()


@pytest.fixture(scope="session")
def address(switchboard: Switchboard) -> Iterator[str]:
    with served(switchboard) as url:
        yield url


@pytest.fixture
def api_url(sight: NopeSight, switchboard: Switchboard, address: str) -> str:
    switchboard.app = sight
    return address


@pytest.fixture
async def client(api_url: str, clock: Clock) -> AsyncIterator[NopeSightClient]:
    async with client_of(config_of(api_url), clock) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Contract:
    """A NopeSight under trial: how to call it, whether it may be changed, and (only the sandbox's) its clock."""

    client: NopeSightClient
    may_write: bool
    clock: Clock | None


@pytest.fixture(params=list(Dialect), ids=lambda dialect: str(dialect.value))
async def contract(
    request: pytest.FixtureRequest, sight: NopeSight, api_url: str, clock: Clock
) -> AsyncIterator[Contract]:
    url = os.environ.get(f"{REAL}API_URL")
    if url:
        if request.param is not Dialect.INSTANCE:
            pytest.skip("a real NopeSight has one dialect")
        async with client_of(_real(url), clock) as made:
            yield Contract(made, os.environ.get(f"{REAL}WRITE") == "1", None)
        return
    sight.dialect = request.param
    sight.fire("CPU 98% on PROD-WEB-01", correlation_id="corr_7")
    async with client_of(config_of(api_url), clock) as made:
        yield Contract(made, may_write=True, clock=clock)


@pytest.fixture
def address_of(api_url: str) -> str:
    """The address of the NopeSight under trial."""
    return os.environ.get(f"{REAL}API_URL") or api_url


def _real(url: str) -> NopeSightConfig:
    return NopeSightConfig(
        url,
        os.environ[f"{REAL}API_TOKEN"],
        os.environ.get(f"{REAL}AUTH_SCHEME", "bearer"),
        os.environ.get(f"{REAL}DEPARTMENT", ""),
    )
