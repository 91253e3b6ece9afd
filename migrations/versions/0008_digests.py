"""Digests: which message of a channel shows the incidents whose cards wait, so that it is edited and not posted again.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0008
After: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=96), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("ts", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("incidents", JSON, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel", name=op.f("pk_digests")),
    )


def downgrade() -> None:
    op.drop_table("digests")
