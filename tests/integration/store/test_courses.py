"""The row that the database keeps of each incident says what its timeline says, whoever wrote it and whenever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.store import Store
from incidentbot.store.tables import courses, pruned
from tests.clocks import HandClock
from tests.databases import connected, downgrade, upgrade

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
API = Actor(Source.API)
INCIDENT = Incident("T1", 1, "Disk", Severity.HIGH, State.OPEN, 1, 0, "api", API, BEGAN, BEGAN, API, "C0")
TOLD = (
    EntryKind.CREATED,
    EntryKind.OWNER_INVITED,
    EntryKind.ACKNOWLEDGED,
    EntryKind.NOTE,
    EntryKind.UNACKNOWLEDGED,
    EntryKind.ACKNOWLEDGED,
    EntryKind.NOTE,
    EntryKind.RESOLVED,
    EntryKind.REOPENED,
    EntryKind.RESOLVED,
    EntryKind.NOTE,
)


def rows(url: str) -> list[sa.Row[tuple[object, ...]]]:
    with connected(url) as connection:
        return list(connection.execute(sa.select(courses).order_by(courses.c.incident)))


def filled(url: str) -> None:
    """One of every length, a drill, and one whose severity changed."""
    store = Store(url, clock=HandClock(BEGAN))
    with store.begin("T1") as tx:
        for number in range(1, len(TOLD) + 1):
            tx.incidents.insert(replace(INCIDENT, number=number, drill=number == 3))
            at = (BEGAN + timedelta(minutes=number, seconds=place, microseconds=7) for place in range(number))
            for seq, (kind, moment) in enumerate(zip(TOLD, at, strict=False), start=1):
                tx.timeline.append(number, [Entry(seq, kind, API, moment, {})], BEGAN)
    with store.begin("T1") as tx:
        before = tx.incidents.get(1)
        assert before is not None
        tx.incidents.update(before, replace(before, severity=Severity.LOW, version=before.version + 1))
    store.close()


def test_a_row_says_what_the_timeline_says_and_a_drill_has_none(database_url: str) -> None:
    filled(database_url)
    found = rows(database_url)
    last = found[-1]
    micro = [
        int((BEGAN + timedelta(minutes=len(TOLD), seconds=place)).timestamp()) * 1_000_000 + 7 for place in range(11)
    ]
    assert [row.incident for row in found] == [1, 2, *range(4, len(TOLD) + 1)]
    assert found[0].severity == "low"
    assert (last.created, last.acknowledged, last.updated, last.resolved) == (micro[0], micro[2], micro[3], micro[9])
    assert (last.moved, last.state, last.reopenings) == (micro[9], 2, 1)


def test_the_rows_of_incidents_from_before_are_those_that_would_have_been_kept(database_url: str) -> None:
    filled(database_url)
    kept = rows(database_url)
    with connected(database_url) as connection:
        downgrade(connection, "0032")
        upgrade(connection)
    assert rows(database_url) == kept


def test_a_row_goes_with_its_incident_also_where_the_release_before_takes_it_out(database_url: str) -> None:
    filled(database_url)
    store = Store(database_url, clock=HandClock(BEGAN))
    with store.database.write() as connection:
        connection.execute(sa.insert(pruned), {"team_id": "T1", "incident": 1, "pruned_at": BEGAN})
        connection.execute(sa.text("DELETE FROM timeline_entries WHERE incident = 1"))
        connection.execute(sa.text("DELETE FROM incidents WHERE number = 1"))
    store.close()
    assert [row.incident for row in rows(database_url)] == [2, *range(4, len(TOLD) + 1)]
