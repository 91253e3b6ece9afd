"""Captures: which messages stand in which timelines, so that one is told once and can be withdrawn.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0011
After: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "captures",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("incident", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("held_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "incident"],
            ["incidents.team_id", "incidents.number"],
            name=op.f("fk_captures_incidents"),
        ),
        sa.PrimaryKeyConstraint("team_id", "channel", "ts", "incident", name=op.f("pk_captures")),
    )


def downgrade() -> None:
    op.drop_table("captures")
