"""Rows for every table by its columns alone, so that a table which is added later is not forgotten."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from incidentbot.bootstrap import SystemClock
from incidentbot.domain.people import Actor, Source
from incidentbot.store.copying import COPIED
from incidentbot.store.database import Database
from incidentbot.store.tables import pruned
from incidentbot.store.types import ActorColumn, UtcTime

CLOCK = SystemClock()
MOMENT = datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
# What the checks of tables allow, where not anything goes.
ALLOWED = {"state": "open", "severity": "critical", "outcome": "done"}
ROWS = 7
# The incidents that were pruned are none of those that are there.
BEYOND = 1000


def value(column: sa.Column[Any], number: int) -> Any:
    """Something that fits into `column`, another one for each number."""
    if column.table.name in {"incidents", "effects"} and column.name in ALLOWED:
        return ALLOWED[column.name]
    if column.table is pruned and column.name == "incident":
        return BEYOND + number
    kinds: tuple[tuple[type, Any], ...] = (
        (UtcTime, MOMENT + timedelta(microseconds=number)),
        (ActorColumn, Actor(Source.SLACK, f"U{number}", "Žofie 🧯", "z@acme.example")),
        (sa.JSON, {"n": number, "text": "ünï 🧯 \u2028", "deep": [1.5, None, True, {"a": []}]}),
        (sa.Boolean, number % 2 == 0),
        (sa.Integer, number),
        (sa.LargeBinary, bytes([0, 255, number])),
        (sa.String, f"{number} ü🧯"),
    )
    return next(made for kind, made in kinds if isinstance(column.type, kind))


def fill(url: str) -> None:
    """Rows in every table, so that one which is added later is not forgotten."""
    with closing(Database(url, CLOCK)) as database, database.write() as connection:
        for table in COPIED:
            rows = [{column.name: value(column, number) for column in table.c} for number in range(1, ROWS + 1)]
            connection.execute(sa.insert(table), rows)


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    with closing(Database(url, CLOCK)) as database, database.read() as connection:
        return {
            table.name: sorted(
                (dict(row) for row in connection.execute(sa.select(table)).mappings()),
                key=lambda row: tuple(row[key.name] for key in table.primary_key.columns),
            )
            for table in COPIED
        }
