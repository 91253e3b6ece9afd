"""The ids of channels that settings name: names change hands, ids do not."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from incidentbot.store.statement import Statement
from incidentbot.store.tables import channels
from incidentbot.store.upsert import upsert

_ID_OF: Final = Statement(
    sa.select(channels.c.id).where(
        channels.c.team_id == sa.bindparam("team_id"), channels.c.name == sa.bindparam("name")
    )
)


class Channels:
    """The channels of `team_id` whose id was learnt."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def id_of(self, name: str) -> str:
        """The id of the channel that settings call `name`, or `name` itself while nobody knows better."""
        return _ID_OF.run(self._connection, {"team_id": self._team_id, "name": name}).scalar() or name

    def learn(self, name: str, channel_id: str, now: datetime) -> None:
        """Remember that the channel called `name` is `channel_id`."""
        facts = {"id": channel_id, "learned_at": now}
        upsert(self._connection, channels, {"team_id": self._team_id, "name": name, **facts}, changed=facts)

    def forget(self, name: str) -> None:
        """The channel called `name` may be another one by now: nobody knows its id."""
        query = sa.delete(channels).where(channels.c.team_id == self._team_id, channels.c.name == name)
        self._connection.execute(query)
