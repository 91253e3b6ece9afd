"""A panel beside an empty sandbox, without a bot: what it shows and does by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from incidentbot.sandbox.nopesight import NopeSight, create_nopesight
from incidentbot.sandbox.panel import Panel, create_panel
from incidentbot.sandbox.server import Mounts, SandboxServer


@dataclass
class Desk:
    """The panel as a browser sees it, and what stands behind it."""

    server: SandboxServer
    nopesight: NopeSight
    panel: Panel
    http: httpx.Client
    seen: str = field(default="")

    def page(self) -> str:
        return self._kept(self.http.get("/panel/"))

    def news(self) -> httpx.Response:
        answer = self.http.get("/panel/news", params={"seen": self.seen})
        if answer.status_code == 200:
            self._kept(answer)
        return answer

    def post(self, path: str, **form: str) -> str:
        return self._kept(self.http.post(f"/panel/{path}", data={"seen": self.seen, **form}))

    def _kept(self, answer: httpx.Response) -> str:
        assert answer.status_code == 200, answer.text
        found = re.search(r'name="seen" value="([^"]+)"', answer.text)
        assert found
        self.seen = found[1]
        return answer.text


@pytest.fixture
def desk() -> Iterator[Desk]:
    made: list[tuple[NopeSight, Panel]] = []

    def mounts(server: SandboxServer) -> Mounts:
        nopesight = create_nopesight(server.clock, feed=server.platform.feed)
        panel = Panel(server, nopesight)
        made.append((nopesight, panel))
        return Mounts(by_path={"/panel": create_panel(panel), "/nopesight": nopesight}, lifespans=(panel.watching,))

    with SandboxServer(mounts=mounts) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        ((nopesight, panel),) = made
        yield Desk(server, nopesight, panel, http)
        nopesight.close()
