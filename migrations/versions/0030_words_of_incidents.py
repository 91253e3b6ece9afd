"""The words of titles and descriptions, by which incidents are found: kept by triggers, whoever writes.

One purpose, and the previous release still runs on the result: add and backfill now, drop in a later release.
Imports nothing of incidentbot, since a migration must keep meaning what it meant on the day it was written.

A word is a run of letters and digits; its first 64 characters count, in lower case. PostgreSQL keeps them with the
team before each, so that the index of one team's words is a part by itself. SQLite finds by the row's number alone,
which is therefore made of the team's and the incident's.

Revision: 0030
After: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# Of an incident that is not among the words yet, what was said before is not taken out: that would spoil the index.
ADDED = """
    INSERT INTO incident_words_teams (team_id) SELECT NEW.team_id
        WHERE NOT EXISTS (SELECT 1 FROM incident_words_teams WHERE team_id = NEW.team_id);
    INSERT INTO incident_words (rowid, words)
        SELECT id * 4294967296 + NEW.number, NEW.title || ' ' || NEW.description
        FROM incident_words_teams WHERE team_id = NEW.team_id;
"""
TAKEN = """
    INSERT INTO incident_words (incident_words, rowid, words)
        SELECT 'delete', id * 4294967296 + OLD.number, OLD.title || ' ' || OLD.description
        FROM incident_words_teams AS teams WHERE team_id = OLD.team_id
        AND EXISTS (SELECT 1 FROM incident_words WHERE rowid = teams.id * 4294967296 + OLD.number);
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE incident_words USING fts5"
        "(words, content = '', prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0')"
    )
    op.execute("CREATE TABLE incident_words_teams (id INTEGER PRIMARY KEY, team_id VARCHAR(32) NOT NULL UNIQUE)")
    op.execute(f"CREATE TRIGGER incident_words_added AFTER INSERT ON incidents BEGIN {ADDED} END")
    op.execute(
        "CREATE TRIGGER incident_words_changed AFTER UPDATE OF title, description ON incidents"
        f" BEGIN {TAKEN} {ADDED} END"
    )
    op.execute(f"CREATE TRIGGER incident_words_taken AFTER DELETE ON incidents BEGIN {TAKEN} END")


def _postgresql() -> None:
    op.execute(
        "CREATE TABLE incident_words (team_id VARCHAR(32) NOT NULL, number INTEGER NOT NULL, words TSVECTOR NOT NULL,"
        " CONSTRAINT pk_incident_words PRIMARY KEY (team_id, number))"
    )
    # What was added lately is kept apart until it is enough, which makes writing cheap; a search reads all of that.
    op.execute("CREATE INDEX ix_incident_words ON incident_words USING gin (words) WITH (gin_pending_list_limit = 256)")
    op.execute(
        "CREATE FUNCTION incident_words_of(team TEXT, said TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE AS $$"
        " SELECT array_remove(string_to_array(ltrim(regexp_replace(' ' || lower(CASE WHEN said ~ '[[:alnum:]]{65}'"
        " THEN regexp_replace(said, '([[:alnum:]]{64})[[:alnum:]]+', '\\1', 'g') ELSE said END),"
        " '[^[:alnum:]]+', ' ' || team || ':', 'g')), ' '), team || ':') $$"
    )
    op.execute(
        "CREATE FUNCTION incident_words_query(team TEXT, said TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE AS $$"
        " SELECT string_agg(quote_literal(word) || CASE WHEN place = cardinality(words) THEN ':*' ELSE '' END, ' & ')"
        "::tsquery FROM incident_words_of(team, said) AS words, unnest(words) WITH ORDINALITY AS asked(word, place) $$"
    )
    op.execute(
        "CREATE FUNCTION incident_words_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'DELETE' THEN"
        " DELETE FROM incident_words WHERE team_id = OLD.team_id AND number = OLD.number; RETURN OLD; END IF;"
        " INSERT INTO incident_words VALUES"
        " (NEW.team_id, NEW.number,"
        " array_to_tsvector(incident_words_of(NEW.team_id, NEW.title || ' ' || NEW.description)))"
        " ON CONFLICT (team_id, number) DO UPDATE SET words = EXCLUDED.words; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER incident_words_follow AFTER INSERT OR UPDATE OF title, description OR DELETE ON incidents"
        " FOR EACH ROW EXECUTE FUNCTION incident_words_follow()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("incident_words_added", "incident_words_changed", "incident_words_taken"):
            op.execute(f"DROP TRIGGER {name}")
        op.execute(sa.text("DROP TABLE incident_words_teams"))
    else:
        op.execute("DROP TRIGGER incident_words_follow ON incidents")
        op.execute("DROP FUNCTION incident_words_follow()")
        op.execute("DROP FUNCTION incident_words_query(TEXT, TEXT)")
        op.execute("DROP FUNCTION incident_words_of(TEXT, TEXT)")
    op.execute(sa.text("DROP TABLE incident_words"))
