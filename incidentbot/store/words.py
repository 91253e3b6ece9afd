"""Incidents found by the words of their titles and descriptions.

Triggers keep the words (migration 0030), so that nobody who writes can forget to: SQLite in a full-text index of its
own, PostgreSQL in a table with an inverted index. Both mean the same: a word is a run of letters and digits, compared
without regard to case by its first `LONGEST` characters. Every word that is asked for has to be there; of the last one,
which somebody may be typing still, the beginning is enough. Were it so of all, a common beginning would cost as much as
there are incidents that have it.
"""

import re
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.store.tables import incidents

LONGEST: Final = 64
_WORD: Final = re.compile(r"[^\W_]+")
# Of a team's rows in SQLite's index, whose numbers are made of the team's own and the incident's.
_SPAN: Final = 2**32
_ON_POSTGRESQL: Final = sa.table("incident_words", sa.column("team_id"), sa.column("number"), sa.column("words"))
_ON_SQLITE: Final = sa.table("incident_words", sa.column("rowid", sa.BigInteger))
_TEAMS: Final = sa.table("incident_words_teams", sa.column("id", sa.BigInteger), sa.column("team_id"))


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text, cut to what of them counts; none of a text without letters and digits."""
    return tuple(word[:LONGEST] for word in _WORD.findall(text))


def found_by_words(
    connection: sa.Connection, team_id: str, text: str, further: tuple[sa.ColumnElement[bool], ...], before: int | None
) -> sa.Select[Any]:
    """The numbers of the team's incidents, the newest first, that have the words of `text` and are as `further` says;
    those below `before` alone, where it is given.
    """
    if connection.dialect.name == "sqlite":
        return _on_sqlite(team_id, text, further, before)
    # What the words are decides which way is short, so that the way is never chosen without them.
    connection.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))
    return _on_postgresql(team_id, text, further, before)


def _on_postgresql(
    team_id: str, text: str, further: tuple[sa.ColumnElement[bool], ...], before: int | None
) -> sa.Select[Any]:
    words = _ON_POSTGRESQL.c
    query = sa.select(words.number).where(
        words.team_id == team_id, words.words.bool_op("@@")(sa.func.incident_words_query(team_id, text))
    )
    if further:
        its_own = (incidents.c.team_id == words.team_id) & (incidents.c.number == words.number)
        query = query.join_from(_ON_POSTGRESQL, incidents, its_own).where(*further)
    if before is not None:
        query = query.where(words.number < before)
    return query.order_by(words.number.desc())


def _on_sqlite(
    team_id: str, text: str, further: tuple[sa.ColumnElement[bool], ...], before: int | None
) -> sa.Select[Any]:
    row = _ON_SQLITE.c.rowid
    first = sa.select(_TEAMS.c.id * _SPAN).where(_TEAMS.c.team_id == team_id).scalar_subquery()
    wanted = " AND ".join(f'"{word}"' for word in words_in(text)) + "*"
    query = sa.select((row - first).label("number")).where(
        sa.literal_column("incident_words").op("MATCH")(wanted),
        row > first,
        row < first + (_SPAN if before is None else before),
    )
    if further:
        its_own = (incidents.c.team_id == team_id) & (incidents.c.number == row - first)
        query = query.join_from(_ON_SQLITE, incidents, its_own).where(*further)
    return query.order_by(row.desc())
