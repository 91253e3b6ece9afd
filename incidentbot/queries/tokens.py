"""Whether Slack takes our tokens, and will."""

from collections.abc import Mapping
from datetime import datetime

from incidentbot.domain.installing import OVERDUE_WITHIN
from incidentbot.store import Store


def slack_problems(store: Store) -> tuple[str, ...]:
    """What keeps messages from reaching Slack, or soon will, a line a workspace; empty where nothing does."""
    with store.read("") as tx:
        if not tx.installations.all():
            return ("no workspace is installed yet",)
        refused = tx.installations.refused()
    late = overdue_tokens(store)
    return (
        *(f"the token of {team} is refused: {reason}" for team, reason in sorted(refused.items())),
        *(
            f"the token of {team} expires at {at:%H:%M} UTC and could not be exchanged: install the app there again"
            for team, at in sorted(late.items())
        ),
    )


def overdue_tokens(store: Store) -> Mapping[str, datetime]:
    """Whose token should have been exchanged for some minutes, and when it expires."""
    with store.read("") as tx:
        return tx.credentials.expiring(tx.now + OVERDUE_WITHIN)
