"""Schedules of one team's reports. Firing needs no lease: whoever moves `next_at` on from what it was has fired it."""

from dataclasses import asdict, replace
from datetime import datetime, time
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.report_schedule import ReportSchedule
from incidentbot.store.database import RunAgain
from incidentbot.store.statement import Statement
from incidentbot.store.tables import report_schedules
from incidentbot.store.upsert import insert_new

_NEXT_DUE: Final = Statement(sa.select(sa.func.min(report_schedules.c.next_at)))


class Schedules:
    """The schedules of `team_id`; `first_due` and `next_due_at` look at all teams."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return report_schedules.c.team_id == self._team_id

    def all(self) -> tuple[ReportSchedule, ...]:
        """All of them, by number."""
        query = sa.select(report_schedules).where(self._own).order_by(report_schedules.c.number)
        return tuple(_schedule(row) for row in self._connection.execute(query))

    def add(self, schedule: ReportSchedule, cause: str) -> ReportSchedule:
        """Store a new one under the next free number; the same `cause` again answers what it made."""
        known = sa.select(report_schedules).where(self._own, report_schedules.c.cause == cause)
        row = self._connection.execute(known).first()
        if row is not None:
            return _schedule(row)
        last = sa.select(sa.func.max(report_schedules.c.number)).where(self._own)
        number = (self._connection.execute(last).scalar_one() or 0) + 1
        facts = {**asdict(schedule), "actor": schedule.actor, "at": f"{schedule.at:%H:%M}", "number": number}
        if not insert_new(self._connection, report_schedules, {**facts, "team_id": self._team_id, "cause": cause}):
            raise RunAgain("somebody else made a schedule at the same moment")
        (stored,) = (one for one in self.all() if one.number == number)
        return stored

    def change(self, number: int, schedule: ReportSchedule) -> ReportSchedule | None:
        """The schedule of this number as it is from now on, with who changed it as its owner; None: there is none."""
        facts = asdict(schedule) | {"actor": schedule.actor, "at": f"{schedule.at:%H:%M}", "number": number}
        where = (self._own, report_schedules.c.number == number)
        changed = self._connection.execute(sa.update(report_schedules).where(*where).values(facts))
        return replace(schedule, number=number) if changed.rowcount else None

    def remove(self, number: int) -> ReportSchedule | None:
        """The schedule, which is no more; None where there is none of this number."""
        where = (self._own, report_schedules.c.number == number)
        row = self._connection.execute(sa.select(report_schedules).where(*where)).first()
        self._connection.execute(sa.delete(report_schedules).where(*where))
        return _schedule(row) if row else None

    def first_due(self, now: datetime) -> tuple[str, ReportSchedule] | None:
        """The team and its schedule that has been due for longest."""
        columns = report_schedules.c
        query = sa.select(report_schedules).where(columns.next_at <= now)
        row = self._connection.execute(
            query.order_by(columns.next_at, columns.team_id, columns.number).limit(1)
        ).first()
        return (row.team_id, _schedule(row)) if row else None

    def next_due_at(self) -> datetime | None:
        """When the next schedule of all is due, which may be past."""
        found: datetime | None = _NEXT_DUE.run(self._connection, {}).scalar()
        return found

    def move_on(self, schedule: ReportSchedule, next_at: datetime) -> bool:
        """Make it due at `next_at`; False where somebody else did so, or stopped it, since `schedule` was read."""
        query = sa.update(report_schedules).where(
            self._own,
            report_schedules.c.number == schedule.number,
            report_schedules.c.next_at == schedule.next_at,
        )
        return self._connection.execute(query.values(next_at=next_at)).rowcount == 1


def _schedule(row: Any) -> ReportSchedule:
    at = time.fromisoformat(row.at)
    return ReportSchedule(row.number, row.type, row.days, at, row.zone, row.channel, row.actor, row.next_at)
