"""What the overview shows, and which message it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.store import Store, Transaction

# So many incidents fit into one message; among so many words of people the last status update is looked for.
MOST = 20
_NOTES = 10


@dataclass(frozen=True, slots=True)
class Listed:
    """An unresolved incident with its last status update, as far as there is one."""

    incident: Incident
    update: Entry | None = None


def unresolved_now(tx: Transaction) -> tuple[Sequence[Listed], int]:
    """What is unresolved and no drill, the worst and oldest first, and how many there are in all."""
    worst = tx.incidents.worst(MOST)
    total = tx.incidents.count((State.OPEN, State.ACKNOWLEDGED), drills=False)
    return [Listed(one, last_update(tx, one.number)) for one in worst], total


def last_update(tx: Transaction, incident: int) -> Entry | None:
    """The incident's last status update; notes are none."""
    notes = tx.timeline.latest(incident, EntryKind.NOTE, _NOTES)
    return next((one for one in notes if one.data.get("update")), None)


def is_overview(store: Store, team_id: str, place: str, ts: str) -> bool:
    """Whether message `ts` of the channel `place` is an overview."""
    with store.read(team_id) as tx:
        return tx.overviews.standing(place, ts) is not None
