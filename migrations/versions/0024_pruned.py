"""Incidents that were pruned after their time: of those alone timeline entries may be deleted.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0024
After: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

REFUSED = "timeline_entries is append-only"
PRUNED = "EXISTS (SELECT 1 FROM pruned WHERE pruned.team_id = OLD.team_id AND pruned.incident = OLD.incident)"
KEPT = ("team_id", "incident", "seq", "kind", "happened_at", "recorded_at")


def upgrade() -> None:
    op.create_table(
        "pruned",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("incident", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("pruned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "incident", name=op.f("pk_pruned")),
    )
    _guard(but_pruned=True)


def downgrade() -> None:
    _guard(but_pruned=False)
    op.drop_table("pruned")


def _guard(*, but_pruned: bool) -> None:
    """Refuse deletions of entries, all of them or all but those of pruned incidents."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER timeline_entries_no_delete")
        op.execute(
            "CREATE TRIGGER timeline_entries_no_delete BEFORE DELETE ON timeline_entries"
            + (f" WHEN NOT {PRUNED}" if but_pruned else "")
            + f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
        return
    same = " AND ".join(f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in KEPT)
    may = f" IF TG_OP = 'DELETE' THEN IF {PRUNED} THEN RETURN OLD; END IF; END IF;" if but_pruned else ""
    op.execute(
        "CREATE OR REPLACE FUNCTION timeline_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'UPDATE' THEN IF {same} AND NEW.erased_at IS NOT NULL THEN RETURN NEW; END IF; END IF;{may}"
        f" RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
