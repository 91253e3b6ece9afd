"""Saying that this process lives, so that people can see how many there are and which version each runs."""

import asyncio
from typing import Final

import structlog

from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.replicas import Replica

SAY_EVERY: Final = 10.0

log = structlog.get_logger(__name__)


async def keep_present(store: Store, replica: Replica) -> None:
    """Until cancelled: say every few seconds that this process lives; at the end, that it is gone."""
    try:
        while True:
            try:
                await store.run(_say, replica)
            except DatabaseUnavailable as error:
                log.warning("database.unavailable", reason=str(error))
            await asyncio.sleep(SAY_EVERY)
    finally:
        await _leave(store, replica)


async def _leave(store: Store, replica: Replica) -> None:
    try:
        await store.run(_gone, replica.id)
    except DatabaseUnavailable as error:
        log.warning("database.unavailable", reason=str(error))


def _say(store: Store, replica: Replica) -> None:
    with store.begin("") as tx:
        tx.replicas.seen(replica, tx.now)


def _gone(store: Store, replica_id: str) -> None:
    with store.begin("") as tx:
        tx.replicas.gone(replica_id)
