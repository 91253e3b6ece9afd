"""Who was invited to which incident of one team."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from incidentbot.domain.people import Invitee
from incidentbot.store.statement import Statement
from incidentbot.store.tables import responders
from incidentbot.store.upsert import insert_new

_OF: Final = Statement(
    sa.select(responders.c.person, responders.c.why)
    .where(
        responders.c.team_id == sa.bindparam("team_id"),
        responders.c.incident == sa.bindparam("incident"),
        responders.c.left_at.is_(None),
    )
    .order_by(responders.c.invited_at, responders.c.person)
)


class Responders:
    """The responders of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def add(self, incident: int, invitee: Invitee, now: datetime) -> bool:
        """Note that the person is invited; False where they ever were before, also if they have left."""
        row = {
            "team_id": self._team_id,
            "incident": incident,
            "person": invitee.id,
            "why": invitee.why,
            "invited_at": now,
        }
        return insert_new(self._connection, responders, row)

    def of(self, incident: int) -> tuple[Invitee, ...]:
        """Everybody invited who has not left, the first first."""
        found = _OF.run(self._connection, {"team_id": self._team_id, "incident": incident})
        return tuple(Invitee(row.person, row.why) for row in found.rows)

    def leave(self, incident: int, person: str, now: datetime) -> bool:
        """Note that the person has left; False where they took no part."""
        query = sa.update(responders).where(*self._present(incident), responders.c.person == person)
        return self._connection.execute(query.values(left_at=now)).rowcount == 1

    def come_back(self, incident: int, person: str) -> bool:
        """Note that a person who had left takes part again; False where they had not."""
        own = (responders.c.team_id == self._team_id, responders.c.incident == incident)
        query = sa.update(responders).where(*own, responders.c.person == person, responders.c.left_at.is_not(None))
        return self._connection.execute(query.values(left_at=None)).rowcount == 1

    def _present(self, incident: int) -> tuple[sa.ColumnElement[bool], ...]:
        own = (responders.c.team_id == self._team_id, responders.c.incident == incident)
        return (*own, responders.c.left_at.is_(None))

    def get(self, incident: int, person: str) -> Invitee | None:
        """One person's invitation."""
        return next((invitee for invitee in self.of(incident) if invitee.id == person), None)
