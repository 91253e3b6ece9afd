"""Where a limit is shared the most severe goes first, and what cannot go hides nothing that can."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidentbot.delivery import pace
from incidentbot.delivery.claim import Bounds, Claim, Limited, Timings, claim, nothing_to_do
from incidentbot.delivery.looks import Known, Seen
from incidentbot.delivery.task import OneWay, Place, Task
from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.effects.kinds import KINDS, CardCurrent, LinksTold, Repeat
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import LOOK_AT, EffectRow, Planned
from incidentbot.usecases import Cause, create

TEAM = Workspace("T0ACME", "Acme", "https://acme.slack.com/")
EARLY = datetime(2026, 1, 1, tzinfo=UTC)
ACTOR = Actor(Source.CLI, name="cli")


class StillClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class Everywhere(OneWay):
    """Every call counts against the workspace alone."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task:
        everywhere = pace.of_post(tx.policy.pace, "C1")[1]
        return Task(row, Repeat.AGAIN, (everywhere,))

    async def send(self, _task: Task) -> None:
        """Nobody is told."""

    def record(self, _tx: Transaction, _task: Task, _result: Any) -> str:
        return ""


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(database_url: str, clock: StillClock) -> Iterator[Store]:
    made = Store(database_url, clock=clock)
    with made.begin(TEAM.team_id) as tx:
        tx.installations.save(TEAM, tx.now)
    yield made
    made.close()


def make(store: Store, number: int, severity: Severity) -> None:
    create(store, Cause(TEAM.team_id, str(number), ACTOR, "cli"), Draft(f"Service {number}", severity))


def block(store: Store, clock: StillClock, seconds: float) -> None:
    with store.begin(TEAM.team_id) as tx:
        tx.limits.block(pace.everywhere_key(), clock.moment + timedelta(seconds=seconds))


def test_the_most_severe_goes_first_when_the_workspace_may_post_again(store: Store, clock: StillClock) -> None:
    handlers = dict.fromkeys(KINDS, Everywhere())
    block(store, clock, 60)
    for number, severity in enumerate(reversed(Severity)):
        make(store, number, severity)
    assert claim(store, handlers, Timings(), 32).claims == ()
    clock.moment += timedelta(seconds=61)
    with store.read(TEAM.team_id) as tx:
        severities = {number: one.severity for number in range(1, 5) if (one := tx.incidents.get(number))}
    claimed = [one.task.row for one in claim(store, handlers, Timings(), 32).claims]
    cards = [severities[row.incident] for row in claimed if row.effect.kind == CardCurrent.kind]
    assert cards == list(Severity)[: len(cards)]
    assert cards


def test_more_than_one_look_of_what_is_limited_hides_nothing_that_is_not(store: Store, clock: StillClock) -> None:
    class Free(Everywhere):
        def prepare(self, _tx: Transaction, row: EffectRow) -> Task:
            return Task(row, Repeat.AGAIN)

    block(store, clock, 600)
    for number in range(LOOK_AT + 10):
        make(store, number, Severity.CRITICAL)
    handlers = {**dict.fromkeys(KINDS, Everywhere()), "links": Free()}
    with store.begin(TEAM.team_id) as tx:
        links = Planned(LinksTold(1, 1), Severity.LOW, "", waits=False, due_at=tx.now)
        tx.effects.add([links], tx.now)
    claimed = [one.task.row.effect.kind for one in claim(store, handlers, Timings(), 32).claims]
    assert claimed == ["links"]


def test_what_was_found_limited_is_not_looked_at_again_until_the_limit_ends(store: Store, clock: StillClock) -> None:
    looked_at: list[str] = []

    class Watched(Everywhere):
        def prepare(self, tx: Transaction, row: EffectRow) -> Task:
            looked_at.append(row.id)
            return super().prepare(tx, row)

    handlers, limited = dict.fromkeys(KINDS, Watched()), Limited()
    block(store, clock, 60)
    make(store, 1, Severity.HIGH)
    claim(store, handlers, Timings(), 32, limited=limited)
    looked_at.clear()
    assert claim(store, handlers, Timings(), 32, limited=limited).claims == ()
    assert not looked_at
    clock.moment += timedelta(seconds=61)
    assert claim(store, handlers, Timings(), 32, limited=limited).claims


class Posted(Everywhere):
    """Each card is a message in a channel; if it was begun, it is looked for there."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task:
        look = pace.of_method(tx.policy.pace, "conversations.history")
        return Task(row, Repeat.LOOK_UP, (), (look,), place=Place(row.target))


def unclear(store: Store, clock: StillClock, count: int) -> list[str]:
    """The ids of as many cards whose call was begun now, and of which nobody knows what became."""
    for number in range(count):
        make(store, number, Severity.HIGH)
    with store.begin(TEAM.team_id) as tx:
        rows = [row for row in tx.effects.due(tx.now) if row.effect.kind == CardCurrent.kind]
        for row in rows:
            tx.effects.lease(row, "gone", tx.now, begun=tx.now)
    clock.moment += timedelta(minutes=2)
    return [row.id for row in rows]


def looks(store: Store, handlers: dict[str, Posted], known: Known | None = None) -> list[Claim]:
    """What is claimed to be looked up."""
    claims = claim(store, handlers, Timings(), 64, Bounds(known=known or Known())).claims
    return [one for one in claims if one.looks_up]


def test_one_look_at_a_channel_is_enough_for_all_that_is_unclear_there(store: Store, clock: StillClock) -> None:
    handlers = dict.fromkeys(KINDS, Posted())
    ids = unclear(store, clock, 30)
    before = clock.moment
    [first] = looks(store, handlers)
    assert first.look
    # Who comes while that look is under way waits for what it shows.
    clock.moment += timedelta(seconds=1)
    under_way = Known(under_way={first.look.spot})
    assert looks(store, handlers, under_way) == []
    clock.moment += timedelta(seconds=1)
    seen = Seen("C1", before, first.task.row.created_at, {first.task.row.id: ("1.0",)})
    rest = looks(store, handlers, Known({first.look.spot: seen}))
    assert {one.task.row.id for one in rest} == {*ids} - {first.task.row.id}
    assert all(one.look and one.look.seen is seen for one in rest)


@pytest.mark.parametrize("late", ("begun later", "made earlier"))
def test_what_a_look_cannot_have_shown_is_looked_for_anew(store: Store, clock: StillClock, late: str) -> None:
    handlers = dict.fromkeys(KINDS, Posted())
    unclear(store, clock, 1)
    [one] = looks(store, handlers)
    assert one.look
    assert one.task.row.attempt_started_at
    settled = one.task.row.attempt_started_at + Timings().settle
    second = timedelta(seconds=1)
    seen_at, since = (settled - second, EARLY) if late == "begun later" else (settled, one.task.row.created_at + second)
    known = Known({one.look.spot: Seen("C1", seen_at, since, {})})
    assert known.answer(one.look.spot, one.task.row, settled) is None
    assert Known({one.look.spot: Seen("C1", settled, EARLY, {})}).answer(one.look.spot, one.task.row, settled)


def test_whether_there_is_anything_to_do_is_known_without_a_writer(store: Store, clock: StillClock) -> None:
    limited = Limited()
    make(store, 1, Severity.HIGH)
    assert nothing_to_do(store, {}, limited) is None
    block(store, clock, 60)
    assert claim(store, dict.fromkeys(KINDS, Everywhere()), Timings(), 32, limited=limited).claims == ()
    found = nothing_to_do(store, {}, limited)
    assert found is not None
    assert (found.limited, found.next_at) == (True, clock.moment + timedelta(seconds=60))
    with store.begin("") as tx:
        tx.inbox.store("a delivery", "nopesight", b"{}", tx.now)
    assert nothing_to_do(store, {}, limited) is None


def test_a_silent_slack_gives_nothing_to_do(store: Store) -> None:
    make(store, 1, Severity.HIGH)
    assert nothing_to_do(store, {TEAM.team_id: 0}, {}) is not None
    assert nothing_to_do(store, {TEAM.team_id: 1}, {}) is None
