"""Home tabs: who has looked at theirs lately, what it showed, and what it is to show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.home import HomeFacts
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.store.incidents import incident_columns, incident_of, severity_rank
from incidentbot.store.recurring import Recurring
from incidentbot.store.statement import Statement
from incidentbot.store.tables import home_visits, incidents, recurring, responders
from incidentbot.store.upsert import upsert

# The name by which the refreshing of a team's Home tabs takes its turns.
REFRESHING: Final = "homes"
# So many incidents of each sort are looked at: a Home tab has room for fewer.
_MOST: Final = 60
_RESOLVED: Final = 20
# Coming back within so long is the same visit.
SAME_VISIT: Final = timedelta(minutes=10)
_TAKE_TURN: Final = Statement(
    sa.update(recurring)
    .where(
        recurring.c.team_id == sa.bindparam("of_team"),
        recurring.c.name == REFRESHING,
        recurring.c.due_at <= sa.bindparam("now"),
    )
    .values(due_at=sa.bindparam("new_due_at"))
    .returning(recurring.c.name)
)
_UNRESOLVED: Final = (State.OPEN.value, State.ACKNOWLEDGED.value)


@dataclass(frozen=True, slots=True)
class Visit:
    """When somebody last opened Home, when the visit before was (None: never), and the digest of what it shows."""

    person: str
    opened_at: datetime
    since: datetime | None = None
    shown: str = ""


class Homes:
    """The Home tabs of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return home_visits.c.team_id == self._team_id

    def get(self, person: str, *, lock: bool = False) -> Visit | None:
        """The last visit of `person`; with `lock` nobody else plans anything for their Home meanwhile."""
        query = sa.select(home_visits).where(self._own, home_visits.c.person == person)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        return Visit(row.person, row.opened_at, row.since, row.shown) if row else None

    def opened(self, person: str, now: datetime) -> None:
        """Somebody opens Home now; what it shows is to be published in any case."""
        before = self.get(person)
        since = before.since if before and now - before.opened_at < SAME_VISIT else before and before.opened_at
        facts = {"opened_at": now, "since": since, "shown": ""}
        upsert(self._connection, home_visits, {"team_id": self._team_id, "person": person, **facts}, changed=facts)
        Recurring(self._connection, self._team_id).turn(REFRESHING, now, timedelta(), first_mark=now, at_once=False)

    def shows(self, person: str, digest: str) -> None:
        """What Home shows now."""
        query = sa.update(home_visits).where(self._own, home_visits.c.person == person)
        self._connection.execute(query.values(shown=digest))

    def lookers(self, since: datetime) -> tuple[str, ...]:
        """Who opened Home after `since`."""
        query = sa.select(home_visits.c.person).where(self._own, home_visits.c.opened_at > since)
        return tuple(self._connection.execute(query.order_by(home_visits.c.person)).scalars())

    def take_turn(self, now: datetime, every: timedelta) -> bool:
        """Whether it is time to refresh, which it is at most once in `every`; never where nobody ever opened Home."""
        named = {"of_team": self._team_id, "now": now, "new_due_at": now + every}
        return _TAKE_TURN.run(self._connection, named).first() is not None

    def facts(self, person: str, since: datetime | None) -> HomeFacts:
        """What Home tells `person`, by one query: first what is theirs, then the worst, then the newest."""
        mine: list[Incident] = []
        others: list[Incident] = []
        resolved: list[Incident] = []
        total = 0
        for row in self._connection.execute(self._everything(person, since)):
            found = incident_of(row, without=("mine", "total"))
            if found.state is State.RESOLVED:
                resolved.append(found)
                continue
            total = row.total
            (mine if row.mine else others).append(found)
        return HomeFacts(person, _worst_first(mine), _worst_first(others), total, tuple(resolved), since)

    def _everything(self, person: str, since: datetime | None) -> Any:
        mine = sa.case((self._is_mine(person), 1), else_=0)
        own = incidents.c.team_id == self._team_id
        unresolved = (
            sa.select(*incident_columns(), mine.label("mine"), sa.func.count().over().label("total"))
            .where(own, incidents.c.state.in_(_UNRESOLVED))
            .order_by(mine.desc(), severity_rank(), incidents.c.number.desc())
            .limit(_MOST)
            .subquery()
        )
        if since is None:
            return sa.select(unresolved)
        # The newest by number, so that a long history is never looked through.
        ended = (
            sa.select(*incident_columns(), sa.literal(0).label("mine"), sa.literal(0).label("total"))
            .where(own, incidents.c.state == State.RESOLVED.value)
            .order_by(incidents.c.number.desc())
            .limit(_RESOLVED)
            .subquery()
        )
        return sa.select(unresolved).union_all(sa.select(ended).where(ended.c.resolved_at > since))

    def _is_mine(self, person: str) -> sa.ColumnElement[bool]:
        invited = sa.exists().where(
            responders.c.team_id == incidents.c.team_id,
            responders.c.incident == incidents.c.number,
            responders.c.person == person,
            responders.c.left_at.is_(None),
        )
        took = sa.cast(incidents.c.acknowledged_by, sa.Text).contains(f'"{person}"', autoescape=True)
        return sa.or_(incidents.c.assignee == person, took, invited)


def _worst_first(found: list[Incident]) -> tuple[Incident, ...]:
    return tuple(sorted(found, key=lambda one: (one.severity.rank, -one.number)))
