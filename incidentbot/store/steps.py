"""Runs of our steps in Workflow Builder: each ends once, and the same way however often it is told."""

import sqlalchemy as sa

from incidentbot.domain.step import Step
from incidentbot.store.tables import steps
from incidentbot.store.upsert import insert_new


class Steps:
    """The runs of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def get(self, execution: str) -> Step | None:
        """How the run ended, if it did."""
        query = sa.select(steps).where(steps.c.team_id == self._team_id, steps.c.execution == execution)
        row = self._connection.execute(query).first()
        return Step(row.execution, row.incident, row.problem) if row else None

    def add(self, step: Step) -> bool:
        """The run has ended; False where it had before."""
        row = {"team_id": self._team_id, "execution": step.execution}
        return insert_new(self._connection, steps, {**row, "incident": step.incident, "problem": step.problem})
