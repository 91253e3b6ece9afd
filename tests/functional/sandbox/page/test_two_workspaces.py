"""Several workspaces on one page: each person sees and reaches their own alone."""

from collections.abc import Iterator

import httpx
import pytest

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.page import create_page
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.world import demo_world, second_world

ZOE = {"x-as": "zoe"}


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    worlds = (demo_world(), second_world())
    with SandboxServer(*worlds, mounts=lambda server: Mounts(page=create_page(server.slack))) as running:
        yield running


def test_one_acts_as_people_of_all_of_them(server: SandboxServer) -> None:
    page = httpx.get(f"{server.url}/", headers=ZOE, follow_redirects=True)
    assert page.url.path == "/c/C1GLOBEX01"
    assert "Globex" in page.text
    assert "Ana Ferreira" in page.text  # in the list of whom one may act as


def test_nobody_reaches_into_anothers(server: SandboxServer) -> None:
    with Harness(server) as h:
        said = h.say("ours alone", as_="ben", channel="#incidents")
        place = {"spot": f"message:C0INCIDENT:{said.ts}"}
        page = httpx.get(f"{server.url}/c/C0INCIDENT", headers=ZOE, follow_redirects=True)
        assert "ours alone" not in page.text
        assert httpx.get(f"{server.url}/menu", params=place, headers=ZOE).status_code == 404
        httpx.post(f"{server.url}/do/react", data={**place, "name": "eyes"}, headers=ZOE)
        assert said.reactions == {}
