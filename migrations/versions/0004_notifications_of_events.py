"""Where people were told of events, what happened to those, and whom the settings mention.

Adds tables and changes none, so that the previous release runs on the result.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "mentions",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "name", name=op.f("pk_mentions")),
    )
    op.create_table(
        "notifications",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=96), nullable=False),
        sa.Column("group_key", sa.String(length=512), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("mentions", JSON, nullable=False),
        sa.Column("verbosity", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("more", sa.Integer(), server_default="0", nullable=False),
        sa.Column("place", sa.String(length=32), server_default="", nullable=False),
        sa.Column("ts", sa.String(length=32), server_default="", nullable=False),
        sa.Column("shown", sa.String(length=64), server_default="", nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "source", "event_id", "channel", name=op.f("pk_notifications")),
    )
    op.create_index("ix_notifications_group", "notifications", ["team_id", "group_key", "channel", "told_at"])
    op.create_table(
        "event_changes",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor", JSON, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "source", "event_id", "seq", name=op.f("pk_event_changes")),
    )


def downgrade() -> None:
    op.drop_table("event_changes")
    op.drop_index("ix_notifications_group", table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("mentions")
