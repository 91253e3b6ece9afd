"""Schedules of reports: which is ordered when, and where it is posted.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0025
After: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "report_schedules",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("days", sa.String(length=7), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=96), nullable=False),
        sa.Column("actor", JSON, nullable=False),
        sa.Column("cause", sa.String(length=255), nullable=False),
        sa.Column("next_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "number", name=op.f("pk_report_schedules")),
        sa.UniqueConstraint("team_id", "cause", name=op.f("uq_report_schedules_team_id_cause")),
    )
    op.create_index("ix_report_schedules_next_at", "report_schedules", ["team_id", "next_at"])


def downgrade() -> None:
    op.drop_index("ix_report_schedules_next_at", table_name="report_schedules")
    op.drop_table("report_schedules")
