"""Whatever the order of deliveries, the same is true in the end; and a storm is bounded, whoever dies meanwhile."""

import itertools
import json
import random
from collections.abc import Sequence
from typing import Final

import pytest

from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import CiRef, MonitoringEvent
from incidentbot.domain.severity import Severity
from incidentbot.store import Store
from incidentbot.usecases import Received, receive
from incidentbot.usecases.flapping import quiet_down
from incidentbot.usecases.fold import fold
from tests.integration.events.conftest import POLICY, TEAM, Desk, HandClock, event

HIGH: Final = Severity.HIGH
Story = tuple[MonitoringEvent, ...]

# Six deliveries each. They differ in what the last word on each event is, and in how events belong together.
STORIES: Final[dict[str, Story]] = {
    "acknowledged": (
        event("a", "open", 0, severity=HIGH),
        event("a", "open", 1),
        event("a", "open", 2, tags=("seen",)),
        event("a", "acknowledged", 3),
        event("a", "acknowledged", 4, severity=HIGH),
        event("a", "acknowledged", 5, correlation_id="c"),
    ),
    "resolved": (
        event("a", "open", 0),
        event("a", "open", 1),
        event("a", "acknowledged", 2),
        event("a", "acknowledged", 3, tags=("seen",)),
        event("a", "resolved", 4),
        event("a", "resolved", 5, tags=("closed",)),
    ),
    "reopened_at_its_source": (
        event("a", "open", 0),
        event("a", "resolved", 1),
        event("a", "open", 2),
        event("a", "resolved", 3),
        event("a", "open", 4),
        event("a", "open", 5, tags=("again",)),
    ),
    "suppressed_then_open": (
        event("a", "open", 0),
        event("a", "suppressed", 1),
        event("a", "open", 2),
        event("a", "suppressed", 3),
        event("a", "open", 4),
        event("a", "acknowledged", 5),
    ),
    "two_events_one_left": (
        event("a", "open", 0),
        event("a", "open", 1, tags=("seen",)),
        event("a", "resolved", 2),
        event("b", "open", 0),
        event("b", "open", 1, tags=("seen",)),
        event("b", "open", 3),
    ),
    "two_events_both_over": (
        event("a", "open", 0),
        event("a", "open", 1),
        event("a", "resolved", 2),
        event("b", "open", 0),
        event("b", "acknowledged", 1),
        event("b", "resolved", 3),
    ),
    "worse_and_better": (
        event("a", "open", 0, severity=Severity.LOW),
        event("a", "open", 1, severity=HIGH),
        event("a", "open", 2),
        event("a", "open", 3, severity=HIGH),
        event("a", "open", 4, severity=Severity.LOW),
        event("a", "open", 5, severity=Severity.LOW, tags=("seen",)),
    ),
    "twins": (
        event("a", "open", 0),
        event("a", "open", 0),
        event("a", "resolved", 1),
        event("a", "resolved", 1),
        event("b", "open", 2),
        event("b", "open", 2),
    ),
}
SAMPLE: Final = 12
GENERATED: Final = 42
PARTS: Final = range(6)  # of all orders of a story, each a test of its own


# Where an event may go from where it is, as NopeSight has it; an alert only fires and ends.
NEXT: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "nopesight": {
        "open": ("open", "acknowledged", "suppressed", "resolved"),
        "acknowledged": ("acknowledged", "suppressed", "resolved"),
        "suppressed": ("suppressed", "open", "resolved"),
        "resolved": ("resolved",),
    },
    "alertmanager": {"open": ("open", "resolved"), "resolved": ("open",)},
}


def generated(seed: int) -> Story:
    """A story that nobody thought of: one event or two, six deliveries, each newer than the one before."""
    choose = random.Random(seed)
    following = NEXT["alertmanager" if seed % 3 == 0 else "nopesight"]
    names = ("a", "b") if seed % 2 else ("a",)
    # Of two events the milder joins only what is there already, so that there both are critical.
    severities = (Severity.CRITICAL,) if len(names) > 1 else (Severity.CRITICAL, HIGH, Severity.LOW)
    status = {"a": "open"}
    told = [event("a", "open", 0)]
    for minute in range(1, 6):
        name = choose.choice(names)
        status[name] = choose.choice(following[status[name]]) if name in status else "open"
        if len(names) > 1 and status[name] == "acknowledged":
            status[name] = "open"  # whether that was before or after the other one ended is no longer known then
        told.append(event(name, status[name], minute, severity=choose.choice(severities)))
    return tuple(told)


def truth(desk: Desk) -> tuple[object, ...]:
    """What is true in the end: the unresolved incidents with their open events, and where every event stands."""
    unresolved = [one for one in desk.incidents() if one.state is not State.RESOLVED]
    with desk.store.read(desk.team) as tx:
        events = [tx.events.get("nopesight", name) for name in ("a", "b")]
        linked = {one.number: tx.events.linked(one.number) for one in unresolved}
    found = sorted(
        (
            one.state.value if any(event.active for event in linked[one.number]) else "unresolved",
            one.severity.value,
            sorted(event.event_id for event in linked[one.number] if event.active),
        )
        for one in unresolved
    )
    return found, [(one.event.status, one.event.severity) for one in events if one]


def truth_once_quiet(desk: Desk, clock: HandClock) -> tuple[object, ...]:
    """The truth after what flapped has been quiet for a while."""
    moment = clock.time
    clock.move(minutes=11)
    for incident in desk.incidents():
        with desk.store.begin(desk.team) as tx:
            quiet_down(tx, incident.number)
    clock.time = moment
    return truth(desk)


def orders(story: Story, part: int | None) -> Sequence[Sequence[MonitoringEvent]]:
    """A sixth of all 720, or (None) a sample of them that is the same each time."""
    permutations = list(itertools.permutations(story))
    return random.Random(6).sample(permutations, SAMPLE) if part is None else permutations[part :: len(PARTS)]


def check_orders(store: Store, clock: HandClock, story: Story, part: int | None = None) -> None:
    """Each order in a workspace of its own; the story's own order says what is wanted."""
    told: list[tuple[object, ...]] = []
    for number, order in enumerate([story, *orders(story, part)]):
        desk = Desk(store, clock, f"T{number}")
        desk.take(*order)
        told.append(truth_once_quiet(desk, clock))
        assert told[-1] == told[0], [(one.event_id, one.status.value, one.updated_at.minute) for one in order]


@pytest.mark.parametrize("name", STORIES)
def test_a_sample_of_the_orders_of_a_story_ends_in_one_truth(desk: Desk, clock: HandClock, name: str) -> None:
    clock.move(minutes=6)
    check_orders(desk.store, clock, STORIES[name])


@pytest.mark.parametrize("seed", range(GENERATED))
def test_stories_that_nobody_thought_of_end_in_one_truth_too(sqlite_url: str, clock: HandClock, seed: int) -> None:
    clock.move(minutes=6)
    store = Store(sqlite_url, clock=clock, policy=POLICY)
    check_orders(store, clock, generated(seed))
    store.close()


@pytest.mark.matrix
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", STORIES)
def test_all_orders_of_a_story_end_in_one_truth(desk: Desk, clock: HandClock, name: str, part: int) -> None:
    clock.move(minutes=6)
    check_orders(desk.store, clock, STORIES[name], part)


def stormy(body: bytes) -> tuple[MonitoringEvent, ...]:
    """The event that a delivery of the storm names."""
    number, group = json.loads(body)
    return (event(f"e{number}", correlation_id=f"c{group}", cis=(CiRef(f"ci_{group}", f"HOST-{group}", "server"),)),)


def storm(url: str, clock: HandClock, events: int, groups: int) -> Store:
    """Each event twice, in any order, with a new process for every few deliveries; the last one's store."""
    deliveries = [
        Received("nopesight", f"{turn}-{n}", json.dumps([n, n % groups]).encode())
        for n in range(events)
        for turn in (1, 2)
    ]
    random.Random(events).shuffle(deliveries)
    for place in range(0, len(deliveries), 250):
        store = Store(url, clock=clock, policy=POLICY)
        receive(store, deliveries[place : place + 250])
        for _ in range(3):  # the rest is left for the next process
            fold(store, {"nopesight": stormy})
        clock.move(seconds=1)
        store.close()
    last = Store(url, clock=clock, policy=POLICY)
    while fold(last, {"nopesight": stormy}).count:
        pass
    return last


def check_storm(url: str, clock: HandClock, events: int, groups: int) -> None:
    """One incident a group, each event in one of them, and as many messages as groups, not as events."""
    Desk(Store(url, clock=clock, policy=POLICY), clock).store.close()
    desk = Desk(storm(url, clock, events, groups), clock)
    found = desk.incidents()
    assert len(found) == groups
    assert [one.event_count for one in found] == [events // groups] * groups
    with desk.store.read(TEAM) as tx:
        linked = [one.event_id for incident in found for one in tx.events.linked(incident.number)]
        effects = tx.effects.counts(tx.now)[0]["waiting"]
    assert len(linked) == len(set(linked)) == events
    # Card, created, one or two entries on joining events, owners; three posts of the rule; and the counts to come.
    assert effects <= groups * 12
    desk.store.close()


def test_a_storm_is_one_incident_a_group_and_a_few_messages_each(database_url: str, clock: HandClock) -> None:
    check_storm(database_url, clock, events=300, groups=10)


@pytest.mark.matrix
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("seed", range(GENERATED))
def test_all_orders_of_those_stories_do_so(database_url: str, clock: HandClock, seed: int, part: int) -> None:
    clock.move(minutes=6)
    store = Store(database_url, clock=clock, policy=POLICY)
    check_orders(store, clock, generated(seed), part)
    store.close()


@pytest.mark.matrix
def test_two_thousand_events_of_ten_groups_twice_in_any_order_with_restarts(
    database_url: str, clock: HandClock
) -> None:
    check_storm(database_url, clock, events=2_000, groups=10)
