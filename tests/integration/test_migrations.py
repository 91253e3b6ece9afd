"""Each migration can be applied, taken back and applied again, and all of them together make the models' schema."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from tests.databases import CHECKOUT, compare_with_models, connected, downgrade, migrations, upgrade


def _steps() -> list[Script]:
    return list(reversed(list(migrations().walk_revisions())))


def _schema(connection: sa.Connection) -> dict[str, Any]:
    """Everything that a migration makes, in a form that can be compared."""
    inspector = sa.inspect(connection)
    tables = {
        table: {
            "columns": _plain(inspector.get_columns(table)),
            "primary": _plain(inspector.get_pk_constraint(table)),
            "indexes": _plain(inspector.get_indexes(table)),
            "unique": _plain(inspector.get_unique_constraints(table)),
            "checks": _plain(inspector.get_check_constraints(table)),
            "foreign": _plain(inspector.get_foreign_keys(table)),
        }
        for table in sorted(inspector.get_table_names())
    }
    connection.rollback()
    return tables


def _plain(reflected: Any) -> Any:
    """Types and clauses as their SQL; what has no order of its own sorted."""
    if isinstance(reflected, Mapping):
        return sorted((key, _plain(value)) for key, value in reflected.items())
    if isinstance(reflected, list):
        return sorted((_plain(value) for value in reflected), key=str)
    return str(reflected)


def _version(connection: sa.Connection) -> str | None:
    version = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return version


def test_every_step_up_is_undone_by_its_step_down_and_done_again_alike(empty_database_url: str) -> None:
    with connected(empty_database_url) as connection:
        for step in _steps():
            upgrade(connection, step.revision)
            schema_after = _schema(connection)
            downgrade(connection, "-1")
            assert _version(connection) == step.down_revision
            upgrade(connection, step.revision)
            assert _schema(connection) == schema_after


def test_no_step_up_takes_from_the_release_before_what_it_works_with(empty_database_url: str) -> None:
    """Its replicas still write, and know of nothing new: nothing of theirs goes, nothing new is demanded of them."""
    demands, before = list[str](), dict[str, Columns]()
    with connected(empty_database_url) as connection:
        for step in _steps():
            upgrade(connection, step.revision)
            after = _columns(connection)
            demands += [f"{step.revision}: {what}" for what in _demands(before, after)]
            before = after
    assert demands == []


def test_what_would_break_the_release_before_is_seen() -> None:
    before = {"incidents": {"ref": True, "title": True}, "gone": {}}
    after = {"incidents": {"ref": True, "state": False, "note": True}, "new": {"id": False}}
    assert list(_demands(before, after)) == ["incidents.title is gone", "incidents.state is demanded", "gone is gone"]


Columns = dict[str, bool]


def _columns(connection: sa.Connection) -> dict[str, Columns]:
    """The columns of each table, and whether a row can be written that says nothing of them."""
    inspector = sa.inspect(connection)
    tables = {
        table: {one["name"]: bool(one["nullable"] or one["default"]) for one in inspector.get_columns(table)}
        for table in inspector.get_table_names()
    }
    connection.rollback()
    return tables


def _demands(before: Mapping[str, Columns], after: Mapping[str, Columns]) -> Iterator[str]:
    for table, columns in before.items():
        if table not in after:
            yield f"{table} is gone"
            continue
        yield from (f"{table}.{name} is gone" for name in columns if name not in after[table])
        yield from (
            f"{table}.{name} is demanded"
            for name, may_be_left_out in after[table].items()
            if name not in columns and not may_be_left_out
        )


def test_the_way_down_leaves_nothing_behind(empty_database_url: str) -> None:
    with connected(empty_database_url) as connection:
        upgrade(connection)
        downgrade(connection, "base")
        assert list(_schema(connection)) == ["alembic_version"]


def test_the_migrated_schema_is_the_schema_of_the_models(database_url: str) -> None:
    with connected(database_url) as connection:
        compare_with_models(connection)


def test_of_two_processes_that_migrate_at_once_both_end_at_head(empty_database_url: str) -> None:
    # By hand, as whoever writes a migration does it; alembic keeps its state in the process, hence no threads.
    by_hand = [sys.executable, "-m", "alembic", "-x", f"url={empty_database_url}", "upgrade", "head"]
    both = [subprocess.Popen(by_hand, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = [(process.communicate()[1], process.returncode) for process in both]
    assert [code for _, code in ends] == [0, 0], ends
    with connected(empty_database_url) as connection:
        assert [_version(connection)] == migrations().get_heads()


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_database_url: str) -> None:
    first = _steps()[0]
    with connected(empty_database_url) as connection:
        upgrade(connection, first.revision)
        before = _schema(connection)
        downgrade(connection, "base")
        # The last table of the first migration is in its way.
        obstacle = max(set(before) - {"alembic_version"})
        connection.execute(sa.schema.CreateTable(sa.Table(obstacle, sa.MetaData(), sa.Column("obstacle", sa.Integer))))
        connection.commit()
        with pytest.raises(sa.exc.DBAPIError):
            upgrade(connection, first.revision)
        connection.rollback()
        assert sorted(_schema(connection)) == sorted(["alembic_version", obstacle])
        assert _version(connection) is None
