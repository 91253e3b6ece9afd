"""Jobs of one team."""

from dataclasses import fields
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from incidentbot.domain.job import Job, JobState, Order, Result
from incidentbot.store.tables import jobs
from incidentbot.store.upsert import insert_new

_ORDER: Final[TypeAdapter[Order]] = TypeAdapter(Order)
_RESULT: Final[TypeAdapter[Result | None]] = TypeAdapter(Result | None)
_FIELDS: Final = tuple(field.name for field in fields(Job) if field.name != "order")


def order_as_json(order: Order) -> dict[str, Any]:
    """What was ordered, as plain JSON."""
    plain: dict[str, Any] = _ORDER.dump_python(order, mode="json")
    return plain


class Jobs:
    """The jobs of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return jobs.c.team_id == self._team_id

    def add(self, job: Job) -> bool:
        """Store a new job; False where it is there already."""
        return insert_new(self._connection, jobs, _row(job))

    def get(self, job_id: str, *, lock: bool = False) -> Job | None:
        """The job; with `lock` nobody else changes it until the transaction ends."""
        query = sa.select(jobs).where(self._own, jobs.c.id == job_id)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = self._connection.execute(query).mappings().first()
        return _job(row) if row else None

    def report(self, remote_id: str) -> Job | None:
        """The job that made report `remote_id`, NopeSight's or ours, the newest first."""
        query = sa.select(jobs).where(
            self._own, jobs.c.kind.in_(("report", "own_report")), jobs.c.remote_id == remote_id
        )
        query = query.where(jobs.c.state == JobState.DONE.value).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(1)
        row = self._connection.execute(query).mappings().first()
        return _job(row) if row else None

    def showing(self, report_id: str) -> tuple[Job, ...]:
        """Every job whose message shows our report `report_id`, the one that made it and those that shared it."""
        query = sa.select(jobs).where(self._own, jobs.c.kind == "own_report", jobs.c.remote_id == report_id)
        return tuple(_job(row) for row in self._connection.execute(query.order_by(jobs.c.created_at)).mappings())

    def save(self, job: Job) -> None:
        """Store a job that was read under lock, as it is now."""
        changed = {name: value for name, value in _row(job).items() if name not in {"team_id", "id", "created_at"}}
        self._connection.execute(sa.update(jobs).where(self._own, jobs.c.id == job.id).values(changed))


def _row(job: Job) -> dict[str, Any]:
    row = {name: getattr(job, name) for name in _FIELDS}
    return {
        **row,
        "state": job.state.value,
        "kind": job.order.kind,
        "asked": order_as_json(job.order),
        "result": _RESULT.dump_python(job.result, mode="json"),
    }


def _job(row: Any) -> Job:
    values = {name: row[name] for name in _FIELDS}
    values["state"] = JobState(row["state"])
    values["result"] = _RESULT.validate_python(row["result"])
    return Job(**values, order=_ORDER.validate_python(row["asked"]))
