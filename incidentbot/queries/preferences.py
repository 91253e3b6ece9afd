"""What a person wants to be told directly."""

from incidentbot.domain.preferences import Preferences, is_zone
from incidentbot.store import Store


def preferences_of(store: Store, team_id: str, person: str) -> tuple[Preferences, str]:
    """The person's preferences, and their time zone; "" where it is not known."""
    with store.read(team_id) as tx:
        known = tx.people.get(person)
        zone = known.tz if known and is_zone(known.tz) else ""
        return tx.preferences.of(person), zone
