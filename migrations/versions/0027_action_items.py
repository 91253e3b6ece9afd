"""What is to be done about incidents after them.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0027
After: 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "action_items",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("incident", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("assignee", sa.String(32), nullable=False, server_default=""),
        sa.Column("due_at", TIME),
        sa.Column("created_by", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.Column("done_by", JSON),
        sa.PrimaryKeyConstraint("team_id", "incident", "number", name=op.f("pk_action_items")),
        sa.ForeignKeyConstraint(
            ["team_id", "incident"],
            ["incidents.team_id", "incidents.number"],
            name=op.f("fk_action_items_incidents"),
        ),
    )


def downgrade() -> None:
    op.drop_table("action_items")
