"""park: an effect that waits is given up."""

import structlog

from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import EffectRefused, Refused
from incidentbot.store import Store
from incidentbot.store.parked import Seen
from incidentbot.usecases.refresh_card import refresh_card
from incidentbot.usecases.replay import effect_note

log = structlog.get_logger(__name__)


def park(store: Store, team_id: str, actor: Actor, effect: str, reason: str) -> Seen:
    """Give up an effect that waits, so that what comes behind it goes on. Refused where it is not waiting."""
    by = actor.name or actor.source.value
    with store.begin(team_id) as tx:
        seen = tx.parked.get(effect)
        if seen is None:
            raise Refused(EffectRefused(effect, "unknown"))
        if not tx.parked.park(effect, f"given up by {by}: {reason}", tx.now):
            raise Refused(EffectRefused(effect, seen.state))
        tx.note(effect_note("park_effect", seen, actor, {"reason": reason}))
        if seen.incident:
            refresh_card(tx, seen.incident)
        tx.notify()
    log.info("effect.given_up", team=team_id, effect=seen.id, kind=seen.kind, by=by)
    store.effects_waiting()
    return seen
