"""The page is for this machine's browser alone, and loads nothing from elsewhere."""

import re

import httpx
import pytest

from incidentbot.sandbox.server import SandboxServer
from tests.functional.sandbox.page.conftest import Browser


def test_a_name_that_only_resolves_here_is_refused(server: SandboxServer) -> None:
    answer = httpx.get(f"{server.url}/", headers={"host": f"evil.example:{server.port}"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}),
    ids=("origin", "cross-site", "same-site"),
)
def test_another_site_cannot_act(server: SandboxServer, headers: dict[str, str]) -> None:
    assert httpx.post(f"{server.url}/do/say", headers=headers).status_code == 403


def test_everything_comes_from_its_own_address_and_nothing_runs_inline(browser: Browser) -> None:
    page = browser("ana").get("/")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page.text) == []


def test_what_the_page_loads_is_there(browser: Browser) -> None:
    ana = browser("ana")
    wanted = re.findall(r'(?:src|href)="(/static/[^"#]+)', ana.get("/").text)
    assert len(wanted) > 5
    assert {path: ana.get(path).status_code for path in wanted} == dict.fromkeys(wanted, 200)
