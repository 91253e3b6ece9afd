"""The overview of each channel: the one message that shows everything that is unresolved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from incidentbot.store.tables import overviews
from incidentbot.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Overview:
    """The overview that settings want in `channel`; `place` (the channel's id) and `ts` are "" until it stands there.

    `shown` is a digest of what it shows.
    """

    channel: str
    place: str = ""
    ts: str = ""
    shown: str = ""


class Overviews:
    """The overviews of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def get(self, channel: str) -> Overview | None:
        """The overview of a channel, as settings name it."""
        return self._one(overviews.c.channel == channel)

    def standing(self, place: str, ts: str) -> Overview | None:
        """The overview that is message `ts` of the channel with the id `place`."""
        return self._one(overviews.c.place == place, overviews.c.ts == ts, overviews.c.ts != "")

    def take_turn(self, channel: str, now: datetime, every: timedelta) -> bool:
        """Whether it is time to bring it up to date, which it is at most once in `every`."""
        key = {"team_id": self._team_id, "channel": channel}
        if insert_new(self._connection, overviews, {**key, "due_at": now + every}):
            return True
        query = sa.update(overviews).where(*self._own(channel), overviews.c.due_at <= now).values(due_at=now + every)
        return self._connection.execute(query).rowcount == 1

    def next_turn(self, channel: str, at: datetime) -> None:
        """Have the next turn begin then, however long the present one was to be."""
        self._connection.execute(sa.update(overviews).where(*self._own(channel)).values(due_at=at))

    def save(self, overview: Overview) -> None:
        """Remember where it stands and what it shows."""
        facts = {"place": overview.place, "ts": overview.ts, "shown": overview.shown}
        self._connection.execute(sa.update(overviews).where(*self._own(overview.channel)).values(**facts))

    def lose(self, channel: str, ts: str) -> bool:
        """It stands nowhere any more, if it was message `ts`; False where that is known already."""
        query = sa.update(overviews).where(*self._own(channel), overviews.c.ts == ts)
        return self._connection.execute(query.values(ts="", place="", shown="")).rowcount == 1

    def _own(self, channel: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (overviews.c.team_id == self._team_id, overviews.c.channel == channel)

    def _one(self, *where: sa.ColumnElement[bool]) -> Overview | None:
        query = sa.select(overviews.c.channel, overviews.c.place, overviews.c.ts, overviews.c.shown)
        row = self._connection.execute(query.where(overviews.c.team_id == self._team_id, *where)).first()
        return Overview(row.channel, row.place, row.ts, row.shown) if row else None
