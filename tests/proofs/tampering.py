"""G16: whatever somebody with full rights over the database does to what was recorded, verification finds it."""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from incidentbot.bootstrap import permissions_of
from incidentbot.domain.audit import Broken, Head, digest
from incidentbot.domain.incident import Draft, Edit
from incidentbot.domain.people import Actor, Person, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import verify_audit
from incidentbot.settings_file import read_config
from incidentbot.store import Store
from incidentbot.store.tables import audit_heads, audit_log, timeline_entries
from incidentbot.store.transaction import Transaction
from incidentbot.usecases import Cause, acknowledge, add_note, create, invite, reopen, resolve, update
from tests.proofs.budget import Budget, hold

TEAM, OTHER = "T0ACME", "T0GLOBEX"
ANA, BEN = Actor(Source.SLACK, "U0ANA0001", "Ana", "ana@acme.example"), Actor(Source.SLACK, "U0BEN0002", "Ben")


@dataclass
class Clock:
    time: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(microseconds=1001)
        return self.time


def recording(url: str) -> Store:
    """A store with two workspaces, in which Ana may do everything and others look."""
    file = read_config(f"permissions: {{user_mappings: {{{ANA.id}: admin}}}}")
    store = Store(url, clock=Clock(), policy=Policy(permissions=permissions_of(file)))
    for team in (TEAM, OTHER):
        with store.begin(team) as tx:
            tx.installations.save(Workspace(team, team), tx.now)
            tx.people.save(Person(ANA.id, "Ana", ANA.email), tx.now)
    return store


class Causes:
    """One cause after the other."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, actor: Actor = ANA, team: str = TEAM) -> Cause:
        self._count += 1
        return Cause(team, f"key-{self._count}", actor, "button")


def tell_a_story(store: Store, causes: Causes, team: str = TEAM) -> None:
    """Two incidents with changes, a refusal and a denial between them."""
    create(store, causes(team=team), Draft("Database is down", Severity.CRITICAL))
    create(store, causes(team=team), Draft("Checkout is slow", Severity.LOW))
    acknowledge(store, causes(team=team), "INC-1")
    acknowledge(store, causes(team=team), "INC-1")  # refused: it is so already
    acknowledge(store, causes(BEN, team), "INC-2")  # denied
    update(store, causes(team=team), "INC-2", Edit(severity=Severity.HIGH, title="Checkout is down", note="worse"))
    invite(store, causes(team=team), "INC-1", (BEN.id,))
    add_note(store, causes(team=team), "INC-1", "looked at it")
    resolve(store, causes(team=team), "INC-1", "fixed")
    reopen(store, causes(team=team), "INC-1", "not quite")


def broken(store: Store, *anchors: Head) -> list[Broken]:
    return verify_audit(store, anchors=anchors)[1]


def without_triggers(connection: sa.Connection) -> None:
    """What an attacker who owns the database can do first."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET session_replication_role = replica"))
        return
    connection.execute(sa.text("PRAGMA foreign_keys = OFF"))
    connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))  # what counts within a transaction
    names = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    for name in names:
        connection.execute(sa.text(f"DROP TRIGGER {name}"))


def _other(column: sa.Column[Any], value: Any, chance: random.Random) -> Any:
    """Another value of the column's type."""
    if value is None:
        return 1 if isinstance(column.type, sa.Integer) else "{}"
    if isinstance(value, datetime):
        return value + timedelta(microseconds=chance.randint(1, 10**9))
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 1000))
    if isinstance(value, Actor):
        return Actor(value.source, "U0EVIL0001", value.name, value.email)
    if isinstance(value, dict):
        return {**value, "note": "nothing happened"}
    place = chance.randrange(len(value) or 1)
    return value[:place] + ("x" if value[place : place + 1] != "x" else "y") + value[place + 1 :]


def change_a_value(connection: sa.Connection, table: sa.Table, chance: random.Random) -> None:
    kept = {"began_at", "erased_at"}  # says nothing about what happened
    row = chance.choice(connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings().all())
    column = chance.choice([column for column in table.c if column.name not in kept])
    own = [key == row[key.name] for key in table.primary_key.columns]
    connection.execute(sa.update(table).where(*own).values({column.name: _other(column, row[column.name], chance)}))


def remove_a_row(connection: sa.Connection, table: sa.Table, chance: random.Random) -> None:
    keys = list(table.primary_key.columns)
    row = chance.choice(connection.execute(sa.select(*keys).order_by(*keys)).all())
    connection.execute(sa.delete(table).where(*(key == value for key, value in zip(keys, row, strict=True))))


def swap_two_rows(connection: sa.Connection, table: sa.Table, chance: random.Random) -> None:
    keys = list(table.primary_key.columns)
    found = connection.execute(sa.select(table).order_by(*keys)).mappings().all()
    first, second = chance.sample(found, 2)
    values = [column.name for column in table.c if not column.primary_key and column.name != "erased_at"]
    for one, other in ((first, second), (second, first)):
        own = [key == one[key.name] for key in keys]
        connection.execute(sa.update(table).where(*own).values({name: other[name] for name in values}))


def repeat_a_row(connection: sa.Connection, table: sa.Table, chance: random.Random) -> None:
    last = connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings().all()[-1]
    connection.execute(sa.insert(table).values({**last, "seq": last["seq"] + chance.randint(1, 3)}))


def erase_without_telling(connection: sa.Connection, _table: sa.Table, chance: random.Random) -> None:
    seqs = connection.execute(sa.select(audit_log.c.seq).where(audit_log.c.team_id == TEAM)).scalars().all()
    own = (audit_log.c.team_id == TEAM, audit_log.c.seq == chance.choice(sorted(seqs)))
    connection.execute(sa.update(audit_log).where(*own).values(payload=None))


def cut_the_tail(connection: sa.Connection, _table: sa.Table, chance: random.Random) -> None:
    connection.execute(sa.delete(audit_log).where(audit_log.c.seq > chance.randint(0, 9)))


def rewrite_a_row_with_its_own_hash(connection: sa.Connection, _table: sa.Table, chance: random.Random) -> None:
    """A clever one: payload and digest fit each other, and only the chain does not."""
    payload = '{"actor":{},"after":{},"before":{},"salt":""}'
    own = (audit_log.c.team_id == TEAM, audit_log.c.seq == chance.randint(1, 10))
    connection.execute(sa.update(audit_log).where(*own).values(payload=payload, payload_digest=digest(payload)))


Tamper = Callable[[sa.Connection, sa.Table, random.Random], None]
ON_TABLES: tuple[Tamper, ...] = (change_a_value, remove_a_row, swap_two_rows)
TAMPERINGS: tuple[tuple[Tamper, sa.Table], ...] = (
    *((tamper, table) for tamper in ON_TABLES for table in (audit_log, timeline_entries)),
    (repeat_a_row, audit_log),
    (repeat_a_row, timeline_entries),
    (change_a_value, audit_heads),
    (remove_a_row, audit_heads),
    (erase_without_telling, audit_log),
    (cut_the_tail, audit_log),
    (rewrite_a_row_with_its_own_hash, audit_log),
)


def undetected(store: Store, seeds: Iterable[int]) -> list[str]:
    """The tamperings that verification does not find; each is taken back before the next."""
    tell_a_story(store, Causes())
    tell_a_story(store, Causes(), OTHER)
    assert broken(store) == []
    missed = []
    for seed in seeds:
        chance = random.Random(seed)
        tamper, table = TAMPERINGS[seed % len(TAMPERINGS)]
        with store.database.engine.connect() as connection:
            transaction = connection.begin()
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            else:
                without_triggers(connection)
            if _happened(tamper, connection, table, chance) and not broken_within(store, connection):
                missed.append(f"{seed}: {tamper.__name__} of {table.name}")
            transaction.rollback()
    return missed


def _happened(tamper: Tamper, connection: sa.Connection, table: sa.Table, chance: random.Random) -> bool:
    """Whether the database took it: two rows of one number, say, are more than it can be made to hold."""
    try:
        tamper(connection, table, chance)
    except sa.exc.IntegrityError:
        return False
    return True


def broken_within(store: Store, connection: sa.Connection) -> list[Broken]:
    """What verification finds in a transaction that is not committed."""

    class Looking:
        """The store, reading over this connection."""

        def read(self, team_id: str) -> Any:
            return _reading(store, connection, team_id)

    return verify_audit(Looking())[1]  # type: ignore[arg-type] # reads, as the store does


def _reading(store: Store, connection: sa.Connection, team_id: str) -> Any:
    transaction = Transaction(store.database, connection, team_id, store.policy)
    transaction.freeze = lambda: None  # type: ignore[method-assign] # it is inside a transaction already
    return nullcontext(transaction)


def run(seed: int, budget: Budget, url: str) -> dict[str, int]:
    """So many tamperings, of every kind in turn, each of rows that chance chooses."""
    store, tried = recording(url), 0

    def numbers() -> Iterator[int]:
        nonlocal tried
        for number in budget.rounds():
            tried += 1
            yield seed * len(TAMPERINGS) * 10**6 + number

    try:
        missed = undetected(store, numbers())
    finally:
        store.close()
    hold(missed, f"python -m tests.proofs tampering-sqlite --seed {seed}")
    return {"tamperings": tried}
