"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from incidentbot.domain.people import Actor, Source

JsonColumn: Final = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond; SQLite keeps it as sortable text, PostgreSQL as timestamptz."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """In UTC; a naive time is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ActorColumn(TypeDecorator[Actor]):
    """An Actor as JSON: {source, id, name, email}."""

    impl = JsonColumn
    cache_ok = True

    def process_bind_param(self, value: Actor | None, _dialect: sa.Dialect) -> dict[str, str] | None:
        """The actor's fields."""
        if value is None:
            return None
        return {"source": value.source.value, "id": value.id, "name": value.name, "email": value.email}

    def process_result_value(self, value: Any, _dialect: sa.Dialect) -> Actor | None:
        """The actor again."""
        if value is None:
            return None
        return Actor(Source(value["source"]), value["id"], value["name"], value["email"])
