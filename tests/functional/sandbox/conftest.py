from collections.abc import Iterator

import pytest

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
