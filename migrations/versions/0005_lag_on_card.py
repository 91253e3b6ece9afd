"""What a card says of being late, and a quick look at what of an incident waits: the card is edited when that changes.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("lag_on_card", sa.String(length=64), nullable=False, server_default=""))
    op.create_index(
        "ix_effects_incident_waiting",
        "effects",
        ["team_id", "incident"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_effects_incident_waiting", table_name="effects")
    op.drop_column("incidents", "lag_on_card")
