"""Which processes there are."""

from incidentbot.store import Store
from incidentbot.store.replicas import Replica


def replicas(store: Store) -> tuple[Replica, ...]:
    """The processes that work on this database, the longest running first."""
    with store.read("") as tx:
        return tx.replicas.alive(tx.now)
