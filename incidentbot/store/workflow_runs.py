"""Runs of one team's workflows."""

from dataclasses import fields
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from incidentbot.domain.workflows import Run
from incidentbot.store.tables import workflow_runs
from incidentbot.store.upsert import insert_new

_RUN: Final = TypeAdapter(Run)
_NAMES: Final = tuple(field.name for field in fields(Run))
_COLUMNS: Final = tuple(workflow_runs.c[name] for name in _NAMES)
_AS_JSON: Final = frozenset({"inputs", "steps", "outcomes"})


class WorkflowRuns:
    """The runs of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return workflow_runs.c.team_id == self._team_id

    def add(self, run: Run) -> bool:
        """Store a new run; False where it is there already."""
        return insert_new(self._connection, workflow_runs, {"team_id": self._team_id, **_row(run)})

    def get(self, run_id: str, *, lock: bool = False) -> Run | None:
        """The run; with `lock` nobody else changes it until the transaction ends."""
        query = sa.select(*_COLUMNS).where(self._own, workflow_runs.c.id == run_id)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = self._connection.execute(query).mappings().first()
        return _run(row) if row else None

    def save(self, run: Run) -> None:
        """Store how far a run is that was read under lock."""
        query = sa.update(workflow_runs).where(self._own, workflow_runs.c.id == run.id)
        self._connection.execute(query.values(outcomes=_row(run)["outcomes"], incident=run.incident))

    def latest(self, slug: str, limit: int) -> tuple[Run, ...]:
        """The newest runs of a workflow, or of all where `slug` is ""."""
        query = sa.select(*_COLUMNS).where(self._own, workflow_runs.c.slug == slug if slug else sa.true())
        query = query.order_by(workflow_runs.c.created_at.desc(), workflow_runs.c.id).limit(limit)
        return tuple(_run(row) for row in self._connection.execute(query).mappings())

    def since(self, slug: str, moment: datetime) -> tuple[datetime, ...]:
        """When a workflow was started since `moment`, the first time first."""
        query = sa.select(workflow_runs.c.created_at).where(
            self._own, workflow_runs.c.slug == slug, workflow_runs.c.created_at > moment
        )
        return tuple(self._connection.execute(query.order_by(workflow_runs.c.created_at)).scalars())


def _row(run: Run) -> dict[str, Any]:
    plain = _RUN.dump_python(run, mode="json", include=set(_AS_JSON))
    return {name: plain[name] if name in _AS_JSON else getattr(run, name) for name in _NAMES}


def _run(row: Any) -> Run:
    return _RUN.validate_python(dict(row))
