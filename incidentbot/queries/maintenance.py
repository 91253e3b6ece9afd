"""Maintenance windows."""

from incidentbot.domain.maintenance import Window
from incidentbot.store import Store


def running_maintenance(store: Store, team_id: str) -> tuple[Window, ...]:
    """Those in force, the first ordered first."""
    with store.read(team_id) as tx:
        return tx.maintenance.running(tx.now)
