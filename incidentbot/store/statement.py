"""Statements of every click and delivery: written in SQLAlchemy, compiled once a database, run by the driver itself.

Of the time that a small statement takes, SQLAlchemy's way to the driver and back is nine tenths on SQLite, two thirds
on PostgreSQL. What is left out here is what these statements do not need: results that stream, objects that are
tracked, parameters whose number varies. Types are converted as everywhere, errors are SQLAlchemy's own, and where
somebody listens to an engine's statements (a trace, a test), it is SQLAlchemy that runs them.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Found:
    """What a statement answered: rows with their columns as attributes, and how many rows it changed."""

    __slots__ = ("count", "rows")

    def __init__(self, rows: Sequence[Any], count: int) -> None:
        self.rows: Final = rows
        self.count: Final = count

    def first(self) -> Any:
        """The first row, or None."""
        return self.rows[0] if self.rows else None

    def scalars(self) -> list[Any]:
        """The first column of each row."""
        return [row[0] for row in self.rows]

    def scalar(self) -> Any:
        """The first column of the first row, or None where there is none."""
        return self.rows[0][0] if self.rows else None


class Statement:
    """A statement with named parameters, of which `columns` are those that an INSERT sets."""

    def __init__(self, statement: sa.Executable, columns: Iterable[str] = ()) -> None:
        self._statement: Final = statement
        self._columns: Final = tuple(columns)
        self._compiled: Final[dict[str, _Compiled]] = {}

    def run(self, connection: sa.Connection, values: Values) -> Found:
        """Run it within the transaction of `connection`."""
        if connection.dispatch.before_cursor_execute:
            return self._run_by_sqlalchemy(connection, values)
        compiled = self._for(connection)
        return compiled.run(connection, compiled.bind(values))

    def run_many(self, connection: sa.Connection, several: Sequence[Values]) -> None:
        """Run it with each of `several`, by one call of the driver; what it answers is left out."""
        if len(several) == 1 or connection.dispatch.before_cursor_execute:
            for values in several:
                self.run(connection, values)
            return
        compiled = self._for(connection)
        compiled.run_many(connection, [compiled.bind(values) for values in several])

    def _for(self, connection: sa.Connection) -> "_Compiled":
        name = connection.dialect.name
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = _Compiled(self._statement, self._columns, connection.dialect)
        return found

    def _run_by_sqlalchemy(self, connection: sa.Connection, values: Values) -> Found:
        result = connection.execute(self._statement, dict(values), execution_options={"preserve_rowcount": True})
        if result.returns_rows:
            return Found(result.all(), -1)
        return Found((), result.rowcount)


class _Compiled:
    """A statement as one kind of database takes it."""

    def __init__(self, statement: Any, columns: tuple[str, ...], dialect: sa.Dialect) -> None:
        made: SQLCompiler = statement.compile(dialect=dialect, column_keys=columns or None)
        self._text: Final = str(made)
        self._own: Final = {name: value for name, value in made.params.items() if not made.binds[name].required}
        converted = {name: made.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in made.params}
        self._binding: Final = _converting(converted)
        order = made.positiontup or () if made.positional else None
        self._order: Final = None if order is None else tuple((name, converted[name]) for name in order)
        answered = list(statement.exported_columns)
        self._row: Final = _row_of([one.key for one in answered])
        readers = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in answered]
        self._reading: Final = tuple((place, read) for place, read in enumerate(readers) if read)
        self._errors: Final = dialect.loaded_dbapi.Error

    def bind(self, values: Values) -> Any:
        """The parameters as the driver takes them."""
        given = {**self._own, **values}
        if self._order is not None:
            return [convert(given[name]) if convert else given[name] for name, convert in self._order]
        for name, convert in self._binding:
            given[name] = convert(given[name])
        return given

    def run(self, connection: sa.Connection, bound: Any) -> Found:
        """Run it once."""
        cursor = _cursor(connection)
        try:
            cursor.execute(self._text, bound)
            if self._row is None:
                return Found((), cursor.rowcount)
            return Found([self._read(row) for row in cursor.fetchall()], -1)
        except self._errors as error:
            self._raise(connection, cursor, error)
        finally:
            cursor.close()

    def run_many(self, connection: sa.Connection, several: Sequence[Any]) -> None:
        """Run it with each of `several`."""
        cursor = _cursor(connection)
        try:
            cursor.executemany(self._text, several)
        except self._errors as error:
            self._raise(connection, cursor, error)
        finally:
            cursor.close()

    def _read(self, row: Sequence[Any]) -> Any:
        values = list(row)
        for place, read in self._reading:
            values[place] = read(values[place])
        return self._row(*values)  # type: ignore[misc] # only where it answers rows

    def _raise(self, connection: sa.Connection, cursor: Any, error: BaseException) -> NoReturn:
        """As one of SQLAlchemy's errors; what is to be done about a lost connection has no public name there."""
        connection._handle_dbapi_exception(error, self._text, None, cursor, None)  # noqa: SLF001 - as said


def _converting(by_name: Mapping[str, Convert | None]) -> tuple[tuple[str, Convert], ...]:
    return tuple((name, convert) for name, convert in by_name.items() if convert)


def _row_of(columns: Sequence[str]) -> type[tuple[Any, ...]] | None:
    return namedtuple("Row", columns, rename=True) if columns else None  # noqa: PYI024 - its columns are known only now


def _cursor(connection: sa.Connection) -> Any:
    """The driver's own, in SQLAlchemy's transaction."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.cursor()
