"""Preferences: what people want to be told directly, and when.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0018
After: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("muted", JSON, nullable=False),
        sa.Column("quiet_since", sa.String(length=5), nullable=False, server_default=""),
        sa.Column("quiet_until", sa.String(length=5), nullable=False, server_default=""),
        sa.Column("saved_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "person", name=op.f("pk_preferences")),
    )


def downgrade() -> None:
    op.drop_table("preferences")
