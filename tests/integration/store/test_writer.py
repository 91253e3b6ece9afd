"""SQLite's writer: what it answered is on the disk, also where one sync served many."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from incidentbot.store.database import Database, OutcomeUnknown
from incidentbot.store.tables import channels
from incidentbot.store.writer import GroupWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class StandingClock:
    def now(self) -> datetime:
        return NOW


class Disk(Database):
    """A database that counts how often the disk was waited for, and may fail to."""

    def __init__(self, url: str) -> None:
        super().__init__(url, StandingClock())
        self.syncs = 0
        self.broken = False

    def make_last(self) -> None:
        super().make_last()
        self.syncs += 1
        if self.broken:
            raise OSError(5, "Input/output error")

    def learn(self, name: str) -> str:
        with self.write() as connection:
            row = {"team_id": "T0TEAM", "name": name, "id": "C0ROOM", "learned_at": NOW}
            connection.execute(sa.insert(channels), row)
        return name

    def names(self) -> list[str]:
        with self.read() as connection:
            return sorted(connection.execute(sa.select(channels.c.name)).scalars())


@pytest.fixture
def disk(sqlite_url: str) -> Iterator[Disk]:
    made = Disk(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def writer(disk: Disk) -> Iterator[GroupWriter]:
    made = GroupWriter(disk)
    yield made
    made.shutdown()


def while_it_is_busy(writer: GroupWriter, disk: Disk, names: list[str]) -> list[Future[str]]:
    """Queue work behind a piece that ends only once all of it is queued."""
    queued = threading.Event()
    first = writer.submit(queued.wait, 10)
    futures = [writer.submit(disk.learn, name) for name in names]
    queued.set()
    wait([first], 10)
    return futures


def test_what_queued_meanwhile_lasts_by_one_sync(writer: GroupWriter, disk: Disk) -> None:
    futures = while_it_is_busy(writer, disk, ["#a", "#b", "#c"])
    assert [future.result(10) for future in futures] == ["#a", "#b", "#c"]
    assert disk.names() == ["#a", "#b", "#c"]
    assert disk.syncs == 1


def test_one_piece_that_fails_takes_no_other_with_it(writer: GroupWriter, disk: Disk) -> None:
    good, twice, other = while_it_is_busy(writer, disk, ["#a", "#a", "#b"])
    assert (good.result(10), other.result(10)) == ("#a", "#b")
    with pytest.raises(sa.exc.IntegrityError):
        twice.result(10)


def test_a_disk_that_cannot_sync_leaves_everybody_in_doubt(writer: GroupWriter, disk: Disk) -> None:
    disk.broken = True
    for future in while_it_is_busy(writer, disk, ["#a", "#b"]):
        with pytest.raises(OutcomeUnknown):
            future.result(10)


def test_whoever_writes_without_the_writer_waits_for_the_disk_himself(disk: Disk) -> None:
    with disk.write() as connection:
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar_one() == 2
    with disk.lasting_later(), disk.write() as connection:
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar_one() == 1
    with disk.write() as connection:
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar_one() == 2
