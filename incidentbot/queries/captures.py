"""What stands in timelines."""

from incidentbot.store import Store


def is_captured(store: Store, team_id: str, channel: str, ts: str) -> bool:
    """Whether a timeline has, or had, this message."""
    with store.read(team_id) as tx:
        return bool(tx.captures.of_message(channel, ts))
