"""The last resort: while Slack refuses the bot's token, an incoming webhook says so and passes on what waits, once.

Nothing counts as sent by it: whatever waits is posted as ever once the token is taken again.
"""

import asyncio
from typing import Final

import structlog

from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import AlarmSounded, CardTextPassed, Effect
from incidentbot.store import DatabaseUnavailable, Store, Transaction
from incidentbot.store.effects import Planned

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = 1.0


async def keep_alarming(store: Store) -> None:
    """Until cancelled: for each workspace whose token is refused, plan the alarm and the cards' texts, each once."""
    while True:
        try:
            if await store.ask(_refused):
                await store.run(plan_last_resort)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(LOOK_EVERY)


def plan_last_resort(store: Store) -> int:
    """Plan what was not yet; answers how much that is."""
    with store.begin("") as tx:
        planned = sum(_plan(tx.of(team)) for team in sorted(tx.installations.refused()))
        if planned:
            tx.notify()
    if planned:
        store.effects_waiting()
    return planned


def _refused(store: Store) -> bool:
    with store.read("") as tx:
        return bool(tx.installations.refused())


def _plan(tx: Transaction) -> int:
    """Other processes may look at the same moment: the row of the installation is locked first."""
    since = tx.installations.refused_since(tx.team_id)
    if since is None:
        return 0
    wanted: list[tuple[Effect, Severity]] = [(AlarmSounded(0, int(since.timestamp()) // 60), Severity.CRITICAL)]
    waiting = tx.incidents.several(tx.effects.cards_unposted())
    wanted += [(CardTextPassed(incident.number, 1), incident.severity) for incident in waiting]
    new = [(effect, severity) for effect, severity in wanted if tx.effects.next_seq(effect.lane) <= effect.order]
    tx.effects.add([Planned(effect, severity, "", waits=False, due_at=tx.now) for effect, severity in new], tx.now)
    return len(new)
