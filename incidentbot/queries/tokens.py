"""Whether Slack takes our tokens."""

from incidentbot.store import Store


def slack_problems(store: Store) -> tuple[str, ...]:
    """What keeps messages from reaching Slack, a line a workspace; empty where nothing does."""
    with store.read("") as tx:
        if not tx.installations.all():
            return ("no workspace is installed yet",)
        refused = tx.installations.refused()
    return tuple(f"the token of {team} is refused: {reason}" for team, reason in sorted(refused.items()))
