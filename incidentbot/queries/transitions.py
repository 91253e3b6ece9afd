"""How often incidents were moved, and from where."""

from typing import Final

from incidentbot.domain.incident import ENTRY_OF
from incidentbot.domain.lifecycle import Trigger
from incidentbot.store import Store

_TRIGGER_OF: Final = {kind: trigger for trigger, kind in ENTRY_OF.items()}


def transitions_total(store: Store) -> dict[tuple[Trigger, str], int]:
    """The number of transitions by trigger and by the actor's source, over all workspaces, ever."""
    with store.read("") as tx:
        counts = tx.timeline.counts(tuple(_TRIGGER_OF))
    return {(_TRIGGER_OF[kind], source): count for (kind, source), count in counts.items()}
