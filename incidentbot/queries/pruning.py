"""What could be taken out of the database."""

from datetime import timedelta

from incidentbot.store import Store


def prunable(store: Store, team_id: str, age: timedelta) -> int:
    """How many incidents have been over for longer than `age`."""
    with store.read(team_id) as tx:
        return tx.pruning.count(tx.now - age)
