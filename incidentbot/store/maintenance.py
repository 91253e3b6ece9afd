"""Maintenance windows of one team."""

from dataclasses import fields
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.maintenance import Scope, Window
from incidentbot.domain.people import Actor
from incidentbot.store.statement import Statement
from incidentbot.store.tables import installations, maintenance_windows

_NAMES: Final = tuple(field.name for field in fields(Window))
_COLUMNS: Final = tuple(maintenance_windows.c[name] for name in _NAMES)
# Statement of every event, built once.
_BETWEEN: Final = Statement(
    sa.select(*_COLUMNS)
    .where(
        maintenance_windows.c.team_id == sa.bindparam("of_team"),
        maintenance_windows.c.starts_at <= sa.bindparam("until"),
        sa.func.coalesce(maintenance_windows.c.ended_at, maintenance_windows.c.ends_at) >= sa.bindparam("since"),
    )
    .order_by(maintenance_windows.c.number)
)


class Maintenance:
    """The windows of `team_id`. What is running is read once a transaction."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id
        self._running: tuple[Window, ...] | None = None

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return maintenance_windows.c.team_id == self._team_id

    def add(self, window: Window) -> None:
        """Store a new one."""
        values = {field.name: getattr(window, field.name) for field in fields(Window)}
        self._connection.execute(sa.insert(maintenance_windows).values(team_id=self._team_id, **values))
        self._running = None

    def next_number(self) -> int:
        """The number of the next window; none is given twice, though windows are pruned. Others wait for this one."""
        stored = sa.select(sa.func.coalesce(sa.func.max(maintenance_windows.c.number), 0)).where(self._own)
        # The release before this one counts by the windows alone, and may be running beside it.
        highest, counted = stored.scalar_subquery(), installations.c.last_window
        query = (
            sa.update(installations)
            .where(installations.c.team_id == self._team_id)
            .values(last_window=sa.case((counted > highest, counted), else_=highest) + 1)
            .returning(counted)
        )
        return int(self._connection.execute(query).scalar_one())

    def get(self, number: int, *, lock: bool = False) -> Window | None:
        """Window `number`."""
        query = sa.select(*_COLUMNS).where(self._own, maintenance_windows.c.number == number)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = self._connection.execute(query).first()
        return _window(row) if row else None

    def running(self, now: datetime) -> tuple[Window, ...]:
        """Those in force, the first ordered first."""
        if self._running is None:
            self._running = self.between(now, now)
        return tuple(window for window in self._running if window.running(now))

    def between(self, since: datetime, until: datetime) -> tuple[Window, ...]:
        """Those that were in force at some time from `since` to `until`."""
        named = {"of_team": self._team_id, "since": since, "until": until}
        return tuple(map(_window, _BETWEEN.run(self._connection, named).rows))

    def count(self, number: int) -> None:
        """One more was kept silent."""
        counted = maintenance_windows.c.suppressed + 1
        self._connection.execute(self._update(number).values(suppressed=counted))

    def end(self, number: int, now: datetime, by: Actor) -> bool:
        """End a window; False where it had ended."""
        query = self._update(number).where(maintenance_windows.c.ended_at.is_(None))
        self._running = None
        return self._connection.execute(query.values(ended_at=now, ended_by=by)).rowcount == 1

    def _update(self, number: int) -> sa.Update:
        return sa.update(maintenance_windows).where(self._own, maintenance_windows.c.number == number)


def _window(row: Any) -> Window:
    values = dict(zip(_NAMES, row, strict=True))
    return Window(**{**values, "scope": Scope(values["scope"])})
