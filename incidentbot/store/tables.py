"""Every table. `team_id` leads every key and index, so that one workspace never reads another's rows and the rows can
be spread over databases by it.

Where order matters it is by a counter (`seq`, `version`), never by a clock. The migrations under migrations/ make
these tables; a test holds the two equal.
"""

from typing import Final

import sqlalchemy as sa

from incidentbot.store.types import ActorColumn, JsonColumn, UtcTime

metadata: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _team() -> sa.Column[str]:
    return sa.Column("team_id", sa.String(32), primary_key=True)


installations: Final = sa.Table(
    "installations",
    metadata,
    _team(),
    sa.Column("enterprise_id", sa.String(32), nullable=False, server_default=""),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("url", sa.Text, nullable=False, server_default=""),
    sa.Column("app_id", sa.String(32), nullable=False, server_default=""),
    sa.Column("bot_id", sa.String(32), nullable=False, server_default=""),
    sa.Column("bot_user_id", sa.String(32), nullable=False, server_default=""),
    sa.Column("scopes", sa.Text, nullable=False, server_default=""),
    sa.Column("installed_by", sa.String(32), nullable=False, server_default=""),
    sa.Column("last_number", sa.Integer, nullable=False, server_default="0"),
    sa.Column("installed_at", UtcTime, nullable=False),
    sa.Column("token_from", sa.String(16), nullable=False, server_default="environment"),
    sa.Column("removed_at", UtcTime),
    sa.Column("token_refused_at", UtcTime),
    sa.Column("token_refused_reason", sa.Text),
    sa.Column("last_window", sa.Integer, nullable=False, server_default="0"),
)

# Tokens and secrets, encrypted; team_id is the organisation's id where the app is installed in all of it.
credentials: Final = sa.Table(
    "credentials",
    metadata,
    _team(),
    sa.Column("bot_token", sa.Text),
    sa.Column("refresh_token", sa.Text),
    sa.Column("app_token", sa.Text),
    sa.Column("signing_secret", sa.Text),
    sa.Column("expires_at", UtcTime),
    sa.Column("saved_at", UtcTime, nullable=False),
    sa.Column("refreshing_until", UtcTime),
)

# Installs that somebody began; `state` is the digest of what their browser brings back, once.
oauth_states: Final = sa.Table(
    "oauth_states",
    metadata,
    sa.Column("state", sa.String(64), primary_key=True),
    sa.Column("browser", sa.String(64), nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
)

incidents: Final = sa.Table(
    "incidents",
    metadata,
    _team(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("created_by", ActorColumn, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("state_since", UtcTime, nullable=False),
    sa.Column("state_by", ActorColumn, nullable=False),
    sa.Column("channel", sa.String(96), nullable=False),
    sa.Column("root_ts", sa.String(32), nullable=False, server_default=""),
    sa.Column("assignee", sa.String(32), nullable=False, server_default=""),
    sa.Column("commander", sa.String(32), nullable=False, server_default=""),
    sa.Column("communications", sa.String(32), nullable=False, server_default=""),
    sa.Column("scribe", sa.String(32), nullable=False, server_default=""),
    sa.Column("next_update_at", UtcTime),
    sa.Column("own_channel", sa.String(32), nullable=False, server_default=""),
    sa.Column("dedupe_key", sa.String(255)),
    sa.Column("acknowledged_at", UtcTime),
    sa.Column("acknowledged_by", ActorColumn),
    sa.Column("resolved_at", UtcTime),
    sa.Column("resolved_by", ActorColumn),
    sa.Column("resolution", sa.Text, nullable=False, server_default=""),
    sa.Column("cis", JsonColumn, nullable=False),
    sa.Column("unknown_cis", JsonColumn, nullable=False),
    sa.Column("event_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("drill", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("started_at", UtcTime),
    sa.Column("links_told_at", UtcTime),
    sa.Column("links_untold", sa.Integer, nullable=False, server_default="0"),
    sa.Column("lag_on_card", sa.String(64), nullable=False, server_default=""),
    sa.CheckConstraint("state IN ('open', 'acknowledged', 'resolved')", name="state"),
    sa.CheckConstraint("severity IN ('critical', 'high', 'medium', 'low')", name="severity"),
    # One unresolved incident a key; a resolved one leaves the key free again.
    sa.Index(
        "uq_incidents_dedupe_key",
        "team_id",
        "dedupe_key",
        unique=True,
        sqlite_where=sa.text("state <> 'resolved' AND dedupe_key IS NOT NULL"),
        postgresql_where=sa.text("state <> 'resolved' AND dedupe_key IS NOT NULL"),
    ),
    sa.Index("ix_incidents_state", "team_id", "state", "number"),
    sa.Index("ix_incidents_severity", "team_id", "severity", "state", "number"),
    sa.Index("ix_incidents_thread", "team_id", "channel", "root_ts"),
    sa.Index(
        "ix_incidents_own_channel",
        "team_id",
        "own_channel",
        sqlite_where=sa.text("own_channel <> ''"),
        postgresql_where=sa.text("own_channel <> ''"),
    ),
)

# Append-only by triggers: nothing of an entry changes but that a person's data in it is erased.
timeline_entries: Final = sa.Table(
    "timeline_entries",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("actor", ActorColumn, nullable=False),
    sa.Column("data", JsonColumn, nullable=False),
    sa.Column("happened_at", UtcTime, nullable=False),
    sa.Column("recorded_at", UtcTime, nullable=False),
    sa.Column("erased_at", UtcTime),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
    # When incidents were created: their first entries.
    sa.Index(
        "ix_timeline_entries_created",
        "team_id",
        "happened_at",
        "incident",
        sqlite_where=sa.text("seq = 1"),
        postgresql_where=sa.text("seq = 1"),
    ),
)

# What each incident came to when, by its timeline, in microseconds since 1970: triggers on both tables keep it, nobody
# else writes it. Drills have none. `moved` is when the latest transition was, `state` the place of the state in State,
# `seq` the entry of the last transition. Times that were corrected are not in it.
courses: Final = sa.Table(
    "courses",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("acknowledged", sa.BigInteger),
    sa.Column("resolved", sa.BigInteger),
    sa.Column("updated", sa.BigInteger),
    sa.Column("moved", sa.BigInteger, nullable=False),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("reopenings", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"], ondelete="CASCADE"),
    sa.Index(None, "team_id", "created"),
)

# Incidents that were pruned after their time: of those alone timeline entries may be deleted.
pruned: Final = sa.Table(
    "pruned",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pruned_at", UtcTime, nullable=False),
)

monitoring_events: Final = sa.Table(
    "monitoring_events",
    metadata,
    _team(),
    sa.Column("source", sa.String(16), primary_key=True),
    sa.Column("event_id", sa.String(255), primary_key=True),
    sa.Column("incident", sa.Integer),
    sa.Column("group_key", sa.String(512), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("occurred_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("maintenance", sa.Integer),
    sa.Column("data", JsonColumn, nullable=False),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
    sa.Index("ix_monitoring_events_incident", "team_id", "incident"),
    sa.Index("ix_monitoring_events_group_key", "team_id", "group_key"),
    sa.Index("ix_monitoring_events_event_id", "team_id", "event_id"),
    sa.Index(
        "ix_monitoring_events_maintenance",
        "team_id",
        "maintenance",
        sqlite_where=sa.text("maintenance IS NOT NULL"),
        postgresql_where=sa.text("maintenance IS NOT NULL"),
    ),
)

responders: Final = sa.Table(
    "responders",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("invited_at", UtcTime, nullable=False),
    sa.Column("left_at", UtcTime),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
)

# When something happened in truth, where the entry recorded another time; `kind` is the entry's.
corrections: Final = sa.Table(
    "corrections",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("happened_at", UtcTime, nullable=False),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
)

# What is to be done about incidents after them; `number` counts within its incident.
action_items: Final = sa.Table(
    "action_items",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("assignee", sa.String(32), nullable=False, server_default=""),
    sa.Column("due_at", UtcTime),
    sa.Column("created_by", ActorColumn, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("done_at", UtcTime),
    sa.Column("done_by", ActorColumn),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
    sa.Index(
        "ix_action_items_open",
        "team_id",
        "assignee",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)

# Messages that were taken into timelines; `seq` is the entry that tells of it last, `held_by` who wants it there.
captures: Final = sa.Table(
    "captures",
    metadata,
    _team(),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("ts", sa.String(32), primary_key=True),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("held_by", JsonColumn, nullable=False),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
)

# Who opened the Home tab when; `since` is the visit before, `shown` the digest of what stands there.
home_visits: Final = sa.Table(
    "home_visits",
    metadata,
    _team(),
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("since", UtcTime),
    sa.Column("shown", sa.String(64), nullable=False, server_default=""),
    sa.Index("ix_home_visits_opened_at", "team_id", "opened_at"),
)

# What people said that they want to be told directly; no row: everything, at any time.
preferences: Final = sa.Table(
    "preferences",
    metadata,
    _team(),
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("muted", JsonColumn, nullable=False),
    sa.Column("quiet_since", sa.String(5), nullable=False, server_default=""),
    sa.Column("quiet_until", sa.String(5), nullable=False, server_default=""),
    sa.Column("saved_at", UtcTime, nullable=False),
)

# How runs of our steps in Workflow Builder ended: with an incident (0: none), or with a problem.
steps: Final = sa.Table(
    "steps",
    metadata,
    _team(),
    sa.Column("execution", sa.String(255), primary_key=True),
    sa.Column("incident", sa.Integer, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
)

# What happens to an incident by itself when its time comes; due_at NULL: it ran to its end. `armed` is the entry that
# it runs because of.
timers: Final = sa.Table(
    "timers",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("due_at", UtcTime),
    sa.Column("armed", sa.Integer, nullable=False),
    sa.Column("step", sa.Integer, nullable=False, server_default="0"),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
    sa.Index(
        "ix_timers_due_at",
        "team_id",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
)

# team_id is "" for what arrives before any workspace is installed, or before it is known whose it is.
inbox: Final = sa.Table(
    "inbox",
    metadata,
    _team(),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False, server_default=""),
    sa.Column("body", sa.LargeBinary),
    sa.Column("outcome", JsonColumn),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("done_at", UtcTime),
    sa.Column("traceparent", sa.String(55)),
    sa.Index(
        "ix_inbox_waiting",
        "team_id",
        "received_at",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)

effects: Final = sa.Table(
    "effects",
    metadata,
    _team(),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("system", sa.String(16), nullable=False),
    sa.Column("lane", sa.String(512), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("rank", sa.SmallInteger, nullable=False),
    sa.Column("incident", sa.Integer, nullable=False),
    sa.Column("target", sa.String(96), nullable=False, server_default=""),
    sa.Column("data", JsonColumn, nullable=False),
    sa.Column("needs_card", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("lease", sa.String(32)),
    sa.Column("lease_until", UtcTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempt_started_at", UtcTime),
    sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("problem", sa.Text),
    sa.Column("remote_id", sa.String(64)),
    sa.Column("finished_at", UtcTime),
    sa.Column("outcome", sa.String(16)),
    sa.Column("traceparent", sa.String(55)),
    sa.UniqueConstraint("team_id", "lane", "seq"),
    sa.CheckConstraint("outcome IN ('done', 'superseded', 'parked')", name="outcome"),
    sa.CheckConstraint("(finished_at IS NULL) = (outcome IS NULL)", name="finished"),
    sa.Index(
        "ix_effects_waiting",
        "team_id",
        "due_at",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    ),
    sa.Index(
        "ix_effects_lane_waiting",
        "team_id",
        "lane",
        "seq",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    ),
    sa.Index(
        "ix_effects_incident_waiting",
        "team_id",
        "incident",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    ),
    sa.Index(
        "ix_effects_parked",
        "team_id",
        "incident",
        sqlite_where=sa.text("outcome = 'parked'"),
        postgresql_where=sa.text("outcome = 'parked'"),
    ),
)

# The last digest of each channel; `incidents` are the numbers that it shows.
digests: Final = sa.Table(
    "digests",
    metadata,
    _team(),
    sa.Column("channel", sa.String(96), primary_key=True),
    sa.Column("place", sa.String(32), nullable=False, server_default=""),
    sa.Column("ts", sa.String(32), nullable=False, server_default=""),
    sa.Column("incidents", JsonColumn, nullable=False),
)

# Who wants an incident to have a channel of its own (`wanted`: one that there is), and how many names were taken.
own_channels: Final = sa.Table(
    "own_channels",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("wanted", sa.String(32), nullable=False, server_default=""),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("asked_by", ActorColumn, nullable=False),
    sa.ForeignKeyConstraint(["team_id", "incident"], ["incidents.team_id", "incidents.number"]),
)

# Where the message stands that shows all that is unresolved, and when it may be brought up to date next.
overviews: Final = sa.Table(
    "overviews",
    metadata,
    _team(),
    sa.Column("channel", sa.String(96), primary_key=True),
    sa.Column("place", sa.String(32), nullable=False, server_default=""),
    sa.Column("ts", sa.String(32), nullable=False, server_default=""),
    sa.Column("shown", sa.String(64), nullable=False, server_default=""),
    sa.Column("due_at", UtcTime, nullable=False),
)

rate_limits: Final = sa.Table(
    "rate_limits",
    metadata,
    _team(),
    sa.Column("key", sa.String(160), primary_key=True),
    sa.Column("tat", UtcTime, nullable=False),
    sa.Column("free_at", UtcTime, nullable=False),
)

people: Final = sa.Table(
    "people",
    metadata,
    _team(),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.String(255), nullable=False, server_default=""),
    sa.Column("tz", sa.String(64), nullable=False, server_default=""),
    sa.Column("locale", sa.String(32), nullable=False, server_default=""),
    sa.Column("deleted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("is_bot", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("fetched_at", UtcTime, nullable=False),
    sa.Index("ix_people_email", "team_id", "email"),
)

# Slack's user groups that the permissions name, and who is in them.
user_groups: Final = sa.Table(
    "user_groups",
    metadata,
    _team(),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("asked_at", UtcTime, nullable=False),
)

group_members: Final = sa.Table(
    "group_members",
    metadata,
    _team(),
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("user_group", sa.String(32), primary_key=True),
)

channels: Final = sa.Table(
    "channels",
    metadata,
    _team(),
    sa.Column("name", sa.String(96), primary_key=True),
    sa.Column("id", sa.String(32), nullable=False),
    sa.Column("learned_at", UtcTime, nullable=False),
)

# What people had NopeSight do, and how far it is.
jobs: Final = sa.Table(
    "jobs",
    metadata,
    _team(),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("polls", sa.Integer, nullable=False),
    sa.Column("actor", ActorColumn, nullable=False),
    sa.Column("channel", sa.String(96), nullable=False),
    sa.Column("thread_ts", sa.String(32), nullable=False),
    sa.Column("message_ts", sa.String(32), nullable=False),
    sa.Column("incident", sa.Integer, nullable=False),
    sa.Column("remote_id", sa.String(255), nullable=False),
    sa.Column("asked", JsonColumn, nullable=False),
    sa.Column("result", JsonColumn),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("started_at", UtcTime),
)

# What reports of ours were made into, by the job that ordered each; `key` signs the links that show it as a page.
reports: Final = sa.Table(
    "reports",
    metadata,
    _team(),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("content", JsonColumn, nullable=False),
    sa.Column("picture", sa.LargeBinary, nullable=False),
    sa.Column("pictures", sa.LargeBinary, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Index("ix_reports_made_at", "team_id", "made_at"),
)

# Reports that are ordered over and over; `cause` is that of the first order, by which a repeat of it is known.
report_schedules: Final = sa.Table(
    "report_schedules",
    metadata,
    _team(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("days", sa.String(7), nullable=False),
    sa.Column("at", sa.String(5), nullable=False),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(96), nullable=False),
    sa.Column("actor", ActorColumn, nullable=False),
    sa.Column("cause", sa.String(255), nullable=False),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.UniqueConstraint("team_id", "cause"),
    sa.Index("ix_report_schedules_next_at", "team_id", "next_at"),
)

mentions: Final = sa.Table(
    "mentions",
    metadata,
    _team(),
    sa.Column("name", sa.String(96), primary_key=True),
    sa.Column("id", sa.String(32), nullable=False),
    sa.Column("learned_at", UtcTime, nullable=False),
)

# Where people were told of an event. `version` grows with everything that is to be shown; `shown` is what stands there.
notifications: Final = sa.Table(
    "notifications",
    metadata,
    _team(),
    sa.Column("source", sa.String(16), primary_key=True),
    sa.Column("event_id", sa.String(255), primary_key=True),
    sa.Column("channel", sa.String(96), primary_key=True),
    sa.Column("group_key", sa.String(512), nullable=False),
    sa.Column("rules", JsonColumn, nullable=False),
    sa.Column("mentions", JsonColumn, nullable=False),
    sa.Column("verbosity", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("more", sa.Integer, nullable=False, server_default="0"),
    sa.Column("place", sa.String(32), nullable=False, server_default=""),
    sa.Column("ts", sa.String(32), nullable=False, server_default=""),
    sa.Column("shown", sa.String(64), nullable=False, server_default=""),
    sa.Column("told_at", UtcTime, nullable=False),
    sa.Index("ix_notifications_group", "team_id", "group_key", "channel", "told_at"),
)

# What happened to an event that people were told of, in order; each may be told below its notifications.
event_changes: Final = sa.Table(
    "event_changes",
    metadata,
    _team(),
    sa.Column("source", sa.String(16), primary_key=True),
    sa.Column("event_id", sa.String(255), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("actor", ActorColumn, nullable=False),
    sa.Column("data", JsonColumn, nullable=False),
    sa.Column("happened_at", UtcTime, nullable=False),
)

# The end of each team's audit chain: the row that whoever adds to the chain locks.
audit_heads: Final = sa.Table(
    "audit_heads",
    metadata,
    _team(),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("began_at", UtcTime, nullable=False),
)

# Append-only by triggers (the migration has them): nothing of a row changes but that its payload is erased.
audit_log: Final = sa.Table(
    "audit_log",
    metadata,
    _team(),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("outcome", sa.String(40), nullable=False),
    sa.Column("surface", sa.String(40), nullable=False),
    sa.Column("request", sa.String(255), nullable=False),
    sa.Column("incident", sa.Integer),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("payload", sa.Text),
    sa.Column("payload_digest", sa.String(64), nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("previous_of_incident", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_audit_log_incident", "team_id", "incident", "seq"),
)

maintenance_windows: Final = sa.Table(
    "maintenance_windows",
    metadata,
    _team(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("scope", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("created_by", ActorColumn, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("suppressed", sa.Integer, nullable=False),
    sa.Column("ended_at", UtcTime),
    sa.Column("ended_by", ActorColumn),
    sa.Index("ix_maintenance_windows_ends_at", "team_id", "ends_at"),
)

flapping: Final = sa.Table(
    "flapping",
    metadata,
    _team(),
    sa.Column("incident", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("last_at", UtcTime, nullable=False),
    sa.Column("moves", sa.Integer, nullable=False),
    sa.Column("told", sa.Boolean, nullable=False),
)

# What is done over and over, with when next and how far it came. team_id "" is what concerns all of them.
recurring: Final = sa.Table(
    "recurring",
    metadata,
    _team(),
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("mark", UtcTime, nullable=False),
)

# The processes that work on this database, whatever workspaces they serve.
replicas: Final = sa.Table(
    "replicas",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("serves", sa.Boolean, nullable=False),
    sa.Column("works", sa.Boolean, nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
)

# Every run of a workflow. Its id is made of the delivery's, which makes it its own inbox row.
workflow_runs: Final = sa.Table(
    "workflow_runs",
    metadata,
    _team(),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("slug", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("inputs", JsonColumn, nullable=False),
    sa.Column("steps", JsonColumn, nullable=False),
    sa.Column("outcomes", JsonColumn, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("incident", sa.Integer, nullable=False),
    sa.Column("redelivery_of", sa.String(32), nullable=False),
    sa.Index("ix_workflow_runs_slug", "team_id", "slug", "created_at"),
)
