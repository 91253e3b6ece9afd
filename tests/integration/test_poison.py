"""An effect at which our own code fails: tried a few times, parked, and what stands behind it goes on."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidentbot.clients.errors import Permanent
from incidentbot.delivery.claim import Timings
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.delivery.worker import Worker
from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.effects.kinds import KINDS, EntryPosted, Repeat
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.parked import Seen
from incidentbot.usecases import Cause, add_note, create

TEAM = Workspace("T0ACME", "Acme", "https://acme.slack.com/")
ACTOR = Actor(Source.CLI, name="cli")


class Hurried:
    """A clock on which half a minute passes whenever somebody looks."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(seconds=30)
        return self._now


class Placed(OneWay):
    """Tells everything, to nobody."""

    def prepare(self, _tx: Transaction, row: EffectRow) -> Task | None:
        return Task(row, Repeat.AGAIN)

    async def send(self, _task: Task) -> str:
        return "told"

    def record(self, tx: Transaction, task: Task, _result: Any) -> str:
        if task.row.effect.kind == "card":
            tx.incidents.place_card(task.row.incident, "C1", "1.000001")
            tx.effects.card_placed(task.row.incident, "C1", tx.now)
        return ""


class Poisoned(Placed):
    """Fails at the first entry, at one `step`."""

    def __init__(self, step: str) -> None:
        self._step = step

    def _fail(self, row: EffectRow, step: str) -> None:
        if step == self._step and isinstance(row.effect, EntryPosted) and row.effect.order == 1:
            raise ZeroDivisionError

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        self._fail(row, "prepare")
        return super().prepare(tx, row)

    async def send(self, task: Task) -> str:
        self._fail(task.row, "send")
        if self._step == "refused" and isinstance(task.row.effect, EntryPosted) and task.row.effect.order == 1:
            raise Permanent("no", "no")
        return await super().send(task)

    def record(self, tx: Transaction, task: Task, result: Any) -> str:
        self._fail(task.row, "record")
        return super().record(tx, task, result)

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        self._fail(task.row, "refused")
        return super().refused(tx, task, error)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store(database_url, clock=Hurried())
    with made.begin(TEAM.team_id) as tx:
        tx.installations.save(TEAM, tx.now)
    yield made
    made.close()


@pytest.mark.parametrize("step", ("prepare", "send", "record", "refused"))
async def test_what_always_fails_is_parked_and_the_lane_goes_on(store: Store, step: str) -> None:
    create(store, Cause(TEAM.team_id, "1", ACTOR, "cli"), Draft("Checkout is slow", Severity.HIGH))
    add_note(store, Cause(TEAM.team_id, "2", ACTOR, "cli"), "INC-1", "still slow")
    handler = Poisoned(step)
    timings = Timings(settle=timedelta(seconds=1), lease=timedelta(hours=9), look=timedelta(seconds=0.01))
    worker = Worker(store, dict.fromkeys(KINDS, handler), {}, timings)
    working = asyncio.ensure_future(worker.run())
    try:
        async with asyncio.timeout(60):
            while states(store) != {1: "parked", 2: "done"}:  # noqa: ASYNC110 - no event tells what was recorded
                await asyncio.sleep(0.02)
    finally:
        await worker.stop()
        await working
    (parked,) = [one for one in seen(store) if one.state == "parked"]
    assert "ZeroDivisionError" in parked.problem
    assert parked.attempts == 4


def seen(store: Store) -> tuple[Seen, ...]:
    with store.read(TEAM.team_id) as tx:
        return tuple(one for one in tx.parked.page(["parked", "done", "waiting", "in_flight"]) if one.kind == "entry")


def states(store: Store) -> dict[int, str]:
    return dict(enumerate((one.state for one in seen(store)), 1))
