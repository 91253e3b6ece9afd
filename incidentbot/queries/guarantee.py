"""Where a message may come twice: where Slack does not let us look whether it arrived."""

from dataclasses import dataclass

from incidentbot.domain.scope_use import missing_for_look_ups
from incidentbot.store import Store


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
        Guarantee(one.team_id, where, missing)
        for one in installed
        for where, missing in missing_for_look_ups(one.scopes).items()
    )
