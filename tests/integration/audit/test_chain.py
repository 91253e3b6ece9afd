"""The audit chain over real databases: what is recorded, that nobody changes it, and that whoever does is found."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from incidentbot.domain.incident import Draft, Edit
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.queries import export_audit, find, verify_audit
from incidentbot.store import Store
from incidentbot.store.tables import audit_heads, audit_log, timeline_entries
from incidentbot.usecases import Cause, add_note, create, erase_person, resolve, update
from tests.databases import connected
from tests.proofs.tampering import (
    ANA,
    BEN,
    TAMPERINGS,
    TEAM,
    Causes,
    broken,
    recording,
    tell_a_story,
    undetected,
    without_triggers,
)

CLI = Actor(Source.CLI, name="cli")
MATRIX = 500


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = recording(database_url)
    yield store
    store.close()


def rows(store: Store) -> list[dict[str, Any]]:
    return [row for row in export_audit(store, [TEAM]) if "head" not in row]


def test_every_change_is_recorded_with_who_what_and_from_where(store: Store) -> None:
    tell_a_story(store, Causes())
    told = rows(store)
    assert [(row["action"], row["outcome"], row["incident"]) for row in told] == [
        ("create", "done", 1),
        ("create", "done", 2),
        ("acknowledge", "done", 1),
        ("acknowledge", "transition_refused", None),
        ("acknowledge", "not_permitted", None),
        ("update", "done", 2),
        ("invite", "done", 1),
        ("comment", "done", 1),
        ("resolve", "done", 1),
        ("reopen", "done", 1),
    ]
    acknowledged, denied = told[2], told[4]
    assert (acknowledged["surface"], acknowledged["request"]) == ("button", "key-3")
    assert acknowledged["payload"]["actor"]["id"] == ANA.id
    assert acknowledged["payload"]["before"]["state"] == "open"
    assert acknowledged["payload"]["after"]["state"] == "acknowledged"
    assert denied["payload"]["actor"]["id"] == BEN.id
    assert denied["payload"]["after"]["right"] == "acknowledge"
    assert broken(store) == []


def test_a_repeated_cause_is_recorded_once(store: Store) -> None:
    cause = Causes()()
    for _ in range(2):
        create(store, cause, Draft("Database is down", Severity.CRITICAL))
    assert len(rows(store)) == 1


@pytest.mark.parametrize("table", (audit_log, timeline_entries), ids=lambda table: table.name)
@pytest.mark.parametrize("change", ("update", "delete"))
def test_the_database_itself_refuses_to_change_what_was_recorded(
    store: Store, database_url: str, table: sa.Table, change: str
) -> None:
    tell_a_story(store, Causes())
    query: Any = sa.delete(table) if change == "delete" else sa.update(table).values(seq=table.c.seq + 1000)
    with connected(database_url) as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.execute(query)
    assert broken(store) == []


def test_postgresql_does_not_truncate_it_either(postgresql_url: str) -> None:
    with connected(postgresql_url) as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.execute(sa.text("TRUNCATE audit_log"))


# --- somebody with full rights over the database ------------------------------------------------------------------


def test_a_sample_of_tamperings_is_found(store: Store) -> None:
    assert undetected(store, range(5 * len(TAMPERINGS))) == []


@pytest.mark.matrix
def test_every_tampering_is_found(store: Store) -> None:
    assert undetected(store, range(MATRIX)) == []


def test_the_first_bad_row_is_named(store: Store, database_url: str) -> None:
    tell_a_story(store, Causes())
    with connected(database_url) as connection:
        without_triggers(connection)
        for seq in (7, 5):
            connection.execute(
                sa.update(audit_log).where(audit_log.c.team_id == TEAM, audit_log.c.seq == seq).values(action="create")
            )
        connection.commit()
    assert [(one.team_id, one.seq) for one in broken(store)] == [(TEAM, 5)]


def test_a_tail_cut_off_with_its_head_is_found_by_what_was_kept_elsewhere(store: Store, database_url: str) -> None:
    tell_a_story(store, Causes())
    [head], _ = verify_audit(store)
    with connected(database_url) as connection:
        without_triggers(connection)
        [kept] = connection.execute(sa.select(audit_log.c.hash).where(audit_log.c.seq == 6)).scalars()
        connection.execute(sa.delete(audit_log).where(audit_log.c.seq > 6))
        connection.execute(sa.update(audit_heads).values(seq=6, hash=kept))
        cut = sa.delete(timeline_entries).where(timeline_entries.c.incident == 1, timeline_entries.c.seq > 2)
        connection.execute(cut)
        connection.commit()
    assert broken(store) == []
    assert [one.seq for one in broken(store, head)] == [head.seq]


# --- erasing somebody -----------------------------------------------------------------------------------------------


def everything(database_url: str) -> str:
    """All that the database holds, as text."""
    with connected(database_url) as connection:
        found = sa.MetaData()
        found.reflect(connection)
        return "\n".join(
            str(tuple(row)) for table in found.sorted_tables for row in connection.execute(sa.select(table))
        )


def test_an_erased_person_is_nowhere_and_the_chain_verifies(store: Store, database_url: str) -> None:
    causes = Causes()
    tell_a_story(store, causes)
    add_note(store, causes(), "INC-2", f"ask <@{ANA.id}> or {ANA.email}")
    update(store, causes(), "INC-2", Edit(assignee=ANA.id))
    erased = erase_person(store, Cause(TEAM, "erase", CLI, "cli"), ANA.id)
    assert erased.audit_rows
    assert erased.entries
    told = everything(database_url)
    # The other workspace knows the same person, and keeps them.
    assert not [line for line in told.splitlines() if TEAM in line and (ANA.id in line or ANA.email in line)]
    assert BEN.id in told
    assert broken(store) == []
    incident = find(store, TEAM, "INC-1")
    assert "Database is down" in str(incident)


def test_life_goes_on_after_an_erasure(store: Store) -> None:
    causes = Causes()
    tell_a_story(store, causes)
    erase_person(store, Cause(TEAM, "erase", CLI, "cli"), ANA.id)
    resolve(store, causes(), "INC-1", "really")
    assert broken(store) == []
    assert rows(store)[-1]["payload"]["actor"]["id"] == ANA.id


def test_only_an_id_is_erased(store: Store) -> None:
    tell_a_story(store, Causes())
    with pytest.raises(Exception, match="bad_field"):
        erase_person(store, Cause(TEAM, "erase", CLI, "cli"), "a")
    assert all(row["payload"] for row in rows(store))
