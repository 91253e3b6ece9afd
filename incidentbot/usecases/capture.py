"""capture: a message that somebody wrote is taken into the timeline, once, at its own time, and followed there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from incidentbot.domain import capture as decide
from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.incident import Change, Incident
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import Entry
from incidentbot.effects.kinds import MessagePinned
from incidentbot.store import Store, Transaction
from incidentbot.store.captures import Capture
from incidentbot.store.effects import Planned
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save

PUSHPIN: Final = "pushpin"
_NOBODY: Final[frozenset[str]] = frozenset()


def capture(store: Store, cause: Cause, ref: str, message: SaidMessage) -> Outcome:
    """Take `message` into the timeline of the incident that `ref` names; one that stands there is not told again."""

    def work(tx: Transaction) -> Done:
        return take_in(tx, cause, load(tx, ref), message)

    return perform(store, cause, Right.CAPTURE, work)


def take_in(tx: Transaction, cause: Cause, incident: Incident, message: SaidMessage) -> Done:
    """The same within `tx`, for `incident`, which is locked."""
    way = _way(cause)
    known = tx.captures.get(message.channel, message.ts, incident.number)
    if known and known.held_by:
        tx.captures.save(replace(known, held_by=known.held_by | {way}))
        return Done(incident)
    done = save(tx, decide.capture(incident, message, actor=cause.actor, now=tx.now))
    (seq,) = done.seqs
    tx.captures.save(Capture(message.channel, message.ts, incident.number, seq, frozenset({way})))
    return done


def _way(cause: Cause) -> str:
    """Who wants a message in a timeline, and by what."""
    return f"{cause.surface}:{cause.actor.id}"


def pin(store: Store, cause: Cause, channel: str, ts: str, *, pinned: bool) -> None:
    """Somebody put a pushpin to a message, or took theirs away. Slack has to be asked what the message says first."""

    def once() -> None:
        with store.begin(cause.team_id) as tx:
            if not tx.policy.posting:
                return
            order = tx.effects.next_seq(f"pin:{channel}:{ts}")
            effect = MessagePinned(0, order, cause.actor.id, channel, ts, pinned)
            tx.effects.add([Planned(effect, Severity.LOW, "", waits=False, due_at=tx.now)], tx.now)
            tx.notify()

    store.database.retrying(once)
    store.effects_waiting()


def held_by(tx: Transaction, cause: Cause, channel: str, ts: str) -> tuple[Capture, ...]:
    """Where the message stands because of the person's pushpin."""
    way = _way(cause)
    return tuple(one for one in tx.captures.of_message(channel, ts) if way in one.held_by)


def withdraw(tx: Transaction, cause: Cause, channel: str, ts: str) -> None:
    """The person's pushpin is gone: without anybody else who wants the message there, that is told."""
    for found in held_by(tx, cause, channel, ts):
        one = _locked(tx, found)
        left = one.held_by - {_way(cause)}
        if left:
            tx.captures.save(replace(one, held_by=left))
        elif one.held_by:
            _tell(tx, one, lambda incident, last: decide.withdrawn(incident, last, cause.actor, tx.now), _NOBODY)


def message_edited(store: Store, team_id: str, key: str, message: SaidMessage) -> None:
    """Somebody edited a message: where it stands in a timeline its new words are told, and the old ones stay."""

    def once() -> None:
        with store.begin(team_id) as tx:
            actor = Actor(Source.SLACK, message.author) if message.author else Actor(Source.SYSTEM)
            tx.origin = Origin(Right.CAPTURE.value, "event", key, actor)
            for one in tx.captures.of_message(message.channel, message.ts):
                if one.held_by:
                    _tell(tx, one, lambda incident, last: decide.edited(incident, last, message, actor, tx.now))

    store.database.retrying(once)
    store.effects_waiting()


def message_deleted(store: Store, team_id: str, key: str, channel: str, ts: str) -> None:
    """Somebody deleted a message: where it stands in a timeline that is told, and its words stay."""

    def once() -> None:
        with store.begin(team_id) as tx:
            actor = Actor(Source.SYSTEM)
            tx.origin = Origin(Right.CAPTURE.value, "event", key, actor)
            for one in tx.captures.of_message(channel, ts):
                if one.held_by:
                    _tell(tx, one, lambda incident, last: decide.deleted(incident, last, actor, tx.now), _NOBODY)

    store.database.retrying(once)
    store.effects_waiting()


def _locked(tx: Transaction, found: Capture) -> Capture:
    """What was found, as it is once nobody else can change it: whoever does holds the incident."""
    tx.incidents.get(found.incident, lock=True)
    return tx.captures.get(found.channel, found.ts, found.incident) or found


def _tell(
    tx: Transaction,
    one: Capture,
    change_of: Callable[[Incident, Entry], Change | None],
    held_by: frozenset[str] | None = None,
) -> None:
    """Add to the timeline what became of a captured message, if anything did."""
    one = _locked(tx, one)
    incident, last = tx.incidents.get(one.incident, lock=True), tx.timeline.get(one.incident, one.seq)
    change = change_of(incident, last) if incident and last else None
    if change is None:
        return
    (seq,) = save(tx, change).seqs
    tx.captures.save(replace(one, seq=seq, held_by=one.held_by if held_by is None else held_by))
