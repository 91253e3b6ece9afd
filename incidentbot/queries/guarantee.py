"""Where a message may come twice: where Slack does not let us look whether it arrived."""

from dataclasses import dataclass
from typing import Final

from incidentbot.store import Store

# What a look-up needs, by the sort of conversation.
NEEDED: Final = {
    "public channels": ("channels:history",),
    "private channels": ("groups:history",),
    "direct messages": ("im:history", "im:write"),
}


@dataclass(frozen=True, slots=True)
class Guarantee:
    """How often a message arrives in one sort of conversation of a workspace: once, or at least once for want of
    `missing` scopes.
    """

    team_id: str
    where: str
    missing: tuple[str, ...]

    @property
    def once(self) -> bool:
        """Whether each message is seen once."""
        return not self.missing


def guarantees(store: Store) -> tuple[Guarantee, ...]:
    """The guarantee of every workspace and sort of conversation."""
    with store.read("") as tx:
        installed = tx.installations.all()
    return tuple(
        Guarantee(one.team_id, where, tuple(scope for scope in scopes if scope not in one.scopes))
        for one in installed
        for where, scopes in NEEDED.items()
    )
