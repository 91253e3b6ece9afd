"""An index of when incidents were created, by which the statistics of a period find them.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0012
After: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_timeline_entries_created",
        "timeline_entries",
        ["team_id", "happened_at", "incident"],
        sqlite_where=sa.text("seq = 1"),
        postgresql_where=sa.text("seq = 1"),
    )


def downgrade() -> None:
    op.drop_index("ix_timeline_entries_created", table_name="timeline_entries")
