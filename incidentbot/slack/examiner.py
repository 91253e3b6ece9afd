"""The doctor, as listeners may ask it: only after they acknowledged, since it takes its time."""

from collections.abc import Awaitable, Callable

from incidentbot.domain.doctor import Finding

# Takes the workspace's id; answers what was found, and raises nothing for what is not well.
Examine = Callable[[str], Awaitable[tuple[Finding, ...]]]


async def nobody(_team_id: str) -> tuple[Finding, ...]:
    """There is no doctor."""
    return ()
