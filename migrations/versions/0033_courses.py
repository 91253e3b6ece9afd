"""What each incident came to when, kept by the database itself from its timeline: figures read one small row each.

One purpose, and the previous release still runs on the result: the triggers keep the rows of whichever release writes,
and a row goes with its incident. Those of the incidents that there are are made here, while the timelines are locked:
about a minute for ten million entries.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

Revision: 0033
After: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

PLACES = {"created": 0, "acknowledged": 1, "unacknowledged": 0, "resolved": 2, "reopened": 0}
UPDATES = ("note", "captured", "title_changed", "severity_changed")


def upgrade() -> None:
    op.create_table(
        "courses",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("incident", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("acknowledged", sa.BigInteger),
        sa.Column("resolved", sa.BigInteger),
        sa.Column("updated", sa.BigInteger),
        sa.Column("moved", sa.BigInteger, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("reopenings", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "incident", name=op.f("pk_courses")),
        sa.ForeignKeyConstraint(
            ["team_id", "incident"],
            ["incidents.team_id", "incidents.number"],
            name=op.f("fk_courses_incidents"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_courses_team_id_created"), "courses", ["team_id", "created"])
    if op.get_bind().dialect.name == "sqlite":
        _triggers_of_sqlite()
    else:
        _triggers_of_postgresql()
    _backfill()


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name in (
        ("timeline_entries", "courses_begin"),
        ("timeline_entries", "courses_go_on"),
        ("incidents", "courses_severity"),
    ):
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("courses")


def _any_of(kinds: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{kind}'" for kind in kinds) + ")"


def _micro(column: str, *, sqlite: bool) -> str:
    """A stored time as microseconds since 1970. SQLite reckons in milliseconds and would round: text is read."""
    if sqlite:
        whole = f"CAST(strftime('%s', substr({column}, 1, 19)) AS INTEGER)"
        return f"({whole} * 1000000 + CAST(substr({column}, 21, 6) AS INTEGER))"
    return f"CAST(EXTRACT(EPOCH FROM {column}) * 1000000 AS BIGINT)"


def _begin(*, sqlite: bool) -> str:
    """An incident begins, if it is real."""
    at = _micro("NEW.happened_at", sqlite=sqlite)
    return (
        "INSERT INTO courses"  # noqa: S608 - all of it stands here
        " (team_id, incident, severity, created, moved, state, reopenings, seq)"
        f" SELECT team_id, number, severity, {at}, {at}, 0, 0, NEW.seq FROM incidents"
        " WHERE team_id = NEW.team_id AND number = NEW.incident AND NOT drill"
        " ON CONFLICT (team_id, incident) DO NOTHING"
    )


def _go_on(*, sqlite: bool) -> str:
    """Something happened to it. What was counted already (a copy brings both) changes nothing."""
    at = _micro("NEW.happened_at", sqlite=sqlite)
    least, most = ("MIN", "MAX") if sqlite else ("LEAST", "GREATEST")
    state = " ".join(f"WHEN '{kind}' THEN {place}" for kind, place in PLACES.items())

    def when(kinds: tuple[str, ...], column: str, which: str) -> str:
        known = f"{which}(COALESCE({column}, {at}), {at})"
        return f"{column} = CASE WHEN NEW.kind IN {_any_of(kinds)} THEN {known} ELSE {column} END"

    return (
        "UPDATE courses SET "  # noqa: S608 - all of it stands here
        + ", ".join(
            (
                when(("acknowledged",), "acknowledged", least),
                when(("resolved",), "resolved", most),
                when(UPDATES, "updated", least),
                when(tuple(PLACES), "moved", most),
                f"state = CASE NEW.kind {state} ELSE state END",
                "reopenings = reopenings + CASE WHEN NEW.kind = 'reopened' THEN 1 ELSE 0 END",
                f"seq = CASE WHEN NEW.kind IN {_any_of(tuple(PLACES))} THEN NEW.seq ELSE seq END",
            )
        )
        + " WHERE team_id = NEW.team_id AND incident = NEW.incident AND seq < NEW.seq"
        + f" AND (NEW.kind NOT IN {_any_of(UPDATES)} OR updated IS NULL OR updated > {at})"
    )


def _severity() -> str:
    return "UPDATE courses SET severity = NEW.severity WHERE team_id = NEW.team_id AND incident = NEW.number"


# Which rows of a table each trigger is for, and when.
BEGINS = "WHEN (NEW.kind = 'created')"
GOES_ON = f"WHEN (NEW.kind IN {_any_of((*(kind for kind in PLACES if kind != 'created'), *UPDATES))})"
ANOTHER = "WHEN (NEW.severity <> OLD.severity)"


def _triggers_of_sqlite() -> None:
    begin, go_on = _begin(sqlite=True), _go_on(sqlite=True)
    op.execute(f"CREATE TRIGGER courses_begin AFTER INSERT ON timeline_entries {BEGINS} BEGIN {begin}; END")
    op.execute(f"CREATE TRIGGER courses_go_on AFTER INSERT ON timeline_entries {GOES_ON} BEGIN {go_on}; END")
    op.execute(
        f"CREATE TRIGGER courses_severity AFTER UPDATE OF severity ON incidents {ANOTHER} BEGIN {_severity()}; END"
    )


def _triggers_of_postgresql() -> None:
    for name, body, when in (
        ("courses_begin", _begin(sqlite=False), f"AFTER INSERT ON timeline_entries FOR EACH ROW {BEGINS}"),
        ("courses_go_on", _go_on(sqlite=False), f"AFTER INSERT ON timeline_entries FOR EACH ROW {GOES_ON}"),
        ("courses_severity", _severity(), f"AFTER UPDATE OF severity ON incidents FOR EACH ROW {ANOTHER}"),
    ):
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$")
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")


def _backfill() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    at = _micro("happened_at", sqlite=sqlite)
    place = "CASE kind " + " ".join(f"WHEN '{kind}' THEN {place}" for kind, place in PLACES.items()) + " END"

    def of(kinds: tuple[str, ...], which: str) -> str:
        return f"{which}(CASE WHEN kind IN {_any_of(kinds)} THEN {at} END)"

    told = (
        f"SELECT team_id, incident, {of(('created',), 'MIN')} AS created,"  # noqa: S608 - all of it stands here
        f" {of(('acknowledged',), 'MIN')} AS acknowledged,"
        f" {of(('resolved',), 'MAX')} AS resolved, {of(UPDATES, 'MIN')} AS updated,"
        f" {of(tuple(PLACES), 'MAX')} AS moved, MAX(seq * 3 + {place}) % 3 AS state,"
        f" SUM(CASE WHEN kind = 'reopened' THEN 1 ELSE 0 END) AS reopenings,"
        f" MAX(CASE WHEN kind IN {_any_of(tuple(PLACES))} THEN seq END) AS seq"
        f" FROM timeline_entries WHERE kind IN {_any_of((*PLACES, *UPDATES))} GROUP BY team_id, incident"
    )
    op.execute(
        "INSERT INTO courses"  # noqa: S608 - all of it stands here
        " (team_id, incident, severity, created, acknowledged, resolved, updated, moved, state,"
        " reopenings, seq) SELECT told.team_id, told.incident, incidents.severity, created, acknowledged, resolved,"
        f" updated, moved, told.state, reopenings, seq FROM ({told}) AS told JOIN incidents"
        " ON incidents.team_id = told.team_id AND incidents.number = told.incident"
        " WHERE NOT incidents.drill AND created IS NOT NULL"
    )
