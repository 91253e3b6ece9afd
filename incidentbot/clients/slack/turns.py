"""Whose turn it is to call a method: for calls whose limit no claim of an effect has taken."""

from typing import Final, Protocol

# Asked for by the way, or by no effect at all; the methods of effects are limited where they are claimed.
SHARED_METHODS: Final = frozenset(
    {
        "auth.test",
        "auth.teams.list",
        "conversations.list",
        "usergroups.list",
        "usergroups.users.list",
        "users.info",
        "users.list",
        "users.lookupByEmail",
    }
)


class Turns(Protocol):
    """Who keeps the limits that all processes share. `team_id` is "" where a token is all that is known."""

    async def wait(self, team_id: str, method: str, /) -> float:
        """0 where the call may be made now, which counts as made; else the seconds after which to ask again."""

    async def limited(self, team_id: str, method: str, seconds: float, /) -> None:
        """Slack said 429: nobody calls the method for so long."""


class NobodyElse:
    """No limits: for a client that is alone, and makes a few calls."""

    async def wait(self, _team_id: str, _method: str) -> float:
        """It may be made."""
        return 0.0

    async def limited(self, _team_id: str, _method: str, _seconds: float) -> None:
        """Nobody has to know."""
