"""What is done over and over, by whichever replica comes first when it is due."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from incidentbot.store.tables import recurring
from incidentbot.store.upsert import insert_new


class Recurring:
    """The recurring work of `team_id`; "" is what concerns all of them. A `mark` is how far the work came."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def turn(
        self, name: str, now: datetime, every: timedelta, *, first_mark: datetime, at_once: bool
    ) -> datetime | None:
        """The mark, if it is our turn now; the next one is due after `every`. None where it is not due yet.

        `at_once` takes the turn in any case. What nobody ever did begins at `first_mark`, due after `every`.
        """
        row = {"team_id": self._team_id, "name": name, "due_at": now + every, "mark": first_mark}
        if insert_new(self._connection, recurring, row):
            return first_mark if at_once else None
        own = (recurring.c.team_id == self._team_id, recurring.c.name == name)
        query = sa.update(recurring).where(*own).values(due_at=now + every).returning(recurring.c.mark)
        if not at_once:
            query = query.where(recurring.c.due_at <= now)
        return self._connection.execute(query).scalar_one_or_none()

    def came_to(self, name: str, mark: datetime) -> None:
        """The work came so far; never back."""
        query = sa.update(recurring).where(
            recurring.c.team_id == self._team_id, recurring.c.name == name, recurring.c.mark < mark
        )
        self._connection.execute(query.values(mark=mark))
