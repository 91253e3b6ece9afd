"""tell_links: events that joined an incident and were only counted are told in one entry."""

from incidentbot.domain.incident import tell
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.store import Transaction
from incidentbot.usecases.perform import save


def tell_links(tx: Transaction, number: int) -> None:
    """Tell of all that incident `number` counted since its last such entry; nothing where there is none."""
    incident = tx.incidents.get(number, lock=True)
    _, untold = tx.incidents.links_told(number)
    if incident is None or not untold:
        return
    actor = Actor(Source.SYSTEM)
    data = {"count": untold, "title": "", "event": "", "severity": incident.severity.value}
    save(tx, tell(incident, NewEntry(EntryKind.EVENT_LINKED, actor, tx.now, data)))
    tx.incidents.tell_links(number, told_at=tx.now, untold=0)
