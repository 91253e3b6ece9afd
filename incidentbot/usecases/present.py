"""present, unfurl: an incident is shown where people write a link to it, or open one."""

from incidentbot.domain.permissions import Right
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import DetailsPresented, LinksUnfurled
from incidentbot.store import Store
from incidentbot.store.effects import Planned
from incidentbot.store.transaction import Origin
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.denied import without_change
from incidentbot.usecases.permit import missing_right


def unfurl(store: Store, cause: Cause, channel: str, ts: str, urls: tuple[str, ...]) -> None:
    """Message `ts` has links to incidents. Whoever may see none shows none to others: then nothing is planned."""
    lane = f"unfurl:{channel}:{ts}"

    def once() -> None:
        with store.begin(cause.team_id) as tx:
            refused = missing_right(tx, cause, Right.VIEW)
            if refused:
                tx.note(without_change(Origin(Right.VIEW.value, cause.surface, cause.key, cause.actor), refused))
            elif tx.policy.posting:
                effect = LinksUnfurled(0, tx.effects.next_seq(lane), channel, ts, urls)
                tx.effects.add([Planned(effect, Severity.LOW, "", waits=False, due_at=tx.now)], tx.now)
                tx.notify()

    store.database.retrying(once)
    store.effects_waiting()


def present(store: Store, cause: Cause, number: int, trigger: str) -> None:
    """The person opens incident `number`. What is shown, also that they may see nothing, is decided when it is."""

    def once() -> None:
        with store.begin(cause.team_id) as tx:
            refused = missing_right(tx, cause, Right.VIEW)
            if refused:
                tx.note(without_change(Origin(Right.VIEW.value, cause.surface, cause.key, cause.actor), refused))
            if tx.policy.posting:
                seq = tx.effects.next_seq(f"details:{trigger}")
                effect = DetailsPresented(0, seq, cause.actor.id, trigger, number)
                tx.effects.add([Planned(effect, Severity.HIGH, "", waits=False, due_at=tx.now)], tx.now)
                tx.notify()

    store.database.retrying(once)
    store.effects_waiting()
