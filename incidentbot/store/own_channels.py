"""How far the making of incidents' own channels is."""

from dataclasses import dataclass

import sqlalchemy as sa

from incidentbot.domain.people import Actor
from incidentbot.store.tables import own_channels
from incidentbot.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """`asked_by` wants `incident` to have a channel: the one with the id `wanted`, or a new one ("").

    `attempt` is how many names were taken.
    """

    incident: int
    asked_by: Actor
    wanted: str = ""
    attempt: int = 0


class OwnChannels:
    """Those of the incidents of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def get(self, incident: int) -> OwnChannel | None:
        """What is wanted for an incident."""
        columns = own_channels.c
        query = sa.select(columns.asked_by, columns.wanted, columns.attempt).where(*self._own(incident))
        row = self._connection.execute(query).first()
        return OwnChannel(incident, row.asked_by, row.wanted, row.attempt) if row else None

    def begin(self, wanted: OwnChannel) -> bool:
        """Remember it; False where one was asked for already."""
        row = {
            "team_id": self._team_id,
            "incident": wanted.incident,
            "wanted": wanted.wanted,
            "attempt": wanted.attempt,
            "asked_by": wanted.asked_by,
        }
        return insert_new(self._connection, own_channels, row)

    def next_name(self, incident: int) -> None:
        """The name was taken: the next one is tried."""
        query = sa.update(own_channels).where(*self._own(incident))
        self._connection.execute(query.values(attempt=own_channels.c.attempt + 1))

    def give_up(self, incident: int) -> None:
        """There is none; somebody may ask again."""
        self._connection.execute(sa.delete(own_channels).where(*self._own(incident)))

    def _own(self, incident: int) -> tuple[sa.ColumnElement[bool], ...]:
        return (own_channels.c.team_id == self._team_id, own_channels.c.incident == incident)
