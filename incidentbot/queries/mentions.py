"""Whom the settings mention and nobody is called so."""

from incidentbot.store import Store


def unknown_mentions(store: Store, team_id: str) -> tuple[str, ...]:
    """The names (@oncall) that were looked up in Slack and found with nobody, in the order of the settings."""
    with store.read(team_id) as tx:
        known = tx.mentions.known(store.policy.mentions)
    return tuple(name for name in store.policy.mentions if known.get(name) == "")
