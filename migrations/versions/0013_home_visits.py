"""Home visits: who opened the Home tab when, and what it shows, so that it can follow what happens.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0013
After: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "home_visits",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("opened_at", UTC_TIME, nullable=False),
        sa.Column("since", UTC_TIME),
        sa.Column("shown", sa.String(length=64), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("team_id", "person", name=op.f("pk_home_visits")),
    )
    op.create_index("ix_home_visits_opened_at", "home_visits", ["team_id", "opened_at"])


def downgrade() -> None:
    op.drop_index("ix_home_visits_opened_at", "home_visits")
    op.drop_table("home_visits")
