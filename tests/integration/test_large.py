"""The large database that the benchmarks measure is one that the service itself could have written."""

from contextlib import closing

import sqlalchemy as sa

from benchmarks.large import TEAM, fill
from incidentbot.bootstrap import SystemClock
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.queries import events_of, find, list_incidents, timeline
from incidentbot.queries.audit import verify_audit
from incidentbot.store import Store
from incidentbot.store.tables import timeline_entries


def test_what_is_made_is_read_as_it_was_written_and_its_chain_verifies(database_url: str) -> None:
    entries = fill(database_url, 300)
    with closing(Store(database_url, clock=SystemClock())) as store:
        assert list_incidents(store, TEAM).total == 300
        assert verify_audit(store, [TEAM])[1] == []
        for number in range(1, 301):
            incident = find(store, TEAM, f"INC-{number}")
            assert isinstance(incident, Incident)
            assert timeline(store, TEAM, number).total == incident.last_seq
            assert len(events_of(store, TEAM, number)) == incident.event_count
        with store.read(TEAM) as tx:
            assert tx.incidents.count(states=(State.OPEN, State.ACKNOWLEDGED)) > 0
    engine = sa.create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(timeline_entries)).scalar_one() == entries
    engine.dispose()


def test_the_same_seed_makes_the_same(sqlite_url: str, postgresql_url: str) -> None:
    heads = []
    for url in (sqlite_url, postgresql_url):
        fill(url, 50, seed=3)
        with closing(Store(url, clock=SystemClock())) as store, store.read(TEAM) as tx:
            heads.append([(one.title, one.state, one.last_seq) for one in tx.incidents.page(limit=50)])
    assert heads[0] == heads[1]
