"""The end of each audit chain, told to the log once an hour: what is kept there shows whether a tail was cut off."""

import asyncio
from typing import Final

import structlog

from incidentbot.domain.audit import Head
from incidentbot.store import DatabaseUnavailable, Store

EVERY: Final = 3600.0

log = structlog.get_logger(__name__)


async def keep_anchored(store: Store) -> None:
    """Until cancelled: log where each chain ends, now and every hour."""
    while True:
        try:
            for head in await store.ask(_heads):
                log.info("audit.head", head=str(head))
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(EVERY)


def _heads(store: Store) -> tuple[Head, ...]:
    with store.read("") as tx:
        return tx.audit.heads()
