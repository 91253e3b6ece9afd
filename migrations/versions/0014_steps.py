"""Steps: how runs of our steps in Slack's Workflow Builder ended, so that each ends once.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0014
After: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "steps",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("execution", sa.String(length=255), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "execution", name=op.f("pk_steps")),
    )


def downgrade() -> None:
    op.drop_table("steps")
