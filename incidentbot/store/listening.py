"""LISTEN: hear at once when another process leaves effects behind. PostgreSQL only."""

import asyncio
from collections.abc import Callable
from typing import Final

import psycopg

AGAIN_AFTER: Final = 1.0


async def listen(url: str, heard: Callable[[], None], own: str = "") -> None:
    """Call `heard` on every notification until cancelled; a lost connection is made anew, and counts as one.

    Notifications of the process named `own` are left out: it has told itself, and looking twice helps nobody.
    """
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute("LISTEN incidentbot_effects")
                heard()
                async for told in connection.notifies():
                    if not own or told.payload != own:
                        heard()
        except psycopg.OperationalError:
            await asyncio.sleep(AGAIN_AFTER)
