"""Maintenance windows, the events that they keep silent, and how often events moved an incident lately.

Adds tables and a column that may be empty, so that the previous release runs on the result.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0007
After: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "maintenance_windows",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", JSON, nullable=True),
        sa.PrimaryKeyConstraint("team_id", "number", name=op.f("pk_maintenance_windows")),
    )
    op.create_index("ix_maintenance_windows_ends_at", "maintenance_windows", ["team_id", "ends_at"])
    op.create_table(
        "flapping",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("incident", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "incident", name=op.f("pk_flapping")),
    )
    op.add_column("monitoring_events", sa.Column("maintenance", sa.Integer(), nullable=True))
    op.create_index("ix_monitoring_events_event_id", "monitoring_events", ["team_id", "event_id"])
    op.create_index(
        "ix_monitoring_events_maintenance",
        "monitoring_events",
        ["team_id", "maintenance"],
        sqlite_where=sa.text("maintenance IS NOT NULL"),
        postgresql_where=sa.text("maintenance IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_monitoring_events_maintenance", table_name="monitoring_events")
    op.drop_index("ix_monitoring_events_event_id", table_name="monitoring_events")
    op.drop_column("monitoring_events", "maintenance")
    op.drop_table("flapping")
    op.drop_index("ix_maintenance_windows_ends_at", table_name="maintenance_windows")
    op.drop_table("maintenance_windows")
