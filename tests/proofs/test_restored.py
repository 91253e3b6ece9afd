"""A database that was restored from a backup: what was told since is adopted, not told again."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from incidentbot.domain.people import Actor, Source
from incidentbot.queries.audit import verify_audit
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from incidentbot.store import Store
from incidentbot.usecases.look_up import look_up
from tests.proofs.checker import Seen, check, i6_nothing_is_told_twice
from tests.simulation.loop import VirtualLoop, same_chance
from tests.simulation.run import SWEEP, fresh_sqlite, quiet
from tests.simulation.weather import FAIR
from tests.simulation.world import World, stored

CLI = Actor(Source.CLI, name="Ana")


def copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


async def lived(url: str, backup: Path, *, looked_up: bool) -> World:
    """Slack limits everything while people work and the backup is made; it is restored when all has been told."""
    file, world = Path(url.removeprefix("sqlite:///")), World(1, url, FAIR, replicas=1)
    try:
        await world.installed()
        limited = world.platform.faults.add(Fault(FaultKind.RATE_LIMITED, "chat.*", retry_after="30", hold=True))
        for verb, ref in (("create", ""), ("create", ""), ("note", "INC-1"), ("acknowledge", "INC-2")):
            await asyncio.wait({world.spawn(world.people.insist(verb, ref))})
        copied(file, backup)
        world.platform.faults.remove(limited)
        await quiet(world)
        (replica,) = world.replicas
        await replica.end()
        world.gone(replica)
        replica.close()
        copied(backup, file)
        store = Store(url, clock=world.database_clock)
        if looked_up:
            assert look_up(store, world.team, CLI) > 0
        await world.somebody_alive()
        await quiet(world)
        await asyncio.sleep(SWEEP)
        assert verify_audit(store)[1] == []
        store.close()
        await world.replicas[0].end()
        stored(url, world.history, world.moment())
    finally:
        world.close()
    return world


@pytest.mark.parametrize("looked_up", (True, False))
def test_what_was_told_since_is_adopted_where_it_is_looked_for(tmp_path: Path, *, looked_up: bool) -> None:
    loop = VirtualLoop()
    with fresh_sqlite() as url, same_chance(1), capture_logs():
        try:
            world = loop.run_until_complete(lived(url, tmp_path / "backup.db", looked_up=looked_up))
        finally:
            loop.close()
    if looked_up:
        assert check(world.history) == []
    else:
        assert list(i6_nothing_is_told_twice(Seen(world.history))), "without it there would be nothing to adopt"
