"""permit: whether somebody may, decided from what the database knows at this moment."""

from dataclasses import replace

from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right, Standing, acts_as_admin
from incidentbot.domain.policy import Policy
from incidentbot.domain.refusals import NotPermitted, Refused
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause


def permit(tx: Transaction, cause: Cause, right: Right) -> None:
    """Refused (NotPermitted) where whoever acts has not `right`."""
    refusal = missing_right(tx, cause, right)
    if refusal:
        raise Refused(refusal)


def not_permitted(store: Store, cause: Cause, right: Right) -> NotPermitted | None:
    """Why somebody may not, before anything is shown to them; what changes something is checked again when it does."""
    if acts_as_admin(cause.actor):
        return None
    with store.read(cause.team_id) as tx:
        return missing_right(tx, cause, right)


def missing_right(tx: Transaction, cause: Cause, right: Right) -> NotPermitted | None:
    """Why whoever acts may not, at this moment; None where they may."""
    if acts_as_admin(cause.actor):
        return None
    if cause.actor.source is Source.API:
        return token_refused(tx.policy, cause.actor, right, cause.surface)
    permissions, person = tx.policy.permissions, cause.actor.id
    groups = tx.groups.of(person) & permissions.groups if permissions.groups else frozenset()
    refusal = permissions.refused(Standing(person, groups), right, cause.surface)
    if refusal is None or not permissions.installer:
        return refusal
    # Asked for last, since an installer's role takes nothing away and almost nobody needs it.
    installed_by = _installer(tx)
    if installed_by and installed_by == person:
        return permissions.refused(Standing(person, groups, installer=True), right, cause.surface)
    return _with_grantor(refusal, installed_by)


def token_refused(policy: Policy, bearer: Actor, right: Right, surface: str) -> NotPermitted | None:
    """Why who bears a token of the API may not, whatever the workspace; None where they may."""
    if acts_as_admin(bearer):
        return None
    return policy.permissions.refused(Standing(token=bearer.name or "unnamed"), right, surface)


def _installer(tx: Transaction) -> str:
    home = tx.installations.get(tx.team_id)
    return home.installed_by if home else ""


def _with_grantor(refusal: NotPermitted, person: str) -> NotPermitted:
    return replace(refusal, grantors=(person, *refusal.grantors)) if person else refusal
