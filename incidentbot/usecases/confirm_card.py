"""confirm_card: the card is edited once more, whatever it shows now."""

from dataclasses import replace

from incidentbot.effects.kinds import CardCurrent
from incidentbot.store import Transaction
from incidentbot.usecases.perform import write_effects


def confirm_card(tx: Transaction, number: int) -> None:
    """Plan another edit of incident `number`'s card, as a version of its own; nothing where no card was posted."""
    incident = tx.incidents.get(number, lock=True)
    if incident is None or not incident.root_ts:
        return
    again = replace(incident, version=incident.version + 1)
    tx.incidents.update(incident, again)
    write_effects(tx, again, [CardCurrent(again.number, again.version)])
