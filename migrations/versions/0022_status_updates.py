"""When the next status update of an incident was promised for, and the overviews that are kept current.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0022
After: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("next_update_at", sa.DateTime(timezone=True)))
    op.create_table(
        "overviews",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(96), primary_key=True),
        sa.Column("place", sa.String(32), nullable=False, server_default=""),
        sa.Column("ts", sa.String(32), nullable=False, server_default=""),
        sa.Column("shown", sa.String(64), nullable=False, server_default=""),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("overviews")
    with op.batch_alter_table("incidents") as incidents:
        incidents.drop_column("next_update_at")
