"""What the delivery tests look at: cards and threads as people see them, effects as the database has them."""

from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.changes import Change
from incidentbot.store.tables import effects
from tests.functional.stories.running import Story, wait_for

# Seconds of the sandbox's clock. No test lasts so long; what is signed on that clock has to stay credible.
HIDDEN: Final = 200.0


def cards(slack: Harness, channel: str = "#incidents") -> list[Shown]:
    return [shown for shown in slack.history(channel) if shown.event_type == "incident" and not shown.deleted]


def seqs(card: Shown) -> list[int]:
    return [reply.payload["seq"] for reply in card.replies()]


def rows(story: Story, **wanted: Any) -> list[Any]:
    """The effects with these values, in their order."""
    query = sa.select(effects).order_by(effects.c.created_at, effects.c.seq)
    for name, value in wanted.items():
        query = query.where(effects.c[name] == value)
    with story.service.store.database.read() as connection:
        return list(connection.execute(query))


def unfinished(story: Story) -> list[str]:
    return [row.kind for row in rows(story) if row.finished_at is None]


def settled(story: Story, but: Callable[[Any], bool] = lambda _row: False, patience: float = PATIENCE) -> None:
    """Wait until nothing is left to be told, `but` what may stay."""

    def nothing_left() -> bool:
        return not [row for row in rows(story) if row.finished_at is None and not but(row)]

    wait_for(nothing_left, "everything to be told", patience)


def hide_until_a_twin_comes(story: Story, times: int) -> None:
    """The next posts can be read by nobody before one of them was posted again."""
    seen: set[str] = set()
    platform = story.slack.server.platform

    def hear(change: Change) -> None:
        if change.kind == "message_posted":
            effect = Shown(story.slack.workspace, change.data["message"]).payload.get("effect", "")
            if effect in seen:
                platform.clock.advance(HIDDEN)
                stop()
            seen.add(effect)

    stop = platform.feed.listen(hear)
    platform.faults.late(HIDDEN, times=times)


def told(story: Story) -> None:
    """Take every message as expected: these tests count what stands, not what was announced."""
    story.slack.ignore(lambda _shown: True)
