"""On SQLite one worker at a time works: whoever holds the file lock beside the database.

The kernel lets go of it when its holder dies, however it dies, so the next worker knows that no call is on its way.
"""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

LOOK_EVERY: Final = 0.25


@asynccontextmanager
async def turn(database: Path) -> AsyncIterator[None]:
    """Wait until no other worker works on this database, and keep it so for the length of the block."""
    with database.with_name(database.name + ".worker").open("w") as file:
        while not _locked(file.fileno()):  # noqa: ASYNC110 - another process lets go, which no event tells
            await asyncio.sleep(LOOK_EVERY)
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
