"""home: who looks at the Home tab, and what of it has to be published again.

Slack does not say when somebody leaves Home, so it is kept current for a while after it was opened. However much
happens, that is begun at most once in `EVERY`; each person's Home is then published once, as it is at that moment.
"""

from datetime import timedelta
from typing import Final

from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NotPermitted
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import HomePublished, HomesRefreshed
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import Planned
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import without_change
from incidentbot.usecases.permit import missing_right

LOOKS_FOR: Final = timedelta(hours=1)
EVERY: Final = timedelta(seconds=5)
# Behind the turn after which the next one may begin, so that no change falls between the two.
_AFTER: Final = EVERY + timedelta(seconds=1)
# Ways in that may have begun in somebody's Home: they see the result at once.
_FROM_HOME: Final = frozenset({"home", "modal"})


def open_home(store: Store, cause: Cause) -> None:
    """The person opens Home. What it shows, also that they may see nothing, is decided when it is published."""

    def once() -> None:
        with store.begin(cause.team_id) as tx:
            refused = may_see_home(tx, cause)
            if refused:
                tx.note(without_change(Origin(Right.VIEW.value, cause.surface, cause.key, cause.actor), refused))
            tx.homes.opened(cause.actor.id, tx.now)
            _publish(tx, (cause.actor.id,))

    store.database.retrying(once)
    store.effects_waiting()


def refresh_homes(tx: Transaction) -> None:
    """An incident changed: have the Home tabs that people may be looking at follow."""
    if tx.origin.surface in _FROM_HOME:
        _publish(tx, (tx.origin.actor.id,))
    if tx.homes.take_turn(tx.now, EVERY):
        _add(tx, HomesRefreshed(0, tx.effects.next_seq("homes")), _AFTER)


def publish_homes(tx: Transaction, _number: int) -> None:
    """Publish the Home of everybody who opened it lately."""
    _publish(tx, tx.homes.lookers(tx.now - LOOKS_FOR))


def show_anew(tx: Transaction, person: str) -> None:
    """Something of the person's own changed: publish their Home."""
    _publish(tx, (person,))


def may_see_home(tx: Transaction, cause: Cause) -> NotPermitted | None:
    """Why the person may not see incidents in Home; None where they may."""
    return missing_right(tx, cause, Right.VIEW)


def _publish(tx: Transaction, people: tuple[str, ...]) -> None:
    for person in people:
        if tx.homes.get(person, lock=True):
            _add(tx, HomePublished(0, tx.effects.next_seq(f"home:{person}"), person))


def _add(tx: Transaction, effect: HomePublished | HomesRefreshed, after: timedelta = timedelta()) -> None:
    if tx.policy.posting:
        tx.effects.add([Planned(effect, Severity.LOW, "", waits=False, due_at=tx.now + after)], tx.now)
        tx.notify()
