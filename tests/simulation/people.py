"""The test's client: people, who ask the service for things and ask again where no answer comes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from incidentbot.domain.incident import Draft, Edit
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.store import Store
from incidentbot.usecases.acknowledge import acknowledge
from incidentbot.usecases.add_note import add_note
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.create import create
from incidentbot.usecases.invite import invite
from incidentbot.usecases.reopen import reopen
from incidentbot.usecases.resolve import resolve
from incidentbot.usecases.unacknowledge import unacknowledge
from incidentbot.usecases.update import update

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

TRIES = 6
ANSWER_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants, under the key that a retry has too. `text` carries the key, so that it is found again."""

    key: str
    verb: str
    ref: str
    who: str
    severity: Severity

    @property
    def text(self) -> str:
        return f"{self.verb} [{self.key}]"


WORK: dict[str, Callable[[Store, Cause, Wish], Outcome]] = {
    "create": lambda store, cause, wish: create(store, cause, Draft(wish.text, wish.severity)),
    "acknowledge": lambda store, cause, wish: acknowledge(store, cause, wish.ref, wish.text),
    "unacknowledge": lambda store, cause, wish: unacknowledge(store, cause, wish.ref, wish.text),
    "resolve": lambda store, cause, wish: resolve(store, cause, wish.ref, wish.text),
    "reopen": lambda store, cause, wish: reopen(store, cause, wish.ref, wish.text),
    "note": lambda store, cause, wish: add_note(store, cause, wish.ref, wish.text),
    "update": lambda store, cause, wish: update(store, cause, wish.ref, Edit(severity=wish.severity)),
    "invite": lambda store, cause, wish: invite(store, cause, wish.ref, (wish.who,)),
}
# How often each is asked for.
VERBS = (
    "create",
    "acknowledge",
    "acknowledge",
    "resolve",
    "reopen",
    "unacknowledge",
    "note",
    "note",
    "update",
    "invite",
)


class People:
    """Asks, on behalf of everybody; writes down what was asked and answered."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._asked = 0
        self.known: list[str] = []

    def see(self, ref: str) -> None:
        """There is a card in Slack, whoever made the incident."""
        if ref and ref not in self.known:
            self.known.append(ref)

    async def one_act(self) -> None:
        """Somebody does something to some incident, perhaps two people at once."""
        world = self._world
        verb = world.chance.choice(VERBS) if self.known else "create"
        ref = world.chance.choice(self.known[-6:]) if verb != "create" else ""
        rivals = 1 + (world.chance.random() < 0.15 and verb != "create")
        await asyncio.gather(*(self.insist(verb, ref) for _ in range(rivals)))

    async def insist(self, verb: str, ref: str) -> None:
        """One wish under one key, until it is answered."""
        world = self._world
        self._asked += 1
        severity = world.chance.choice(list(Severity))
        wish = Wish(f"key-{self._asked}", verb, ref, world.chance.choice(world.members), severity)
        for tries in range(TRIES):
            replica = await world.somebody_alive()
            if await self._ask(replica, wish, f"{wish.key}.{tries}"):
                return
            await asyncio.sleep(world.chance.uniform(0.2, 3.0))

    async def _ask(self, replica: "Replica", wish: Wish, one: str) -> bool:
        world, began = self._world, self._world.moment()
        facts = {"key": wish.key, "verb": wish.verb, "incident": wish.ref, "by": replica.name}
        world.history.note(began, "asked", id=one, marked=wish.verb in ("note", "create"), **facts)
        cause = Cause(world.team, wish.key, Actor(Source.SLACK, wish.who, wish.who), "slash_command")
        asked = replica.spawn(replica.store.run(WORK[wish.verb], cause, wish))
        await asyncio.wait({asked, replica.died}, timeout=ANSWER_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        answer = _answer(asked)
        disturbed = replica.disturbed_since(began) or answer.get("error") == "OutcomeUnknown"
        world.history.note(world.moment(), "answered", id=one, disturbed=disturbed, **answer)
        if answer["outcome"] == "done" and wish.verb == "create":
            self.see(answer["incident"])
        return bool(answer["outcome"] != "unknown")


def _answer(asked: "asyncio.Task[Outcome]") -> dict[str, Any]:
    if not asked.done() or asked.cancelled():
        return {"outcome": "unknown"}
    error = asked.exception()
    if error is not None:
        return {"outcome": "unknown", "error": type(error).__name__}
    return shown(asked.result())


def shown(outcome: Outcome) -> dict[str, Any]:
    """An outcome as the history tells it."""
    if isinstance(outcome, Done):
        after = outcome.incident
        return {
            "outcome": "done",
            "incident": after.reference,
            "state": after.state.value,
            "version": after.version,
            "seqs": list(outcome.seqs),
            "kinds": [kind.value for kind in outcome.kinds],
        }
    state = getattr(outcome, "state", None)
    return {"outcome": "refused", "code": outcome.code, "state": state.value if state else None}
