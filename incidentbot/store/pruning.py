"""Taking out what is over: incidents with all that belongs to them, and what belongs to none.

Goes by the schema: whatever table names an incident is emptied of it, so that one which is added later is not
forgotten. The audit log stays whole.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.effects.kinds import ReportForgotten
from incidentbot.store.tables import (
    audit_log,
    effects,
    event_changes,
    inbox,
    incidents,
    jobs,
    maintenance_windows,
    metadata,
    monitoring_events,
    notifications,
    pruned,
    reports,
    workflow_runs,
)

# Those that keep incidents by their number; children first. Effects have no index by incident and go by their age.
_APART: Final = frozenset({audit_log, effects, incidents, pruned})
_BELONGING: Final = tuple(
    table for table in reversed(metadata.sorted_tables) if "incident" in table.c and table not in _APART
)
# What else grows, and the moment from which on it was over.
_AGES: Final[Mapping[sa.Table, sa.Column[datetime]]] = {
    effects: effects.c.finished_at,
    inbox: inbox.c.done_at,
    jobs: jobs.c.created_at,
    monitoring_events: monitoring_events.c.updated_at,
    maintenance_windows: maintenance_windows.c.ended_at,
    workflow_runs: workflow_runs.c.created_at,
}

Key = tuple[Any, ...]
# How far each table, by its name, was looked through: the last key that was taken out.
Marks = Mapping[str, Key]


class Pruning:
    """What of `team_id` is over."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def over(self, before: datetime, limit: int) -> tuple[int, ...]:
        """The lowest numbers of incidents that are resolved since before `before` and of which all is told."""
        query = sa.select(incidents.c.number).where(*self._over(before)).order_by(incidents.c.number).limit(limit)
        return tuple(self._connection.execute(query).scalars())

    def count(self, before: datetime) -> int:
        """How many they are."""
        query = sa.select(sa.func.count()).select_from(incidents).where(*self._over(before))
        return self._connection.execute(query).scalar_one()

    def take_out(self, numbers: Sequence[int], before: datetime, now: datetime) -> tuple[int, ...]:
        """Delete those of the incidents that are over still, with all that belongs to them; answers which."""
        mine = sa.select(incidents.c.number).where(*self._over(before), incidents.c.number.in_(numbers))
        chosen = tuple(self._connection.execute(mine.order_by(incidents.c.number).with_for_update()).scalars())
        if chosen:
            rows = [{"team_id": self._team_id, "incident": number, "pruned_at": now} for number in chosen]
            self._connection.execute(sa.insert(pruned), rows)
            self._forget_events(monitoring_events.c.incident.in_(chosen))
            for table in _BELONGING:
                own = (table.c.team_id == self._team_id, table.c.incident.in_(chosen))
                self._connection.execute(sa.delete(table).where(*own, *_needed_no_more(table)))
            own_incidents = (incidents.c.team_id == self._team_id, incidents.c.number.in_(chosen))
            self._connection.execute(sa.delete(incidents).where(*own_incidents))
        return chosen

    def take_out_rest(self, before: datetime, limit: int, behind: Marks) -> tuple[int, Marks]:
        """Delete up to `limit` rows a table of what is over and belongs to no incident, `behind` where it came to.

        Answers how many there were, and how far it came now: what is young is passed over once, not with every step.
        """
        taken, marks = 0, dict(behind)
        for table in _AGES:
            found = self._take_out_of(table, before, limit, behind.get(table.name))
            if found:
                taken, marks[table.name] = taken + len(found), found[-1]
        return taken, marks

    def _take_out_of(self, table: sa.Table, before: datetime, limit: int, behind: Key | None) -> list[Key]:
        keys = list(table.primary_key.columns)
        old = (table.c.team_id == self._team_id, _AGES[table] < before)
        mine = (*old, *_of_no_incident(table), *_needed_no_more(table))
        query = sa.select(*keys).where(*mine).order_by(*keys).limit(limit)
        if behind is not None:
            query = query.where(sa.tuple_(*keys) > sa.tuple_(*behind))
        found = [tuple(row) for row in self._connection.execute(query)]
        if found:
            chosen = sa.tuple_(*keys).in_(found)
            if table is monitoring_events:
                self._forget_events(chosen)
            self._connection.execute(sa.delete(table).where(chosen))
        return found

    def _forget_events(self, chosen: sa.ColumnElement[bool]) -> None:
        """What was told of these events, outside of incidents."""
        events = monitoring_events.c
        named = sa.select(events.source, events.event_id).where(events.team_id == self._team_id, chosen)
        for table in (event_changes, notifications):
            own = (table.c.team_id == self._team_id, sa.tuple_(table.c.source, table.c.event_id).in_(named))
            self._connection.execute(sa.delete(table).where(*own))

    def _over(self, before: datetime) -> tuple[sa.ColumnElement[bool], ...]:
        untold = sa.exists().where(
            effects.c.team_id == incidents.c.team_id,
            effects.c.incident == incidents.c.number,
            effects.c.finished_at.is_(None),
        )
        mine = incidents.c.team_id == self._team_id
        return mine, incidents.c.state == "resolved", incidents.c.state_since < before, ~untold


def _of_no_incident(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    if "incident" not in table.c:
        return ()
    there = sa.exists().where(incidents.c.team_id == table.c.team_id, incidents.c.number == table.c.incident)
    return (~there,)


def _needed_no_more(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    """A job alone knows which files in Slack its report has: it stays until those are deleted."""
    if table is not jobs:
        return ()
    kept = sa.exists().where(reports.c.team_id == jobs.c.team_id, reports.c.id == jobs.c.remote_id)
    deleting = sa.exists().where(
        effects.c.team_id == jobs.c.team_id,
        effects.c.lane == sa.literal(f"{ReportForgotten.kind}:").concat(jobs.c.id),
        effects.c.finished_at.is_(None),
    )
    return (~((jobs.c.kind == "own_report") & kept), ~deleting)
