"""Incidents are found by their words, alike on both databases, whoever wrote them and however many."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from benchmarks.large import TEAM as LARGE
from benchmarks.large import fill
from incidentbot.bootstrap import SystemClock
from incidentbot.domain.incident import Draft, Edit
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import list_incidents
from incidentbot.store import Store
from incidentbot.usecases import Cause, create, resolve, update
from tests.databases import connected, downgrade, upgrade

ACTOR = Actor(Source.CLI, name="cli")
BEFORE_WORDS = "0029"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with closing(Store(database_url, clock=SystemClock())) as opened:
        for team in ("T1", "T2"):
            with opened.begin(team) as tx:
                tx.installations.save(Workspace(team), tx.now)
        yield opened


def _cause(key: str, team: str = "T1") -> Cause:
    return Cause(key=key[:80], team_id=team, actor=ACTOR, surface="cli")


def _made(store: Store, title: str, description: str = "", team: str = "T1", severity: Severity = Severity.LOW) -> None:
    create(store, _cause(title, team), Draft(title, severity, description, foreign=True))


def _found(store: Store, q: str, team: str = "T1") -> list[int]:
    return [one.number for one in list_incidents(store, team, q=q).items]


def test_each_word_that_is_typed_is_one_of_title_or_description_and_the_last_one_may_be_begun(store: Store) -> None:
    _made(store, "Disk full on PROD-WEB-01")
    _made(store, "Überlast", "the disks of db.example.com/var, naïve")
    _made(store, "Nothing of the kind")
    asked = (
        "disk",
        "DISK FULL",
        "full disk",
        "web 01",
        "prod-web",
        "über",
        "ÜBERL",
        "example var",
        "naïve",
        "dis full",
        "isk",
        "xyz",
    )
    found = [_found(store, q) for q in asked]
    assert found == [[2, 1], [1], [1], [1], [1], [2], [2], [2], [2], [], [], []]


@pytest.mark.parametrize(
    "q",
    (
        '"',
        "*",
        "%",
        "_",
        "-",
        "' OR 1=1 --",
        "NEAR(disk full)",
        "words:disk",
        "disk AND NOT full",
        "^",
        "(",
        ":*",
        "\\",
        "&|!",
    ),
)
def test_what_means_something_to_a_database_means_nothing_to_the_search(store: Store, q: str) -> None:
    _made(store, "Disk full")
    assert _found(store, q) == []


def test_what_an_incident_is_called_now_finds_it_and_what_it_was_called_does_not(store: Store) -> None:
    _made(store, "Disk full")
    update(store, _cause("renamed"), "INC-1", Edit(title="Memory short"))
    assert (_found(store, "disk"), _found(store, "memory")) == ([], [1])


def test_nobody_finds_what_another_workspace_wrote(store: Store) -> None:
    _made(store, "Disk full")
    _made(store, "Disk slow", team="T2")
    assert (_found(store, "disk slow"), _found(store, "disk", "T2"), _found(store, "t1")) == ([], [1], [])


def test_of_a_word_without_an_end_the_beginning_counts(store: Store) -> None:
    _made(store, "x" * 250, "y" * 3000 + " disk")
    assert [_found(store, q) for q in ("x" * 64, "x" * 200, "y" * 63 + "z", "disk")] == [[1], [1], [], [1]]


def test_words_go_with_state_and_severity_and_the_newest_come_first(store: Store) -> None:
    for number, severity in enumerate((Severity.LOW, Severity.CRITICAL) * 3, start=1):
        _made(store, f"Disk {number}", severity=severity)
    for ref in ("INC-2", "INC-5"):
        resolve(store, _cause(ref), ref)
    states, worst = (State.OPEN, State.ACKNOWLEDGED), Severity.CRITICAL
    first = list_incidents(store, "T1", states=states, q="disk", limit=2)
    after = list_incidents(store, "T1", states=states, q="disk", limit=2, cursor=first.next_cursor)
    assert [one.number for one in (*first.items, *after.items)] == [6, 4, 3, 1]
    assert [one.number for one in list_incidents(store, "T1", states=states, severity=worst, q="disk").items] == [6, 4]
    listed = [
        list_incidents(store, "T1", states=each, severity=worst).items for each in (states, (State.RESOLVED,), ())
    ]
    assert [[one.number for one in found] for found in listed] == [[6, 4], [2], [6, 4, 2]]


def test_incidents_are_counted_as_far_as_anybody_wants_to_know(database_url: str) -> None:
    fill(database_url, 1100)
    with closing(Store(database_url, clock=SystemClock())) as store:
        everything, some = list_incidents(store, LARGE), list_incidents(store, LARGE, severity=Severity.CRITICAL)
        assert (everything.total, everything.exceeded, some.exceeded) == (1000, True, False)
        found = list_incidents(store, LARGE, q="on")
        assert (found.total, found.exceeded) == (100, True)
        last = list_incidents(store, LARGE, q="on", limit=100, cursor="3")
        assert (last.total, last.exceeded, len(last.items) < 3) == (100, True, True)


def test_what_was_there_before_the_search_was_is_found_after_a_migration_also_one_that_broke_off(
    database_url: str,
) -> None:
    with connected(database_url) as connection:
        downgrade(connection, BEFORE_WORDS)
        fill(database_url, 30)
        upgrade(connection, "0030")
        # The release before goes on writing meanwhile, and the step that fills has got half through once.
        connection.execute(sa.text("UPDATE incidents SET title = 'Renamed meanwhile' WHERE number IN (7, 8)"))
        connection.execute(sa.text("DELETE FROM responders"))
        connection.commit()
        upgrade(connection)
    with closing(Store(database_url, clock=SystemClock())) as store:
        assert [one.number for one in list_incidents(store, LARGE, q="renamed").items] == [8, 7]
        for one in list_incidents(store, LARGE, limit=100).items:
            assert one.number in [found.number for found in list_incidents(store, LARGE, q=one.title, limit=100).items]
