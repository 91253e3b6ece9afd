"""fold: stored monitoring events become incidents, join them, or move them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from incidentbot import tracing
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.own_events import made_of
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.strict_json import BadJson
from incidentbot.store import Store, Transaction
from incidentbot.store.database import DataRefused
from incidentbot.store.inbox import FOLDING_LIMIT, Stored
from incidentbot.store.incidents import VersionConflict
from incidentbot.store.transaction import Origin
from incidentbot.usecases.take import take

log = structlog.get_logger(__name__)

# How many deliveries one transaction folds, and after how many events (a delivery may hold a thousand) it takes no
# further one: enough for a storm, short enough that clicks need not wait for it.
AT_ONCE: Final = 50
EVENTS_AT_ONCE: Final = 100

# What a delivery can make our own code or the database raise. That the database is away is no fault of a delivery.
DEFECTS: Final = (
    ArithmeticError,
    AttributeError,
    DataRefused,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    VersionConflict,
)

Reader = Callable[[bytes], tuple[MonitoringEvent, ...]]


@dataclass(frozen=True, slots=True)
class Folded:
    """How many deliveries were folded, and whether more of them were waiting than one transaction takes."""

    count: int
    more: bool = False


def fold(store: Store, readers: Mapping[str, Reader]) -> Folded:
    """Fold the oldest waiting deliveries; `readers` read a body by its source.

    Deliveries of a workspace that is not installed yet wait; one that fails every time is set aside, its body kept.
    Whoever folds looks for effects afterwards: nobody in this process is told of them.
    """
    return store.database.retrying(lambda: _once(store, readers))


def _once(store: Store, readers: Mapping[str, Reader]) -> Folded:
    with store.begin("") as tx:
        teams = tx.installations.all()
        if not teams:
            return Folded(0)
        waiting = tx.inbox.waiting(AT_ONCE)
        if not waiting:
            return Folded(0)
        team = tx.of(teams[0].team_id)
        installed = frozenset(one.team_id for one in teams)
        folded: dict[str, int] = {}
        more = len(waiting) == AT_ONCE
        for delivery in waiting:
            events = _folded(team, tx, delivery, readers, installed)
            if events is not None:
                folded[delivery.key] = events
            if sum(folded.values()) >= EVENTS_AT_ONCE:
                more = more or delivery is not waiting[-1]
                break
        tx.inbox.done(list(folded), tx.now)
        return Folded(len(folded), more=more)


def _folded(
    team: Transaction, tx: Transaction, delivery: Stored, readers: Mapping[str, Reader], installed: frozenset[str]
) -> int | None:
    """Fold one delivery apart from the others: what fails, for whatever reason, is tried again and holds up nobody.

    Answers how many events it held; None where it failed.
    """
    try:
        with tracing.begun("fold", "consumer", delivery.traceparent), team.apart():
            tracing.note(surface=delivery.source)
            return _fold_one(team, delivery, readers, installed)
    except DEFECTS:
        tx.inbox.failed(delivery.key)
        facts = {"key": delivery.key, "source": delivery.source, "attempts": delivery.attempts + 1}
        log.exception("delivery.failed", set_aside=delivery.attempts + 1 >= FOLDING_LIMIT, **facts)
        return None


def _fold_one(first: Transaction, delivery: Stored, readers: Mapping[str, Reader], installed: frozenset[str]) -> int:
    """Fold the events of a delivery, each into its own workspace.

    That is the one of the incident that it was made of, or the one of its department, else the first.
    """
    try:
        events = readers[delivery.source](delivery.body)
    except (BadJson, BadShape) as error:
        log.warning("delivery.unreadable", key=delivery.key, source=delivery.source, reason=str(error))
        return 0
    for event in events:
        own = made_of(event)
        home = own[0] if own else first.policy.departments.get(event.department, "")
        tx = first.of(home) if home in installed else first
        tx.origin = Origin("fold", "webhook", delivery.key, Actor(Source.SYSTEM))
        take(tx, event)
    return len(events)
