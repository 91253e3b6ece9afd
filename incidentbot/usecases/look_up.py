"""look_up: after the database was restored, nothing that waits is sent before it was looked for.

What waited then may have been told since, by the database that is no more: its messages bear the ids of the effects.
"""

import structlog

from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.people import Actor
from incidentbot.store import Store

log = structlog.get_logger(__name__)


def look_up(store: Store, team_id: str, actor: Actor) -> int:
    """Have every message that waits looked for in Slack: adopted where it stands, sent where it does not."""
    with store.begin(team_id) as tx:
        count = tx.parked.look_up(tx.now)
        tx.note(Note("look_up_effects", DONE, actor.source.value, f"look_up:{tx.now}", actor, after={"effects": count}))
        tx.notify()
    log.info("effects.doubted", team=team_id, count=count, by=actor.name or actor.source.value)
    store.effects_waiting()
    return count
