"""GET /v1/stats: the figures of a period, from what happened."""

import httpx
import pytest

from tests.functional.web.conftest import StillClock
from tests.functional.web.test_rest import created, problem

Api = httpx.AsyncClient


async def move(api: Api, ref: str, *moves: str) -> None:
    for one in moves:
        assert (await api.post(f"/v1/incidents/{ref}/{one}")).status_code == 200


async def test_the_figures_come_from_the_transitions(api: Api, clock: StillClock) -> None:
    for severity in ("critical", "high", "low"):
        await created(api, severity=severity, ci_ids=[f"ci-{severity}"])
    clock.move(60)
    await move(api, "INC-1", "acknowledge")
    clock.move(60)
    await move(api, "INC-2", "acknowledge", "resolve", "reopen")
    clock.move(180)
    await move(api, "INC-1", "resolve")
    told = (await api.get("/v1/stats?period=7d&by=ci")).json()
    assert {name: told[name] for name in ("period", "created", "open", "acknowledged", "resolved", "reopened")} == {
        "period": "7d",
        "created": 3,
        "open": 2,
        "acknowledged": 0,
        "resolved": 1,
        "reopened": 1,
    }
    assert told["mtta"] == {"count": 2, "waiting": 1, "mean": 90.0, "median": 120.0, "p90": None}
    # One took 300 s; of the other two it is known that they take at least that long.
    assert told["mttr"] == {"count": 1, "waiting": 2, "mean": 300.0, "median": None, "p90": None}
    assert told["by_severity"]["critical"]["mttr"]["median"] == 300.0
    assert told["by_severity"]["medium"]["created"] == 0
    assert {name: one["created"] for name, one in told["groups"].items()} == dict.fromkeys(
        ("ci-critical", "ci-high", "ci-low"), 1
    )
    assert told["before"]["created"] == 0


async def test_what_a_period_saw_does_not_change_with_what_comes_after(api: Api, clock: StillClock) -> None:
    await created(api)
    clock.move(86_400 * 8)
    await move(api, "INC-1", "resolve")
    clock.move(1)
    told = (await api.get("/v1/stats?period=2026-01-20/2026-01-20")).json()
    assert (told["created"], told["open"], told["resolved"]) == (1, 1, 0)
    week = (await api.get("/v1/stats")).json()
    assert (week["period"], week["created"], week["before"]["created"]) == ("7d", 0, 1)


async def test_without_incidents_there_are_no_times_instead_of_zeros(api: Api) -> None:
    told = (await api.get("/v1/stats?period=90d")).json()
    assert (told["created"], told["reopen_rate"]) == (0, None)
    assert told["mtta"] == {"count": 0, "waiting": 0, "mean": None, "median": None, "p90": None}


@pytest.mark.parametrize(
    "period",
    ("", "week", "0d", "10y", "3650d", "2026-13-01/2026-13-02", "2026-02-02/2026-02-01", "2027-01-01/2027-01-02"),
)
async def test_a_period_that_is_none_is_refused_with_those_there_are(api: Api, period: str) -> None:
    error = problem(await api.get("/v1/stats", params={"period": period}), 400)
    assert error["code"] == "bad_field"
    assert "30d" in error["message"]


async def test_nothing_is_told_without_the_token(api: Api) -> None:
    problem(await api.get("/v1/stats", headers={"Authorization": ""}), 401)
    problem(await api.get("/v1/stats?by=weather"), 400)
