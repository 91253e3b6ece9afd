"""Who is in which user group and who installed the app: permissions depend on both.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installations", sa.Column("installed_by", sa.String(length=32), nullable=False, server_default=""))
    op.create_table(
        "user_groups",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_user_groups")),
    )
    op.create_table(
        "group_members",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("user_group", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "person", "user_group", name=op.f("pk_group_members")),
    )


def downgrade() -> None:
    op.drop_table("group_members")
    op.drop_table("user_groups")
    op.drop_column("installations", "installed_by")
