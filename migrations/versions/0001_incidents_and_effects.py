"""The first schema: incidents with their timelines, what comes in, and what must be told.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0001
After:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "name", name=op.f("pk_channels")),
    )
    op.create_table(
        "effects",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("system", sa.String(length=16), nullable=False),
        sa.Column("lane", sa.String(length=512), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=96), server_default="", nullable=False),
        sa.Column(
            "data",
            JSON,
            nullable=False,
        ),
        sa.Column("needs_card", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempt_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("remote_id", sa.String(length=64), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.CheckConstraint("outcome IN ('done', 'superseded', 'parked')", name=op.f("ck_effects_outcome")),
        sa.CheckConstraint("(finished_at IS NULL) = (outcome IS NULL)", name=op.f("ck_effects_finished")),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_effects")),
        sa.UniqueConstraint("team_id", "lane", "seq", name=op.f("uq_effects_team_id_lane_seq")),
    )
    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.create_index(
            "ix_effects_lane_waiting",
            ["team_id", "lane", "seq"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.create_index(
            "ix_effects_parked",
            ["team_id", "incident"],
            unique=False,
            sqlite_where=sa.text("outcome = 'parked'"),
            postgresql_where=sa.text("outcome = 'parked'"),
        )
        batch_op.create_index(
            "ix_effects_waiting",
            ["team_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "inbox",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), server_default="", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column(
            "outcome",
            JSON,
            nullable=True,
        ),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "key", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_waiting",
            ["team_id", "received_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "incidents",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("created_by", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_by", JSON, nullable=False),
        sa.Column("channel", sa.String(length=96), nullable=False),
        sa.Column("root_ts", sa.String(length=32), server_default="", nullable=False),
        sa.Column("assignee", sa.String(length=32), server_default="", nullable=False),
        sa.Column("dedupe_key", sa.String(length=255), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", JSON, nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", JSON, nullable=True),
        sa.Column("resolution", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "cis",
            JSON,
            nullable=False,
        ),
        sa.Column(
            "unknown_cis",
            JSON,
            nullable=False,
        ),
        sa.Column("event_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("links_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("links_untold", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("severity IN ('critical', 'high', 'medium', 'low')", name=op.f("ck_incidents_severity")),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'resolved')", name=op.f("ck_incidents_state")),
        sa.PrimaryKeyConstraint("team_id", "number", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index("ix_incidents_state", ["team_id", "state", "number"], unique=False)
        batch_op.create_index("ix_incidents_thread", ["team_id", "channel", "root_ts"], unique=False)
        batch_op.create_index(
            "uq_incidents_dedupe_key",
            ["team_id", "dedupe_key"],
            unique=True,
            sqlite_where=sa.text("state <> 'resolved' AND dedupe_key IS NOT NULL"),
            postgresql_where=sa.text("state <> 'resolved' AND dedupe_key IS NOT NULL"),
        )

    op.create_table(
        "installations",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("enterprise_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("app_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("bot_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("bot_user_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("scopes", sa.Text(), server_default="", nullable=False),
        sa.Column("last_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_refused_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_installations")),
    )
    op.create_table(
        "people",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=255), server_default="", nullable=False),
        sa.Column("tz", sa.String(length=64), server_default="", nullable=False),
        sa.Column("locale", sa.String(length=32), server_default="", nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_people")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index("ix_people_email", ["team_id", "email"], unique=False)

    op.create_table(
        "rate_limits",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("tat", sa.DateTime(timezone=True), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "key", name=op.f("pk_rate_limits")),
    )
    op.create_table(
        "monitoring_events",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("group_key", sa.String(length=512), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "data",
            JSON,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "incident"],
            ["incidents.team_id", "incidents.number"],
            name=op.f("fk_monitoring_events_incidents"),
        ),
        sa.PrimaryKeyConstraint("team_id", "source", "event_id", name=op.f("pk_monitoring_events")),
    )
    with op.batch_alter_table("monitoring_events", schema=None) as batch_op:
        batch_op.create_index("ix_monitoring_events_group_key", ["team_id", "group_key"], unique=False)
        batch_op.create_index("ix_monitoring_events_incident", ["team_id", "incident"], unique=False)

    op.create_table(
        "responders",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("incident", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "incident"], ["incidents.team_id", "incidents.number"], name=op.f("fk_responders_incidents")
        ),
        sa.PrimaryKeyConstraint("team_id", "incident", "person", name=op.f("pk_responders")),
    )
    op.create_table(
        "timeline_entries",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("incident", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", JSON, nullable=False),
        sa.Column(
            "data",
            JSON,
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "incident"],
            ["incidents.team_id", "incidents.number"],
            name=op.f("fk_timeline_entries_incidents"),
        ),
        sa.PrimaryKeyConstraint("team_id", "incident", "seq", name=op.f("pk_timeline_entries")),
    )


def downgrade() -> None:
    op.drop_table("timeline_entries")
    op.drop_table("responders")
    with op.batch_alter_table("monitoring_events", schema=None) as batch_op:
        batch_op.drop_index("ix_monitoring_events_incident")
        batch_op.drop_index("ix_monitoring_events_group_key")

    op.drop_table("monitoring_events")
    op.drop_table("rate_limits")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_email")

    op.drop_table("people")
    op.drop_table("installations")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_incidents_dedupe_key",
            sqlite_where=sa.text("state <> 'resolved' AND dedupe_key IS NOT NULL"),
            postgresql_where=sa.text("state <> 'resolved' AND dedupe_key IS NOT NULL"),
        )
        batch_op.drop_index("ix_incidents_thread")
        batch_op.drop_index("ix_incidents_state")

    op.drop_table("incidents")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbox_waiting", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )

    op.drop_table("inbox")
    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_effects_waiting",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_effects_parked",
            sqlite_where=sa.text("outcome = 'parked'"),
            postgresql_where=sa.text("outcome = 'parked'"),
        )
        batch_op.drop_index(
            "ix_effects_lane_waiting",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.drop_table("effects")
    op.drop_table("channels")
