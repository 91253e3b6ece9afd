"""rotate_keys: secrets at rest go under the newest key, a few at a time, while everything else goes on."""

from typing import Final

from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.people import Actor
from incidentbot.store import Store

AT_ONCE: Final = 50


def rotate_keys(store: Store, actor: Actor) -> int:
    """Encrypt what is under an older key with the newest; answers how many workspaces' secrets that were."""
    total = 0
    while True:
        with store.begin("") as tx:
            done = tx.credentials.reseal(AT_ONCE)
            if done < AT_ONCE:
                tx.note(Note("rotate_keys", DONE, "cli", "", actor, after={"workspaces": total + done}))
        total += done
        if done < AT_ONCE:
            return total
