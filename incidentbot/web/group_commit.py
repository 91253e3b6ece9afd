"""Many small writes as few transactions: one takes everything that queued while the last one ran."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

LARGEST_GROUP: Final = 500


class _Group(Generic[Item, Result]):
    """Items that go into one transaction, and the task that commits them once the one before is through."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.task: asyncio.Task[Sequence[Result]] | None = None


class GroupCommitter(Generic[Item, Result]):
    """Hands items to `commit` in groups, one group at a time, in the order in which they came.

    `commit` answers one result an item, in their order. Where it raises, everybody in the group gets the exception.
    """

    def __init__(
        self, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], *, largest: int = LARGEST_GROUP
    ) -> None:
        self._commit = commit
        self._largest = largest
        self._open: _Group[Item, Result] | None = None
        self._last: asyncio.Task[Sequence[Result]] | None = None

    async def submit(self, item: Item) -> Result:
        """The result for `item` once it is committed. A caller that goes away takes nothing back."""
        if self._open is None or len(self._open.items) >= self._largest:
            self._open = self._begun()
        group = self._open
        index = len(group.items)
        group.items.append(item)
        assert group.task is not None  # noqa: S101 - for the type checker: `_begun` has just set it
        results = await asyncio.shield(group.task)
        return results[index]

    def _begun(self) -> _Group[Item, Result]:
        group = _Group[Item, Result]()
        group.task = self._last = asyncio.create_task(self._run(group, self._last))
        return group

    async def _run(
        self, group: _Group[Item, Result], before: asyncio.Task[Sequence[Result]] | None
    ) -> Sequence[Result]:
        if before is not None and not before.done():
            # Whether that one succeeds is told to those who wait for it.
            await asyncio.wait([before])
        if self._open is group:
            self._open = None
        return await self._commit(group.items)
