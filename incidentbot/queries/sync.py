"""Where we and NopeSight may not agree."""

from datetime import timedelta

from incidentbot.domain.reference import reference
from incidentbot.domain.sync import OpenEvent
from incidentbot.store import Store

# A resolved incident whose event is still open there concerns people for so long.
LATELY = timedelta(days=1)


def open_events(store: Store, limit: int) -> list[OpenEvent]:
    """The events of unresolved incidents, and the unresolved events of those resolved lately; the newest first."""
    with store.read("") as tx:
        found: list[OpenEvent] = []
        for workspace in tx.installations.all():
            team = tx.of(workspace.team_id)
            pairs = team.events.to_compare(since=tx.now - LATELY, limit=limit)
            found += [OpenEvent(workspace.team_id, incident, event_id) for incident, event_id in pairs]
    return found[:limit]


def unsynced_count(store: Store) -> int:
    """How many incidents there are, in all workspaces, of which NopeSight does not know everything by now."""
    with store.read("") as tx:
        since = tx.now - tx.policy.show_lag_after
        homes = [tx.of(workspace.team_id) for workspace in tx.installations.all()]
        return sum(home.lags.unsynced_count(since) for home in homes)


def unsynced(store: Store, team_id: str, limit: int = 20) -> list[str]:
    """What NopeSight has not been told or will not take, a line an incident, for whoever looks after the service."""
    with store.read(team_id) as tx:
        rows = tx.lags.unsynced(tx.now - tx.policy.show_lag_after, limit)
    return [
        f"{reference(row.incident)}: NopeSight {'was given up' if row.given_up else 'waits'} since"
        f" {row.since:%Y-%m-%d %H:%M} UTC ({row.reason or 'no reason told'})"
        for row in rows
    ]
