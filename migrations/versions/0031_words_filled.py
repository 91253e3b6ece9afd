"""The words of the incidents that are there already, and an index of severities, beside whoever works meanwhile.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

A million incidents take minutes, and nobody is to wait for that: each step is a transaction of its own, and broken off
it goes on where it was. Until the last one the revision stays the one before.

Revision: 0031
After: 0030
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

STEP = 2_000
INDEX = "ix_incidents_severity"
COLUMNS = "(team_id, severity, state, number)"
LAST_OF_STEP = (
    "SELECT max(number) FROM (SELECT number FROM incidents WHERE team_id = :team AND number > :after"
    " ORDER BY number LIMIT :step) AS step"
)
FILL = {
    "sqlite": (
        "INSERT INTO incident_words (rowid, words) SELECT teams.id * 4294967296 + number, title || ' ' || description"
        " FROM incidents JOIN incident_words_teams AS teams USING (team_id)"
        " WHERE team_id = :team AND number > :after AND number <= :last AND NOT EXISTS"
        " (SELECT 1 FROM incident_words WHERE rowid = teams.id * 4294967296 + number)"
    ),
    "postgresql": (
        "INSERT INTO incident_words SELECT team_id, number,"
        " array_to_tsvector(incident_words_of(team_id, title || ' ' || description)) FROM incidents"
        " WHERE team_id = :team AND number > :after AND number <= :last AND NOT EXISTS"
        " (SELECT 1 FROM incident_words AS there WHERE there.team_id = :team AND there.number = incidents.number)"
        " ON CONFLICT DO NOTHING"
    ),
}
TEAMS = (
    "INSERT INTO incident_words_teams (team_id) SELECT DISTINCT team_id FROM incidents"
    " WHERE team_id NOT IN (SELECT team_id FROM incident_words_teams)"
)


def upgrade() -> None:
    bind = op.get_bind()
    engine = bind.dialect.name
    if engine == "sqlite":
        bind.execute(sa.text(TEAMS))
    for team in bind.execute(sa.text("SELECT DISTINCT team_id FROM incidents ORDER BY team_id")).scalars().all():
        _fill(bind, engine, team)
    if engine == "sqlite":
        op.execute(f"CREATE INDEX {INDEX} ON incidents {COLUMNS}")
    else:
        _index_beside_work(bind)


def _fill(bind: sa.Connection, engine: str, team: str) -> None:
    after = 0
    while last := bind.execute(sa.text(LAST_OF_STEP), {"team": team, "after": after, "step": STEP}).scalar():
        bind.execute(sa.text(FILL[engine]), {"team": team, "after": after, "last": last})
        _commit(bind)
        after = last


def _commit(bind: sa.Connection) -> None:
    """What was done lasts, and whoever waits gets a turn; past SQLAlchemy, for which it all is one transaction."""
    driver: Any = bind.connection.driver_connection
    driver.commit()
    if bind.dialect.name == "sqlite":
        driver.execute("BEGIN IMMEDIATE")


def _index_beside_work(bind: sa.Connection) -> None:
    """One that an earlier try has left half-made is made anew; in an empty table there is nobody to wait for."""
    if bind.execute(sa.text("SELECT 1 FROM incidents LIMIT 1")).scalar() is None:
        op.execute(f"CREATE INDEX {INDEX} ON incidents {COLUMNS}")
        return
    bind.execute(sa.text("ANALYZE incident_words"))
    driver: Any = bind.connection.driver_connection
    driver.commit()
    driver.autocommit = True
    driver.execute("SET statement_timeout = 0")
    driver.execute("SET lock_timeout = 0")
    driver.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
    driver.execute(f"CREATE INDEX CONCURRENTLY {INDEX} ON incidents {COLUMNS}")
    driver.autocommit = False


def downgrade() -> None:
    op.drop_index(INDEX, table_name="incidents")
