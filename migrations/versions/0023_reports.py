"""Reports: what those of our own were made into, for as long as they are kept.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0023
After: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("pictures", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_made_at", "reports", ["team_id", "made_at"])


def downgrade() -> None:
    op.drop_index("ix_reports_made_at", table_name="reports")
    op.drop_table("reports")
