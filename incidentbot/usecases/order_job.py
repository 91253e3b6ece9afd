"""order_job: somebody has NopeSight do something; and what follows when NopeSight tells how far it is."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from incidentbot.crashpoints import crashpoint
from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.incident import tell
from incidentbot.domain.job import Job, Order, Place, Step, requested, settled
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NotPermitted, Refusal, Refused
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import NewEntry
from incidentbot.effects.kinds import JobShown, System
from incidentbot.effects.plan_job import Later, plan_new, plan_shown, plan_step
from incidentbot.store import OutcomeUnknown, Store, Transaction
from incidentbot.store.effects import Planned
from incidentbot.store.jobs import order_as_json
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import denied
from incidentbot.usecases.perform import save
from incidentbot.usecases.permit import permit


def order_job(store: Store, cause: Cause, right: Right, order: Order, place: Place) -> Job | Refusal:
    """The job, stored with everything that it sets off, if who acts has `right`.

    The same cause again answers the same job: its id is made of the cause's key, which makes it its own inbox row.
    """
    try:
        job = store.database.retrying(lambda: _once(store, cause, right, order, place))
    except OutcomeUnknown:
        job = store.database.retrying(lambda: _once(store, cause, right, order, place))
    except Refused as refused:
        if isinstance(refused.refusal, NotPermitted):
            denied(store, cause, right, refused.refusal)
        return refused.refusal
    crashpoint("after_commit")
    store.effects_waiting()
    return job


def _once(store: Store, cause: Cause, right: Right, order: Order, place: Place) -> Job:
    with store.begin(cause.team_id) as tx:
        tx.origin = Origin(right.value, cause.surface, cause.key, cause.actor)
        permit(tx, cause, right)
        return add_job(tx, cause, right, order, place)


def add_job(tx: Transaction, cause: Cause, right: Right, order: Order, place: Place) -> Job:
    """The job of `cause`, new or known, with everything that it sets off; whether they may is the caller's to ask."""
    job = Job(
        cause.team_id,
        hashlib.sha256(f"{cause.surface}\0{cause.key}".encode()).hexdigest()[:32],
        order,
        cause.actor,
        tx.channels.id_of(place.channel),
        tx.now,
        thread_ts=place.thread_ts,
        incident=place.incident,
    )
    if not tx.jobs.add(job):
        return tx.jobs.get(job.id) or job
    tx.note(note_of(cause, right, job))
    _tell_incident(tx, job, requested(job))
    write_effects_of(tx, job, plan_new(job))
    return job


def note_of(cause: Cause, right: Right, job: Job) -> Note:
    """What the audit log keeps of it: who ordered what."""
    return Note(
        action=right.value,
        outcome=DONE,
        surface=cause.surface,
        request=cause.key,
        actor=cause.actor,
        incident=job.incident or None,
        facts={"job": job.id},
        after=order_as_json(job.order),
    )


def advance_job(tx: Transaction, before: Job, step: Step) -> None:
    """Store a step of a job that was read under lock, with its entry in the incident's timeline and its effects."""
    tx.jobs.save(step.job)
    _tell_incident(tx, step.job, step.entry)
    write_effects_of(tx, step.job, plan_step(before, step))


def settle_proposal(store: Store, cause: Cause, job_id: str, how: Literal["confirmed", "dismissed"]) -> None:
    """Note that somebody confirmed or dismissed what an answer proposed; nothing where that is so already."""

    def once() -> None:
        with store.begin(cause.team_id) as tx:
            job = tx.jobs.get(job_id, lock=True)
            if job is not None:
                advance_job(tx, job, settled(job, how, cause.actor.id))

    store.database.retrying(once)
    store.effects_waiting()


def show_job(tx: Transaction, job: Job, shown: Job, channel: str, ts: str) -> None:
    """The message of `job`, read under lock, stands there and shows what `shown` was."""
    if not job.message_ts:
        job = replace(job, channel=channel, message_ts=ts)
        tx.jobs.save(job)
    if shown.version == job.version:
        write_effects_of(tx, job, plan_shown(job))


def move_job(tx: Transaction, job: Job, channel: str) -> None:
    """The job's message goes to another channel, since the one that was asked for is closed to us."""
    moved = replace(job, channel=channel, thread_ts="", version=job.version + 1)
    tx.jobs.save(moved)
    write_effects_of(tx, moved, [Later(JobShown(moved.incident, moved.version, moved.id))])


def _tell_incident(tx: Transaction, job: Job, entry: NewEntry | None) -> None:
    incident = tx.incidents.get(job.incident, lock=True) if entry and job.incident else None
    if incident and entry:
        save(tx, tell(incident, entry))


def write_effects_of(tx: Transaction, job: Job, planned: Sequence[Later]) -> None:
    """Store what is to happen because of the job, and wake the workers."""
    if not tx.policy.posting:
        planned = [one for one in planned if one.effect.system is not System.SLACK]
    tx.effects.add(
        [
            Planned(
                one.effect,
                Severity.MEDIUM,
                job.channel if isinstance(one.effect, JobShown) and not job.message_ts else "",
                waits=False,
                due_at=tx.now + timedelta(seconds=one.seconds),
            )
            for one in planned
        ],
        tx.now,
    )
    tx.notify()
