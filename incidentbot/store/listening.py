"""LISTEN: hear at once when another process leaves effects behind. PostgreSQL only."""

import asyncio
from collections.abc import Callable
from typing import Final

import psycopg

AGAIN_AFTER: Final = 1.0


async def listen(url: str, heard: Callable[[], None]) -> None:
    """Call `heard` on every notification until cancelled; a lost connection is made anew, and counts as one."""
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute("LISTEN incidentbot_effects")
                heard()
                async for _ in connection.notifies():
                    heard()
        except psycopg.OperationalError:
            await asyncio.sleep(AGAIN_AFTER)
