"""The limits of Slack's methods, kept in the database, for the calls that no claim takes them for."""

from datetime import timedelta
from typing import Final

import structlog

from incidentbot.delivery import pace
from incidentbot.store import DatabaseUnavailable, Store

log = structlog.get_logger(__name__)

# A limit that somebody else is about to free is looked at again soon.
SOON: Final = 0.1


class SharedTurns:
    """Turns by the rows that all processes share. Without the database nobody waits: Slack's own limits remain."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def wait(self, team_id: str, method: str) -> float:
        """0 where the call may be made now, else how many seconds to wait."""
        try:
            return await self._store.run(_reserve, team_id, method)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
            return 0.0

    async def limited(self, team_id: str, method: str, seconds: float) -> None:
        """Nobody calls the method for so long."""
        try:
            await self._store.run(_block, team_id, method, seconds)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))


def _reserve(store: Store, team_id: str, method: str) -> float:
    with store.begin(team_id) as tx:
        free_at = tx.limits.reserve([pace.of_method(tx.policy.pace, method)], tx.now)
        return max(SOON, (free_at - tx.now).total_seconds()) if free_at else 0.0


def _block(store: Store, team_id: str, method: str, seconds: float) -> None:
    with store.begin(team_id) as tx:
        tx.limits.block(pace.method_key(method), tx.now + timedelta(seconds=seconds))
