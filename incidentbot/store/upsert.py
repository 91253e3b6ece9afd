"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells by dialect.

Like every statement that a click or a delivery meets, these are built once: building one takes longer than running it.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from incidentbot.store.statement import Statement

Insert = postgresql.Insert | sqlite.Insert


def _insert(dialect: str, table: sa.Table) -> Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _upsert(dialect: str, table: sa.Table, columns: tuple[str, ...], changed: tuple[str, ...]) -> Statement:
    query = _insert(dialect, table)
    key, new = list(table.primary_key.columns), {name: query.excluded[name] for name in changed}
    return Statement(query.on_conflict_do_update(index_elements=key, set_=new), columns)


@cache
def _insert_new(dialect: str, table: sa.Table, columns: tuple[str, ...]) -> Statement:
    query = _insert(dialect, table).on_conflict_do_nothing(index_elements=list(table.primary_key.columns))
    return Statement(query, columns)


def upsert(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], *, changed: Iterable[str]) -> None:
    """Insert `row`, or set its columns `changed` on the row that has its primary key."""
    _upsert(connection.dialect.name, table, tuple(row), tuple(changed)).run(connection, row)


def insert_new(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Insert `row`; False where a row with its primary key is there already."""
    return _insert_new(connection.dialect.name, table, tuple(row)).run(connection, row).count == 1
