"""announce_again: a program that follows incidents is told once more what became of one of them."""

from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import IncidentNotFound, Refused
from incidentbot.domain.subscribers import Subscription
from incidentbot.effects.kinds import ChangeAnnounced
from incidentbot.store import Store
from incidentbot.store.effects import Planned
from incidentbot.usecases.perform import load


def announce_again(
    store: Store, team_id: str, actor: Actor, subscription: Subscription, ref: str, since: int = 1
) -> int:
    """Tell the program what it wants to hear of the incident from entry `since` on; answers how many entries that are.

    Refused where there is no such incident.
    """
    name = subscription.name
    if not ref.strip():
        raise Refused(IncidentNotFound(ref))
    with store.begin(team_id) as tx:
        incident = load(tx, ref)
        entries = tx.timeline.page(incident.number, after=since - 1, limit=incident.last_seq)
        seqs = [entry.seq for entry in entries if subscription.wants(entry.kind.value, team_id)]
        missing = [seq for seq in seqs if not tx.announcements.again(name, incident.number, seq, tx.now)]
        effects = [ChangeAnnounced(incident.number, seq, name) for seq in missing]
        planned = [Planned(one, incident.severity, name, waits=False, due_at=tx.now) for one in effects]
        tx.effects.add(planned, tx.now)
        about = {"subscriber": name, "since": since}
        request = f"announce_again:{name}:{incident.reference}:{tx.now.isoformat()}"
        tx.note(Note("announce_again", DONE, actor.source.value, request, actor, incident.number, after=about))
        tx.notify()
    store.effects_waiting()
    return len(seqs)
