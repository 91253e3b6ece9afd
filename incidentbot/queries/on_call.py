"""Who is on call."""

from collections.abc import Sequence

from incidentbot.domain.on_call import Duty
from incidentbot.domain.timers import GROUP
from incidentbot.store import Store, Transaction


def on_call(store: Store, team_id: str) -> tuple[Duty, ...]:
    """Everybody who is on call by the settings now: the names of `on_call`, then whom else incidents escalate to."""
    with store.read(team_id) as tx:
        return tuple(tx.on_call.duty(name, tx.now) or Duty(name) for name in names_of(tx))


def on_call_by(store: Store, team_id: str, name: str) -> Duty | None:
    """Who is on call by `name` ("@dba", "dba"); None where the settings know no such name, or it is a person's."""
    with store.read(team_id) as tx:
        duty = tx.on_call.duty(f"@{name.removeprefix('@')}", tx.now)
    known = duty is not None and (duty.source != "mention" or bool(duty.unknown))
    return duty if known else None


def on_call_alone(store: Store, team_id: str) -> tuple[str, ...]:
    """The on-call names (@dba) by which exactly one person is on call now."""
    return tuple(duty.name for duty in on_call(store, team_id) if duty.name.startswith("@") and len(duty.people) == 1)


def names_of(tx: Transaction) -> Sequence[str]:
    """The on-call names of the settings, and the groups and names that incidents are escalated to."""
    rosters = [f"@{name}" for name in tx.policy.on_call]
    others = [
        name
        for name in tx.policy.timers.escalated_to
        if name.startswith(("@", GROUP)) and name.removeprefix("@").casefold() not in tx.policy.on_call
    ]
    return (*rosters, *others)
