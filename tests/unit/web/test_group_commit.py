import asyncio
from collections.abc import Sequence

import pytest

from incidentbot.web.group_commit import GroupCommitter


class Database:
    """Commits when it is told to, and keeps what it was given."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.fails_on = -1

    async def commit(self, items: Sequence[int]) -> list[int]:
        self.groups.append(list(items))
        self.begun.set()
        await self.may_end.wait()
        if self.fails_on in items:
            raise ConnectionError
        return [item * 10 for item in items]


async def settled() -> None:
    """Let every task run until it waits for something outside."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_everything_that_comes_during_a_commit_goes_into_the_next_one() -> None:
    database = Database()
    committer = GroupCommitter(database.commit)
    first = asyncio.create_task(committer.submit(1))
    await database.begun.wait()
    others = [asyncio.create_task(committer.submit(number)) for number in range(2, 50)]
    await settled()
    database.may_end.set()
    assert await asyncio.gather(first, *others) == [number * 10 for number in range(1, 50)]
    assert database.groups == [[1], list(range(2, 50))]


async def test_groups_stay_in_order_and_below_the_largest_size() -> None:
    database = Database()
    database.may_end.set()
    committer = GroupCommitter(database.commit, largest=10)
    assert await asyncio.gather(*map(committer.submit, range(25))) == [number * 10 for number in range(25)]
    assert database.groups == [list(range(10)), list(range(10, 20)), list(range(20, 25))]


async def test_a_failed_commit_is_told_to_its_own_group_only() -> None:
    database = Database()
    database.fails_on = 1
    committer = GroupCommitter(database.commit)
    first = asyncio.create_task(committer.submit(1))
    await database.begun.wait()
    second = asyncio.create_task(committer.submit(2))
    await settled()
    database.may_end.set()
    with pytest.raises(ConnectionError):
        await first
    assert await second == 20


async def test_a_caller_that_goes_away_takes_nobody_along() -> None:
    database = Database()
    committer = GroupCommitter(database.commit)
    impatient = asyncio.create_task(committer.submit(1))
    patient = asyncio.create_task(committer.submit(2))
    await database.begun.wait()
    impatient.cancel()
    await settled()
    database.may_end.set()
    assert await patient == 20
    assert impatient.cancelled()
    assert database.groups == [[1, 2]]
