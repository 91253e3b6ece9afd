"""The frame of every use case: one transaction with the cause's key, the change, its timeline and its effects."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar, cast

from incidentbot.crashpoints import crashpoint
from incidentbot.domain.audit import DONE, Note, entry_digest
from incidentbot.domain.incident import Change, Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.maintenance import Window
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.outcome import Done, EventDone
from incidentbot.domain.permissions import Right
from incidentbot.domain.reference import parse_reference, reference
from incidentbot.domain.refusals import (
    BadField,
    IncidentNotFound,
    KeyReused,
    NotPermitted,
    PersonUnknown,
    ReferenceMissing,
    Refusal,
    Refused,
)
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.effects.kinds import (
    CardCurrent,
    ChangeAnnounced,
    ChannelTold,
    DocumentFiled,
    Effect,
    EntryPosted,
    InvitationSent,
    ReminderSent,
)
from incidentbot.effects.plan import concerns_events, plan
from incidentbot.store import OutcomeUnknown, Store, Transaction
from incidentbot.store.audit import differences
from incidentbot.store.database import RunAgain
from incidentbot.store.effects import Planned
from incidentbot.store.incidents import VersionConflict
from incidentbot.store.transaction import Origin
from incidentbot.usecases.arm import arm
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import without_change
from incidentbot.usecases.home import refresh_homes
from incidentbot.usecases.notify import follow_incident
from incidentbot.usecases.overview import refresh_overview
from incidentbot.usecases.permit import permit

NAMED_UNRESOLVED = 5
D = TypeVar("D", bound=Done | EventDone | Window)


def perform(store: Store, cause: Cause, right: Right, work: Callable[[Transaction], D]) -> D | Refusal:
    """Run `work` in one transaction with the cause's key, if who acts has `right`; a refusal is its outcome too.

    A bad field, or a person who will not do, is answered but not remembered, so that the corrected form counts; nor is
    that somebody may not, since another person may want the same: a button of an answer has one key for all of them.
    Where a commit's fate is unknown the whole unit runs again: if it did commit, its key is found and the first outcome
    answered.
    """
    try:
        outcome = store.database.retrying(lambda: _once(store, cause, right, work))
    except OutcomeUnknown:
        outcome = store.database.retrying(lambda: _once(store, cause, right, work))
    crashpoint("after_commit")
    store.effects_waiting()
    return outcome


def _once(store: Store, cause: Cause, right: Right, work: Callable[[Transaction], D]) -> D | Refusal:
    try:
        with store.begin(cause.team_id) as tx:
            known = tx.inbox.known(cause.key)
            if known:
                # The same key is the same cause, which leads to the same kind of outcome.
                same = known.fingerprint == cause.fingerprint
                return cast("D | Refusal", known.outcome) if same else KeyReused(cause.key)
            tx.origin = Origin(right.value, cause.surface, cause.key, cause.actor)
            outcome = _decided(tx, cause, right, work)
            if not tx.noted:
                tx.note(without_change(tx.origin, outcome))
            if isinstance(outcome, NotPermitted):
                return outcome
            if not tx.inbox.answer(cause.key, cause.surface, outcome, mark=cause.fingerprint, now=tx.now):
                raise RunAgain("the same cause is being handled by another replica")
            crashpoint("inbox_keyed")
            crashpoint("before_commit")
            return outcome
    except VersionConflict as conflict:
        raise RunAgain("another change came first") from conflict
    except Refused as refused:
        return refused.refusal


def _decided(tx: Transaction, cause: Cause, right: Right, work: Callable[[Transaction], D]) -> D | Refusal:
    """The outcome of `work`; what is refused is refused before anything is written."""
    try:
        permit(tx, cause, right)
        return work(tx)
    except Refused as refused:
        if isinstance(refused.refusal, BadField | PersonUnknown):
            raise
        return refused.refusal


def load(tx: Transaction, typed: str) -> Incident:
    """The incident that `typed` refers to, locked; "" is the only one that is not resolved."""
    if not typed.strip():
        return _only_unresolved(tx)
    number = parse_reference(typed)
    incident = tx.incidents.get(number, lock=True) if number else None
    if incident is None:
        raise Refused(_not_found(tx, typed))
    return incident


def _not_found(tx: Transaction, typed: str) -> IncidentNotFound:
    """That there is no such incident, and which one was likely meant."""
    likely = tx.incidents.likely(typed)
    return IncidentNotFound(typed.strip()[:80], reference(likely) if likely else "")


def _only_unresolved(tx: Transaction) -> Incident:
    numbers, count = tx.incidents.unresolved(NAMED_UNRESOLVED)
    incident = tx.incidents.get(numbers[0], lock=True) if count == 1 else None
    if incident is None:
        raise Refused(ReferenceMissing(tuple(reference(number) for number in numbers), count))
    return incident


def save(tx: Transaction, change: Change, *, also: Sequence[Effect] = ()) -> Done:
    """Store the change with its timeline and its effects, and `also` further effects; answers what was done."""
    first = change.after.last_seq + 1
    entries = [
        Entry(first + index, new.kind, new.actor, new.happened_at, new.data) for index, new in enumerate(change.entries)
    ]
    after = _with_a_key_of_its_own(
        tx, replace(change.after, last_seq=change.after.last_seq + len(entries)), change.before
    )
    if change.before is None:
        tx.incidents.insert(after)
    else:
        tx.incidents.update(change.before, after)
    crashpoint("state_written")
    tx.timeline.append(after.number, entries, tx.now)
    tx.note(_note(tx, change, after, entries))
    arm(tx, change, after)
    if not after.drill:
        tx.told.extend((entry.kind.value, entry.actor.source.value) for entry in entries)
    crashpoint("timeline_written")
    effects = plan(change, entries, _linked(tx, after, entries), tx.policy, tx.team_id)
    write_effects(tx, after, (*effects, *also))
    if change.before is not None:
        follow_incident(tx, after, entries)
    if after.own_channel:
        write_effects(tx, after, _told_in_channel(after, entries))
    refresh_homes(tx)
    refresh_overview(tx)
    return Done(after, tuple(e.kind for e in entries), tuple(e.seq for e in entries), created=change.before is None)


def _told_in_channel(incident: Incident, entries: Sequence[Entry]) -> list[ChannelTold]:
    """What ends an incident, or opens it again, is told in its own channel, too, behind what the channel is for."""
    told = [entry for entry in entries if entry.kind in {EntryKind.RESOLVED, EntryKind.REOPENED}]
    return [ChannelTold(incident.number, entry.seq, entry.kind.value) for entry in told]


def _note(tx: Transaction, change: Change, after: Incident, entries: Sequence[Entry]) -> Note:
    """What the audit log keeps of a change; the entries that tell of it are bound to it."""
    before, now = differences(Change(change.before, after, ()))
    return Note(
        action=tx.origin.action,
        outcome=DONE,
        surface=tx.origin.surface,
        request=tx.origin.request,
        actor=entries[0].actor if entries else tx.origin.actor,
        incident=after.number,
        facts={"entries": {str(entry.seq): _digest(entry, tx.now) for entry in entries}},
        before=before,
        after=now,
    )


def _digest(entry: Entry, recorded_at: datetime) -> str:
    return entry_digest(entry.seq, entry.kind, entry.actor, entry.data, entry.happened_at, recorded_at)


def _with_a_key_of_its_own(tx: Transaction, after: Incident, before: Incident | None) -> Incident:
    """A reopened incident leaves its dedupe key to the one that was made under it meanwhile."""
    reopened = before is not None and before.state is State.RESOLVED and after.state is not State.RESOLVED
    if reopened and after.dedupe_key and tx.incidents.by_dedupe_key(after.dedupe_key):
        return replace(after, dedupe_key="")
    return after


def write_effects(tx: Transaction, incident: Incident, effects: Sequence[Effect], *, delay: float = 0) -> None:
    """Store effects of `incident`, due after `delay` seconds, and wake the workers."""
    if not tx.policy.posting:
        effects = [effect for effect in effects if effect.system != "slack"]
    if not effects:
        return
    due_at = tx.now + timedelta(seconds=delay)
    planned = [
        Planned(
            effect, incident.severity, _target(effect, incident), effect.needs_card and not incident.root_ts, due_at
        )
        for effect in effects
    ]
    tx.effects.add(planned, tx.now)
    tx.notify()
    crashpoint("effects_written")


def _target(effect: Effect, incident: Incident) -> str:
    """The channel, person or program that the effect posts to and counts against; edits and reactions post nothing."""
    if isinstance(effect, InvitationSent | ReminderSent):
        return effect.person
    if isinstance(effect, ChangeAnnounced):
        return effect.subscriber
    if isinstance(effect, DocumentFiled):
        return effect.person or incident.channel
    if isinstance(effect, ChannelTold):
        return incident.own_channel
    posts = isinstance(effect, EntryPosted) or (isinstance(effect, CardCurrent) and not incident.root_ts)
    return incident.channel if posts else ""


def _linked(tx: Transaction, incident: Incident, entries: Sequence[Entry]) -> tuple[MonitoringEvent, ...]:
    """The incident's events, where that matters: there may be thousands, and most entries tell them nothing."""
    wanted = incident.event_count and concerns_events(incident, entries)
    return tx.events.linked(incident.number) if wanted else ()
