"""Taking a person out of the tables: whatever column mentions them by id or address, in whatever form.

Goes by the schema, so that a table or column which is added later is not forgotten. The timeline and the audit log are
append-only and have their own ways; tokens, and installs under way, tell of nobody.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.people import Actor
from incidentbot.store.tables import (
    audit_heads,
    audit_log,
    credentials,
    effects,
    inbox,
    metadata,
    oauth_states,
    replicas,
    timeline_entries,
)
from incidentbot.store.types import ActorColumn

ERASED: Final = "erased"
_APART: Final = frozenset({audit_heads, audit_log, credentials, oauth_states, replicas, timeline_entries})


class Traces:
    """What gives a person away: their id, and addresses. Within longer ids and addresses they give nobody away."""

    def __init__(self, *texts: str) -> None:
        self.texts: Final = tuple(text for text in texts if text)
        parts = "|".join(map(re.escape, self.texts))
        self._pattern = re.compile(rf"(?<![\w.+-])(?:{parts})(?![\w-])", re.IGNORECASE)

    def within(self, text: str) -> bool:
        """Whether `text` gives the person away."""
        return self._pattern.search(text) is not None

    def out_of(self, value: Any) -> Any:
        """`value` (JSON, or an Actor) without them; who is named beside one is not named any more."""
        if isinstance(value, Actor):
            named = self.within(value.id) or self.within(value.email)
            return replace(value, id="", name=ERASED, email="") if named else value
        if isinstance(value, str):
            return self._pattern.sub(ERASED, value)
        if isinstance(value, Mapping):
            plain = {key: self.out_of(one) for key, one in value.items()}
            named = any(isinstance(one, str) and self.within(one) for one in value.values())
            return {**plain, "name": ERASED} if named and "name" in plain else plain
        return [self.out_of(one) for one in value] if isinstance(value, list | tuple) else value


class Erasing:
    """Takes people out of the rows of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def scrub(self, traces: Traces) -> int:
        """Take the person out of every table; answers how many rows changed or went."""
        self._drop_bodies(traces)
        return sum(self._scrub_table(table, traces) for table in metadata.sorted_tables if table not in _APART)

    def _scrub_table(self, table: sa.Table, traces: Traces) -> int:
        texts = [column for column in table.c if _holds_text(column)]
        mentions = [
            sa.cast(column, sa.Text).icontains(one, autoescape=True) for column in texts for one in traces.texts
        ]
        if not mentions:
            return 0
        query = sa.select(table).where(table.c.team_id == self._team_id, sa.or_(*mentions))
        found = self._connection.execute(query).mappings().all()
        return sum(self._scrub_row(table, row, traces) for row in found)

    def _scrub_row(self, table: sa.Table, row: sa.RowMapping, traces: Traces) -> int:
        keys = list(table.primary_key.columns)
        own = [column == row[column.name] for column in keys]
        if any(traces.out_of(row[column.name]) != row[column.name] for column in keys):
            self._connection.execute(sa.delete(table).where(*own))
            return 1
        changed = {column.name: traces.out_of(row[column.name]) for column in table.c if _holds_text(column)}
        values = {name: value for name, value in changed.items() if value != row[name]}
        if values:
            self._connection.execute(sa.update(table).where(*own).values(values))
        return 1 if values else 0

    def _drop_bodies(self, traces: Traces) -> None:
        """Raw bodies that were folded have served; what is still to be folded is kept for that."""
        for needle in traces.texts:
            query = sa.update(inbox).where(inbox.c.done_at.is_not(None), self._within(inbox.c.body, needle))
            self._connection.execute(query.values(body=None))

    def _within(self, column: sa.Column[Any], needle: str) -> sa.ColumnElement[bool]:
        raw = sa.literal(needle.encode(), sa.LargeBinary)
        if self._connection.dialect.name == "sqlite":
            return sa.func.instr(column, raw) > 0
        return sa.func.position(raw.op("IN")(column)) > 0

    def give_up_telling(self, person: str) -> None:
        """What is still to be told to the person is not told any more."""
        query = sa.update(effects).where(
            effects.c.team_id == self._team_id, effects.c.target == person, effects.c.finished_at.is_(None)
        )
        self._connection.execute(query.values(finished_at=effects.c.due_at, outcome="superseded"))

    def entries(self, traces: Traces) -> Iterator[tuple[int, int, Actor, Mapping[str, Any]]]:
        """The timeline entries that mention the person, with what is to be left of them."""
        columns = timeline_entries.c
        mentions = [
            sa.cast(column, sa.Text).icontains(one, autoescape=True)
            for column in (columns.actor, columns.data)
            for one in traces.texts
        ]
        query = sa.select(timeline_entries).where(columns.team_id == self._team_id, sa.or_(*mentions))
        for row in self._connection.execute(query).all():
            if traces.out_of(row.actor) == row.actor and traces.out_of(row.data) == row.data:
                continue
            yield row.incident, row.seq, traces.out_of(row.actor), traces.out_of(row.data)


def _holds_text(column: sa.Column[Any]) -> bool:
    return column.name != "team_id" and isinstance(column.type, sa.String | sa.JSON | ActorColumn)
