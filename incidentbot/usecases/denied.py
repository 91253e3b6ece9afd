"""denied: what was tried and not done is recorded too."""

from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.maintenance import Window
from incidentbot.domain.outcome import AnyOutcome, Done, EventDone
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NotPermitted
from incidentbot.store import Store
from incidentbot.store.inbox import as_json
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.permit import not_permitted


def without_change(origin: Origin, outcome: AnyOutcome) -> Note:
    """What is recorded of something that changed no incident: who tried it, and what came of it."""
    return Note(
        action=origin.action,
        outcome=DONE if isinstance(outcome, Done | EventDone | Window) else outcome.code,
        surface=origin.surface,
        request=origin.request,
        actor=origin.actor,
        incident=outcome.incident.number if isinstance(outcome, Done) else None,
        after={} if isinstance(outcome, Done) else as_json(outcome),
    )


def denied(store: Store, cause: Cause, right: Right, refusal: NotPermitted) -> None:
    """Record that somebody was turned away before anything was tried."""
    with store.begin(cause.team_id) as tx:
        tx.note(without_change(Origin(right.value, cause.surface, cause.key, cause.actor), refusal))


def may_not(store: Store, cause: Cause, right: Right) -> NotPermitted | None:
    """Why somebody may not see what they ask for, which is recorded; None where they may."""
    refusal = not_permitted(store, cause, right)
    if refusal:
        denied(store, cause, right, refusal)
    return refusal
