"""When something happened in truth, where an entry of the timeline recorded another time."""

from datetime import datetime

import sqlalchemy as sa

from incidentbot.domain.timeline import EntryKind
from incidentbot.store.tables import corrections
from incidentbot.store.upsert import upsert


class Corrections:
    """Those of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def of(self, incident: int) -> dict[int, datetime]:
        """The corrected times of the incident's entries, by their numbers."""
        query = sa.select(corrections.c.seq, corrections.c.happened_at).where(
            corrections.c.team_id == self._team_id, corrections.c.incident == incident
        )
        return {row.seq: row.happened_at for row in self._connection.execute(query)}

    def put(self, incident: int, seq: int, kind: EntryKind, happened_at: datetime) -> None:
        """Entry `seq` of `incident`, of this kind, happened then."""
        key = {"team_id": self._team_id, "incident": incident, "seq": seq, "kind": kind.value}
        upsert(self._connection, corrections, {**key, "happened_at": happened_at}, changed={"happened_at": happened_at})
