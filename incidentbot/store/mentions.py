"""Whom the settings mention, and who that is in Slack: names change hands, ids ping."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from incidentbot.store.tables import mentions
from incidentbot.store.upsert import upsert


class Mentions:
    """The mentions of `team_id`, as last looked up."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def known(self, names: Iterable[str], *, since: datetime | None = None) -> Mapping[str, str]:
        """The ids of users and groups by name (@oncall), "" for nobody; what was not looked up is left out."""
        query = sa.select(mentions.c.name, mentions.c.id).where(
            mentions.c.team_id == self._team_id, mentions.c.name.in_(list(names))
        )
        if since:
            query = query.where(mentions.c.learned_at > since)
        return {row.name: row.id for row in self._connection.execute(query)}

    def learn(self, name: str, found: str, now: datetime) -> None:
        """Remember that `name` is the user or group with the id `found`; "" = nobody is called so."""
        facts = {"id": found, "learned_at": now}
        upsert(self._connection, mentions, {"team_id": self._team_id, "name": name, **facts}, changed=facts)
