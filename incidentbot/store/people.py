"""What we know of a team's people, with the time we learnt it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.people import Person
from incidentbot.store.tables import people
from incidentbot.store.upsert import upsert

# Old enough to spare Slack the question, young enough that a deactivated or renamed person is noticed.
FRESH_FOR: Final = timedelta(hours=12)


class People:
    """The cached people of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def get(self, person_id: str, *, since: datetime | None = None) -> Person | None:
        """The person with this id, if learnt after `since`."""
        return self._one(people.c.id == person_id, since)

    def by_email(self, email: str, *, since: datetime | None = None) -> Person | None:
        """The person with this e-mail address, in any case, if learnt after `since`."""
        return self._one(people.c.email == email.lower(), since)

    def by_name(self, name: str) -> tuple[Person, ...]:
        """Everybody known who is called so, in any case."""
        query = self._known(sa.func.lower(people.c.name) == name.lower(), None)
        return tuple(_person(row) for row in self._connection.execute(query))

    def save(self, person: Person, now: datetime) -> None:
        """Remember a person."""
        facts = {**asdict(person), "email": person.email.lower(), "fetched_at": now}
        # Slack tells the locale of one person who is asked for by their id, and leaves it out everywhere else.
        changed = facts if person.locale else facts.keys() - {"locale"}
        upsert(self._connection, people, {"team_id": self._team_id, **facts}, changed=sorted(changed))

    def _known(self, where: sa.ColumnElement[bool], since: datetime | None) -> sa.Select[Any]:
        columns = people.c
        query = sa.select(
            columns.id, columns.name, columns.email, columns.tz, columns.locale, columns.deleted, columns.is_bot
        ).where(columns.team_id == self._team_id, where)
        return query.where(columns.fetched_at > since) if since else query

    def _one(self, where: sa.ColumnElement[bool], since: datetime | None) -> Person | None:
        row = self._connection.execute(self._known(where, since).limit(1)).first()
        return _person(row) if row else None


def _person(row: Any) -> Person:
    return Person(row.id, row.name, row.email, row.tz, row.locale, row.deleted, row.is_bot)
