"""prefer: a person says what they want to be told directly, and when."""

from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.permissions import Right
from incidentbot.domain.preferences import Preferences
from incidentbot.domain.refusals import NotPermitted
from incidentbot.store import Store
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import may_not
from incidentbot.usecases.home import show_anew


def prefer(store: Store, cause: Cause, said: Preferences) -> NotPermitted | None:
    """Keep what the person who acts said of themselves; why they may not, or None. Saying it again changes nothing."""
    refused = may_not(store, cause, Right.VIEW)
    if refused:
        return refused

    def once() -> None:
        with store.begin(cause.team_id) as tx:
            tx.preferences.save(cause.actor.id, said, tx.now)
            after = {"muted": sorted(one.value for one in said.muted), "quiet": said.quiet is not None}
            tx.note(Note("prefer", DONE, cause.surface, cause.key, cause.actor, after=after))
            show_anew(tx, cause.actor.id)

    store.database.retrying(once)
    store.effects_waiting()
    return None
