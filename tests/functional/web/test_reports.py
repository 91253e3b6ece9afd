"""GET /reports/{team}/{report}: for whoever has a good link, and for nobody else."""

from collections.abc import AsyncIterator

import httpx
import pytest

from incidentbot.domain.signing import sign_link
from incidentbot.store import Store
from incidentbot.store.reports import StoredReport
from tests.functional.web.conftest import TEAM, StillClock, client_of, parts_of
from tests.unit.reports.contents import ORDINARY

KEY = "k" * 64
PATH = f"/reports/{TEAM.team_id}/r1"


@pytest.fixture
async def client(installed: Store, clock: StillClock) -> AsyncIterator[httpx.AsyncClient]:
    with installed.begin(TEAM.team_id) as tx:
        tx.reports.save("r1", StoredReport(ORDINARY, b"", b"", b"", KEY, tx.now))
    async with client_of(parts_of(installed, clock), None) as client:
        yield client


def link(clock: StillClock, seconds: int = 60, path: str = PATH) -> str:
    until = int(clock.now().timestamp()) + seconds
    return f"{path}?until={until}&signature={sign_link(KEY, path, until)}"


async def test_a_good_link_shows_it_until_it_expires(client: httpx.AsyncClient, clock: StillClock) -> None:
    address = link(clock)
    shown = await client.get(address)
    assert shown.status_code == 200
    assert ORDINARY.name in shown.text
    clock.move(61)
    expired = await client.get(address)
    assert (expired.status_code, expired.json()["error"]["code"]) == (410, "link_expired")


@pytest.mark.parametrize(
    "path",
    (
        "/reports/T1/r2",
        "/reports/T2/r1",
        "/reports/T1%00/r1",
        "/reports/T1/r1%00",
        "/reports/T1/%ff",
        "/reports/T1/%ed%a0%80",
        f"/reports/T1/{'r' * 65}",
    ),
)
async def test_of_what_is_not_there_nothing_is_told(client: httpx.AsyncClient, clock: StillClock, path: str) -> None:
    assert (await client.get(link(clock, path=path))).status_code == 404


@pytest.mark.parametrize("query", ("", "?until=1", "?until=x&signature=y", "?until=²&signature=é"))
async def test_what_nobody_signed_shows_nothing(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(PATH + query)).status_code == 404
