"""run_workflow: a workflow of the settings is carried out, all actions in one transaction, each with its outcome."""

import hashlib
import math
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Final

from incidentbot.crashpoints import crashpoint
from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.job import Place, PlaybookOrder
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.refusals import Refusal, Refused
from incidentbot.domain.severity import Severity
from incidentbot.domain.workflows import (
    Action,
    ActionOutcome,
    DeliveryReused,
    Diagnosis,
    Given,
    NewIncident,
    NotDone,
    Notice,
    OutcomeState,
    Run,
    Step,
    TooManyRuns,
    Workflow,
    decide,
    right_of,
)
from incidentbot.effects.kinds import NoticePosted
from incidentbot.render.mrkdwn import is_user_id
from incidentbot.store import OutcomeUnknown, Store, Transaction
from incidentbot.store.database import RunAgain
from incidentbot.store.effects import Planned
from incidentbot.store.incidents import VersionConflict
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.create import make
from incidentbot.usecases.known_people import check_person
from incidentbot.usecases.order_job import add_job

ACTION: Final = "run_workflow"
WITHIN: Final = timedelta(minutes=1)
EVERY: Final = None

RunOutcome = Run | TooManyRuns | DeliveryReused | Refusal


def workflow_cause(team_id: str, key: str, workflow: Workflow, surface: str, fingerprint: str = "") -> Cause:
    """The cause of a run: the workflow itself acts, under its own name."""
    return Cause(team_id, f"{workflow.slug}:{key}", Actor(Source.WORKFLOW, name=workflow.name), surface, fingerprint)


def run_workflow(
    store: Store,
    cause: Cause,
    workflow: Workflow,
    given: Given,
    *,
    repeats: Run | None = None,
    only: Collection[int] | None = EVERY,
) -> RunOutcome:
    """The run, stored with everything that it sets off. The same cause again answers the same run.

    A run that `repeats` an earlier one belongs to its incident; of its actions it may carry out `only` some.
    """
    unit = _Unit(cause, workflow, given, repeats, only)
    try:
        try:
            outcome = store.database.retrying(lambda: _once(store, unit))
        except OutcomeUnknown:
            outcome = store.database.retrying(lambda: _once(store, unit))
    except Refused as refused:
        return refused.refusal
    crashpoint("after_commit")
    store.effects_waiting()
    return outcome


def settle_action(
    tx: Transaction, run_id: str, place: int, outcome: OutcomeState, *, detail: str = "", ts: str = ""
) -> None:
    """Note what came of one action of a run."""
    run = tx.workflow_runs.get(run_id, lock=True)
    if run is None or place >= len(run.outcomes):
        return
    told = replace(run.outcomes[place], outcome=outcome, detail=detail or run.outcomes[place].detail, message_ts=ts)
    tx.workflow_runs.save(replace(run, outcomes=(*run.outcomes[:place], told, *run.outcomes[place + 1 :])))


class _Unit:
    """One run about to be made."""

    def __init__(
        self, cause: Cause, workflow: Workflow, given: Given, repeats: Run | None, only: Collection[int] | None
    ) -> None:
        self.cause: Final = cause
        self.workflow: Final = workflow
        self.given: Final = given
        self.repeats: Final = repeats
        self.only: Final = only
        self.run_id: Final = hashlib.sha256(cause.key.encode()).hexdigest()[:32]
        self.incident: Incident | None = None


def _once(store: Store, unit: _Unit) -> RunOutcome:
    cause = unit.cause
    try:
        with store.begin(cause.team_id) as tx:
            tx.origin = Origin(ACTION, cause.surface, cause.key, cause.actor)
            known = tx.workflow_runs.get(unit.run_id)
            if known:
                return known if known.fingerprint == cause.fingerprint else DeliveryReused(cause.key)
            # Whoever else starts something here waits, so that the limit is exact.
            tx.installations.take_turn(tx.team_id)
            return _too_many(tx, unit.workflow) or _carried_out(tx, unit)
    except VersionConflict as conflict:
        raise RunAgain("another change came first") from conflict


def _too_many(tx: Transaction, workflow: Workflow) -> TooManyRuns | None:
    lately = tx.workflow_runs.since(workflow.slug, tx.now - WITHIN)
    if len(lately) < workflow.runs_per_minute:
        return None
    free_at = lately[len(lately) - workflow.runs_per_minute] + WITHIN
    return TooManyRuns(workflow.runs_per_minute, max(1, math.ceil((free_at - tx.now).total_seconds())))


def _carried_out(tx: Transaction, unit: _Unit) -> Run:
    workflow, given, repeats = unit.workflow, unit.given, unit.repeats
    steps = decide(workflow, given, tx.policy.permissions)
    unit.incident = tx.incidents.get(repeats.incident) if repeats and repeats.incident else None
    outcomes = tuple(
        _outcome(tx, unit, place, action, step)
        for place, (action, step) in enumerate(zip(workflow.actions, steps, strict=True))
    )
    run = Run(
        id=unit.run_id,
        slug=workflow.slug,
        name=workflow.name,
        title=given.title,
        inputs=dict(given.inputs),
        steps=steps,
        outcomes=outcomes,
        created_at=tx.now,
        fingerprint=unit.cause.fingerprint,
        incident=unit.incident.number if unit.incident else 0,
        redelivery_of=repeats.id if repeats else "",
    )
    if not tx.workflow_runs.add(run):
        raise RunAgain("the same delivery is being handled by another replica")
    tx.note(_note(unit.cause, run))
    tx.notify()
    crashpoint("before_commit")
    return run


def _note(cause: Cause, run: Run) -> Note:
    """What the audit log keeps of it: that it ran, and what came of each action."""
    return Note(
        action=ACTION,
        outcome=DONE,
        surface=cause.surface,
        request=cause.key,
        actor=cause.actor,
        incident=run.incident or None,
        facts={"run": run.id},
        after={"workflow": run.slug, "actions": [[one.type, one.outcome.value] for one in run.outcomes]},
    )


# --- one action -------------------------------------------------------------------------------------------------------


def _outcome(tx: Transaction, unit: _Unit, place: int, action: Action, step: Step) -> ActionOutcome:
    if unit.only is not EVERY and place not in unit.only:
        return ActionOutcome(action.type, OutcomeState.SKIPPED, "not repeated: it was done before")
    match step:
        case NotDone():
            return ActionOutcome(action.type, OutcomeState.REFUSED, step.reason)
        case NewIncident():
            return _create(tx, unit, step, action)
        case Notice():
            return _tell(tx, unit, place, step, action)
        case Diagnosis():
            return _diagnose(tx, unit, place, step, action)


def _create(tx: Transaction, unit: _Unit, step: NewIncident, action: Action) -> ActionOutcome:
    assignee, detail = step.assignee, ""
    why_not = _unassignable(tx, assignee)
    if why_not:
        # Nobody is better than no incident.
        assignee, detail = "", f"not assigned: {step.assignee[:80]} {why_not}"
    draft = Draft(step.title, step.severity, step.description, assignee, step.cis, foreign=True)
    unit.incident = make(tx, draft, unit.cause.actor).incident
    return ActionOutcome(action.type, OutcomeState.DONE, detail, incident=unit.incident.reference)


def _unassignable(tx: Transaction, person: str) -> str:
    if not person:
        return ""
    if not is_user_id(person):
        return "is no Slack user id"
    try:
        check_person(tx, person)
    except Refused:
        return "is deactivated or a bot"
    return ""


def _tell(tx: Transaction, unit: _Unit, place: int, step: Notice, action: Action) -> ActionOutcome:
    if not tx.policy.posting:
        return ActionOutcome(
            action.type, OutcomeState.SKIPPED, "nothing is posted: integrations.slack.enabled is false"
        )
    incident = unit.incident
    tell_notice(tx, NoticePosted(incident.number if incident else 0, place, unit.run_id, step.channel), incident)
    return ActionOutcome(action.type, OutcomeState.WAITING, step.channel)


def tell_notice(tx: Transaction, effect: NoticePosted, incident: Incident | None) -> None:
    """Have the notice posted, after the card of its incident, if it has one."""
    waits = incident is not None and not incident.root_ts
    severity = incident.severity if incident else Severity.MEDIUM
    tx.effects.add([Planned(effect, severity, tx.channels.id_of(effect.channel), waits, tx.now)], tx.now)
    tx.notify()


def _diagnose(tx: Transaction, unit: _Unit, place: int, step: Diagnosis, action: Action) -> ActionOutcome:
    order = PlaybookOrder(
        playbook=step.playbook,
        name=step.playbook or "diagnostics",
        event="",
        title=step.service,
        parameters={"service": step.service},
        chosen_there=True,
        changes=step.remediate,
    )
    cause = replace(unit.cause, key=f"{unit.cause.key}:{place}")
    where = Place(_channel_of(unit.workflow) or tx.policy.incidents_channel)
    if unit.incident is not None:
        where = replace(where, incident=unit.incident.number)
    job = add_job(tx, cause, right_of(action), order, where)
    if unit.incident is not None:
        unit.incident = tx.incidents.get(unit.incident.number) or unit.incident
    return ActionOutcome(action.type, OutcomeState.WAITING, step.service[:120], job=job.id)


def _channel_of(workflow: Workflow) -> str:
    """Where the workflow tells things, for what belongs to no incident."""
    return next((action.channel for action in workflow.actions if action.type == "notify_team"), "")


def given_again(run: Run) -> Given:
    """What the run was given, for a redelivery."""
    return Given(run.title, run.inputs)
