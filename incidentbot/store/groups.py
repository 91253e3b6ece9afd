"""Who is in which user group, as Slack last said: roles can be mapped to groups."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from incidentbot.store.statement import Statement
from incidentbot.store.tables import group_members, user_groups
from incidentbot.store.upsert import insert_new

_OF: Final = Statement(
    sa.select(group_members.c.user_group).where(
        group_members.c.team_id == sa.bindparam("team_id"), group_members.c.person == sa.bindparam("person")
    )
)


class Groups:
    """The user groups of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def of(self, person: str) -> frozenset[str]:
        """The groups that a person is in."""
        found = _OF.run(self._connection, {"team_id": self._team_id, "person": person})
        return frozenset(found.scalars())

    def members(self, group: str) -> tuple[str, ...]:
        """The people in a group."""
        own = (group_members.c.team_id == self._team_id, group_members.c.user_group == group)
        return tuple(
            self._connection.execute(
                sa.select(group_members.c.person).where(*own).order_by(group_members.c.person)
            ).scalars()
        )

    def take_turn(self, group: str, every: timedelta, now: datetime) -> bool:
        """Whether the group is to be asked for now, and by us: no replica asks again before `every` has passed."""
        if insert_new(self._connection, user_groups, {"team_id": self._team_id, "id": group, "asked_at": now}):
            return True
        own = (user_groups.c.team_id == self._team_id, user_groups.c.id == group)
        query = sa.update(user_groups).where(*own, user_groups.c.asked_at <= now - every).values(asked_at=now)
        return self._connection.execute(query).rowcount == 1

    def replace(self, group: str, members: Sequence[str]) -> None:
        """These are the members, and nobody else is."""
        own = (group_members.c.team_id == self._team_id, group_members.c.user_group == group)
        self._connection.execute(sa.delete(group_members).where(*own))
        rows = [{"team_id": self._team_id, "person": person, "user_group": group} for person in dict.fromkeys(members)]
        if rows:
            self._connection.execute(sa.insert(group_members), rows)
