"""What we know of a team's people, with the time we learnt it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.people import Person
from incidentbot.store.statement import Statement
from incidentbot.store.tables import people
from incidentbot.store.upsert import upsert

# Old enough to spare Slack the question, young enough that a deactivated or renamed person is noticed.
FRESH_FOR: Final = timedelta(hours=12)

_OF_TEAM: Final = sa.select(
    people.c.id, people.c.name, people.c.email, people.c.tz, people.c.locale, people.c.deleted, people.c.is_bot
).where(people.c.team_id == sa.bindparam("team_id"), people.c.fetched_at > sa.bindparam("since"))
_BY_ID: Final = Statement(_OF_TEAM.where(people.c.id == sa.bindparam("wanted")))
_BY_EMAIL: Final = Statement(_OF_TEAM.where(people.c.email == sa.bindparam("wanted")).limit(1))
_BY_NAME: Final = Statement(_OF_TEAM.where(sa.func.lower(people.c.name) == sa.bindparam("wanted")))
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class People:
    """The cached people of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def get(self, person_id: str, *, since: datetime | None = None) -> Person | None:
        """The person with this id, if learnt after `since`."""
        return self._one(_BY_ID, person_id, since)

    def by_email(self, email: str, *, since: datetime | None = None) -> Person | None:
        """The person with this e-mail address, in any case, if learnt after `since`."""
        return self._one(_BY_EMAIL, email.lower(), since)

    def by_name(self, name: str) -> tuple[Person, ...]:
        """Everybody known who is called so, in any case."""
        return tuple(map(_person, self._known(_BY_NAME, name.lower(), None)))

    def called(self, limit: int = 5000) -> Sequence[tuple[str, str]]:
        """Ids and names of people who can be told something, those that were met last first."""
        fit = sa.and_(people.c.name != "", people.c.deleted.is_(False), people.c.is_bot.is_(False))
        query = sa.select(people.c.id, people.c.name).where(people.c.team_id == self._team_id, fit)
        rows = self._connection.execute(query.order_by(people.c.fetched_at.desc(), people.c.id).limit(limit))
        return [(row.id, row.name) for row in rows]

    def save(self, person: Person, now: datetime) -> None:
        """Remember a person."""
        facts = {**asdict(person), "email": person.email.lower(), "fetched_at": now}
        # Slack tells the locale of one person who is asked for by their id, and leaves it out everywhere else.
        changed = facts if person.locale else facts.keys() - {"locale"}
        upsert(self._connection, people, {"team_id": self._team_id, **facts}, changed=sorted(changed))

    def _known(self, query: Statement, wanted: str, since: datetime | None) -> Sequence[Any]:
        named = {"team_id": self._team_id, "wanted": wanted, "since": since or _EVER}
        return query.run(self._connection, named).rows

    def _one(self, query: Statement, wanted: str, since: datetime | None) -> Person | None:
        return next(map(_person, self._known(query, wanted, since)), None)


def _person(row: Any) -> Person:
    return Person(row.id, row.name, row.email, row.tz, row.locale, row.deleted, row.is_bot)
