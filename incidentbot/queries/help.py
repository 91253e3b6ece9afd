"""What help tells one person."""

from dataclasses import dataclass

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.permissions import Right
from incidentbot.queries.permissions import standing_of
from incidentbot.store import Store

# So many unresolved incidents are looked at; the newest of them that are worst come first.
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class HelpFacts:
    """The rights of somebody who types, and what is unresolved: nobody's first, then the worst, then the newest."""

    rights: frozenset[Right]
    waiting: tuple[Incident, ...]
    total: int


def help_facts(store: Store, team_id: str, person: str) -> HelpFacts:
    """The facts for `person` at this moment."""
    with store.read(team_id) as tx:
        standing, permissions = standing_of(tx, person), tx.policy.permissions
        rights = frozenset(one for one in Right if permissions.refused(standing, one, "slash_command") is None)
        numbers, total = tx.incidents.unresolved(_LOOKED_AT)
        found = tx.incidents.several(numbers) if Right.LIST in rights else ()
    order = sorted(found, key=lambda one: (one.state is not State.OPEN, one.severity.rank, -one.number))
    return HelpFacts(rights, tuple(order), total)
