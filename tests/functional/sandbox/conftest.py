from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from tests.functional.sandbox.trial_app import trial


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture(params=["http", "socket"])
def h(server: SandboxServer, request: pytest.FixtureRequest) -> Iterator[Harness]:
    with trial(server, request.param) as harness:
        yield harness


@pytest.fixture
def client(server: SandboxServer) -> WebClient:
    """The official client with the bot's token; it never tries twice."""
    return WebClient(server.workspace.installation.bot_token, base_url=server.api_url, retry_handlers=[])


@pytest.fixture
def alone(server: SandboxServer) -> Iterator[Harness]:
    """A harness without an app: what the test itself calls is expected by it."""
    harness = Harness(server)
    with harness:
        yield harness
        harness.ignore(lambda _: True)
