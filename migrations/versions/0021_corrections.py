"""When something happened in truth, where a timeline recorded another time.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0021
After: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("started_at", sa.DateTime(timezone=True)))
    op.create_table(
        "corrections",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("incident", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "incident", "seq", name=op.f("pk_corrections")),
        sa.ForeignKeyConstraint(
            ["team_id", "incident"],
            ["incidents.team_id", "incidents.number"],
            name=op.f("fk_corrections_incidents"),
        ),
    )


def downgrade() -> None:
    op.drop_table("corrections")
    with op.batch_alter_table("incidents") as incidents:
        incidents.drop_column("started_at")
