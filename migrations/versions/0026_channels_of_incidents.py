"""The channel that an incident was moved to, and how far the making of one is.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0026
After: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
HAS_ONE = sa.text("own_channel <> ''")


def upgrade() -> None:
    op.add_column("incidents", sa.Column("own_channel", sa.String(32), nullable=False, server_default=""))
    op.create_index(
        "ix_incidents_own_channel",
        "incidents",
        ["team_id", "own_channel"],
        sqlite_where=HAS_ONE,
        postgresql_where=HAS_ONE,
    )
    op.create_table(
        "own_channels",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("wanted", sa.String(32), nullable=False, server_default=""),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("asked_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
    )


def downgrade() -> None:
    op.drop_table("own_channels")
    op.drop_index("ix_incidents_own_channel", "incidents")
    with op.batch_alter_table("incidents") as incidents:
        incidents.drop_column("own_channel")
