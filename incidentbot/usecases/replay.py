"""replay: effects that were given up are tried again."""

from collections.abc import Mapping
from typing import Final

import structlog

from incidentbot.domain.audit import DONE, Note
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import EffectRefused, Refused
from incidentbot.effects.kinds import CardCurrent
from incidentbot.store import Store, Transaction
from incidentbot.store.parked import Seen
from incidentbot.usecases.refresh_card import refresh_card

log = structlog.get_logger(__name__)

MOST: Final = 10_000


def replay(store: Store, team_id: str, actor: Actor, effect: str = "") -> tuple[Seen, ...]:
    """Try the parked effect again, or with "" all of them; answers which. Refused where it is not parked."""
    with store.begin(team_id) as tx:
        chosen = (_parked(tx, effect),) if effect else tx.parked.page(["parked"], limit=MOST)
        for card in (one for one in chosen if one.kind == CardCurrent.kind):
            _find_home(tx, card.incident)
        tx.parked.replay(chosen, tx.now)
        for one in chosen:
            tx.note(effect_note("replay_effect", one, actor, {"problem": one.problem}))
        for number in {one.incident for one in chosen if one.incident}:
            refresh_card(tx, number)
        tx.notify()
    for one in chosen:
        log.info("effect.replayed", team=team_id, effect=one.id, kind=one.kind, by=actor.name or actor.source.value)
    store.effects_waiting()
    return chosen


def effect_note(action: str, seen: Seen, actor: Actor, why: Mapping[str, str]) -> Note:
    """What the audit log keeps of what a person did with an effect."""
    about = {"effect": seen.id, "kind": seen.kind, **why}
    return Note(action, DONE, actor.source.value, f"{action}:{seen.id}", actor, seen.incident or None, after=about)


def _parked(tx: Transaction, effect: str) -> Seen:
    seen = tx.parked.get(effect)
    if seen is None or seen.state != "parked":
        raise Refused(EffectRefused(effect, seen.state if seen else "unknown"))
    return seen


def _find_home(tx: Transaction, number: int) -> None:
    """A card that never stood anywhere goes where cards go now: the settings may name another channel since."""
    incident = tx.incidents.get(number, lock=True)
    if incident and not incident.root_ts:
        channel = tx.channels.id_of(tx.policy.incidents_channel)
        tx.incidents.place_card(number, channel, "")
        tx.effects.card_goes_to(number, channel)
