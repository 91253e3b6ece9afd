"""What people want to be told directly, and when."""

from datetime import datetime, time
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.preferences import UNLESS_SAID, Preferences, QuietHours
from incidentbot.domain.severity import Severity
from incidentbot.store.statement import Statement
from incidentbot.store.tables import preferences
from incidentbot.store.upsert import upsert

_OF: Final = Statement(
    sa.select(preferences.c.muted, preferences.c.quiet_since, preferences.c.quiet_until).where(
        preferences.c.team_id == sa.bindparam("team_id"), preferences.c.person == sa.bindparam("person")
    )
)


class PreferenceStore:
    """The preferences of the people of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def of(self, person: str) -> Preferences:
        """What the person said, or what holds for everybody who said nothing."""
        row = _OF.run(self._connection, {"team_id": self._team_id, "person": person}).first()
        return _read(row) if row else UNLESS_SAID

    def save(self, person: str, said: Preferences, now: datetime) -> None:
        """Keep what the person said."""
        facts = {
            "muted": sorted(severity.value for severity in said.muted),
            "quiet_since": said.quiet.since.strftime("%H:%M") if said.quiet else "",
            "quiet_until": said.quiet.until.strftime("%H:%M") if said.quiet else "",
            "saved_at": now,
        }
        upsert(self._connection, preferences, {"team_id": self._team_id, "person": person, **facts}, changed=facts)


def _read(row: Any) -> Preferences:
    muted = frozenset(Severity(name) for name in row.muted)
    if not row.quiet_since:
        return Preferences(muted)
    quiet = QuietHours(time.fromisoformat(row.quiet_since), time.fromisoformat(row.quiet_until))
    return Preferences(muted, quiet)
