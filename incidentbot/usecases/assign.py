"""assign: one person is to see to it."""

from incidentbot.domain.incident import Edit
from incidentbot.domain.outcome import Outcome
from incidentbot.store import Store
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.update import update


def assign(store: Store, cause: Cause, ref: str, person: str) -> Outcome:
    """Make `person` (a Slack user id) the assignee of the incident that `ref` names."""
    return update(store, cause, ref, Edit(assignee=person))
