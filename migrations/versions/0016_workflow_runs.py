"""Workflow runs: what each run of a workflow was given and what came of its actions.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0016
After: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "workflow_runs",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("inputs", JSON_VALUE, nullable=False),
        sa.Column("steps", JSON_VALUE, nullable=False),
        sa.Column("outcomes", JSON_VALUE, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("redelivery_of", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_workflow_runs")),
    )
    op.create_index("ix_workflow_runs_slug", "workflow_runs", ["team_id", "slug", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_workflow_runs_slug", "workflow_runs")
    op.drop_table("workflow_runs")
