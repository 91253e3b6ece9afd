"""Which messages stand in which timelines, and who wants them there."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from incidentbot.store.tables import captures
from incidentbot.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Capture:
    """Message `ts` of `channel` (ids) in the timeline of `incident`, told last by entry `seq`.

    `held_by` are the ways by which people took it there ("shortcut:U1", "pin:U2"); none = it was withdrawn.
    """

    channel: str
    ts: str
    incident: int
    seq: int
    held_by: frozenset[str]


class Captures:
    """The captured messages of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def of_message(self, channel: str, ts: str) -> tuple[Capture, ...]:
        """Every incident that has this message in its timeline."""
        query = sa.select(captures).where(
            captures.c.team_id == self._team_id, captures.c.channel == channel, captures.c.ts == ts
        )
        return tuple(_capture(row) for row in self._connection.execute(query.order_by(captures.c.incident)))

    def get(self, channel: str, ts: str, incident: int) -> Capture | None:
        """The message in the timeline of `incident`; also where it was withdrawn."""
        return next((one for one in self.of_message(channel, ts) if one.incident == incident), None)

    def save(self, capture: Capture) -> None:
        """Store how it stands now."""
        facts = {"seq": capture.seq, "held_by": sorted(capture.held_by)}
        row = {"team_id": self._team_id, "channel": capture.channel, "ts": capture.ts, "incident": capture.incident}
        upsert(self._connection, captures, {**row, **facts}, changed=facts)


def _capture(row: Any) -> Capture:
    return Capture(row.channel, row.ts, row.incident, row.seq, frozenset(row.held_by))
