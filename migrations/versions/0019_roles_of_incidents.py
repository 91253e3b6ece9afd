"""Who has which role in an incident, and who has left it.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0019
After: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ROLES = ("commander", "communications", "scribe")


def upgrade() -> None:
    for role in ROLES:
        op.add_column("incidents", sa.Column(role, sa.String(32), nullable=False, server_default=""))
    op.add_column("responders", sa.Column("left_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    with op.batch_alter_table("responders") as responders:
        responders.drop_column("left_at")
    with op.batch_alter_table("incidents") as incidents:
        for role in reversed(ROLES):
            incidents.drop_column(role)
