"""Programs that follow incidents."""

from collections.abc import Mapping

from incidentbot.store import Store
from incidentbot.store.announcements import Behind


def behind(store: Store) -> Mapping[str, Behind]:
    """Those that have not been told everything, by name, over all workspaces."""
    with store.read("") as tx:
        return tx.announcements.behind()


def lags(store: Store) -> Mapping[str, float]:
    """How many seconds each of them is behind."""
    with store.read("") as tx:
        late = tx.announcements.behind()
        return {name: (tx.now - one.since).total_seconds() for name, one in late.items() if one.since}
