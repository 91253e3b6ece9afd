"""The number of a maintenance window is not given again once the window is pruned.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release. It counts
by the windows that there are, so whoever numbers looks at both.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0032
After: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installations", sa.Column("last_window", sa.Integer, nullable=False, server_default="0"))
    op.execute(
        "UPDATE installations SET last_window = (SELECT coalesce(max(number), 0) FROM maintenance_windows"
        " WHERE maintenance_windows.team_id = installations.team_id)"
    )


def downgrade() -> None:
    op.drop_column("installations", "last_window")
