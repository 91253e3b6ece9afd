from collections.abc import Callable, Iterator

import httpx
import pytest

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.page import create_page
from incidentbot.sandbox.server import Mounts, SandboxServer

Browser = Callable[[str], httpx.Client]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(mounts=lambda server: Mounts(page=create_page(server.slack))) as running:
        yield running


@pytest.fixture
def h(server: SandboxServer) -> Iterator[Harness]:
    """A harness without an app: what the test itself does as the app is expected by it."""
    with Harness(server) as harness:
        yield harness
        harness.ignore(lambda _: True)


@pytest.fixture
def browser(server: SandboxServer) -> Iterator[Browser]:
    """A browser of somebody's, without its scripts."""
    opened: dict[str, httpx.Client] = {}

    def open_for(key: str) -> httpx.Client:
        if key not in opened:
            person = server.workspace.person(key)
            opened[key] = httpx.Client(base_url=server.url, headers={"x-as": person.id}, follow_redirects=True)
        return opened[key]

    yield open_for
    for client in opened.values():
        client.close()
