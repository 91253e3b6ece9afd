"""The audit log, and triggers that keep it and the timeline append-only.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What stays as it was written; the rest of a row may be taken out, when a person's data is erased.
KEPT = {
    "audit_log": (
        *("team_id", "seq", "at", "action", "outcome", "surface", "request", "incident", "facts"),
        *("payload_digest", "previous", "previous_of_incident", "hash"),
    ),
    "timeline_entries": ("team_id", "incident", "seq", "kind", "happened_at", "recorded_at"),
}
IS_ERASED = {"audit_log": "NEW.payload IS NULL", "timeline_entries": "NEW.erased_at IS NOT NULL"}


def upgrade() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_log",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("surface", sa.String(length=40), nullable=False),
        sa.Column("request", sa.String(length=255), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("previous_of_incident", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "seq", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_incident", "audit_log", ["team_id", "incident", "seq"])
    op.add_column("timeline_entries", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgresql_triggers()


def _sqlite_triggers() -> None:
    for table, kept in KEPT.items():
        same = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in kept)
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({same} AND {IS_ERASED[table]})"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _postgresql_triggers() -> None:
    for table, kept in KEPT.items():
        same = " AND ".join(f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in kept)
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF TG_OP = 'UPDATE' THEN IF {same} AND {IS_ERASED[table]} THEN RETURN NEW; END IF; END IF;"
            f" RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
    else:
        for table in KEPT:
            op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
            op.execute(f"DROP FUNCTION {table}_append_only()")
    op.drop_column("timeline_entries", "erased_at")
    op.drop_table("audit_log")
    op.drop_table("audit_heads")
