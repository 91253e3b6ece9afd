"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells by dialect."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def _insert(connection: sa.Connection, table: sa.Table) -> Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def upsert(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], *, changed: Mapping[str, Any]) -> None:
    """Insert `row`, or set `changed` on the row that has its primary key."""
    query = _insert(connection, table).values(row)
    connection.execute(query.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=dict(changed)))


def insert_new(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Insert `row`; False where a row with its primary key is there already."""
    query = _insert(connection, table).values(row)
    query = query.on_conflict_do_nothing(index_elements=list(table.primary_key.columns))
    # Without being asked to, SQLAlchemy does not keep the row count of an INSERT (psycopg then says -1).
    return connection.execute(query, execution_options={"preserve_rowcount": True}).rowcount == 1
