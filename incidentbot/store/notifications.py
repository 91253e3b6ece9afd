"""Where people were told of monitoring events of one team, and what happened to those events since."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.people import Actor
from incidentbot.domain.routing import Verbosity
from incidentbot.store.statement import Statement
from incidentbot.store.tables import event_changes, monitoring_events, notifications

_COLUMNS: Final = tuple(column for column in notifications.c if column.name != "team_id")
_NAMES: Final = tuple(column.name for column in _COLUMNS)


@dataclass(frozen=True, slots=True)
class Notification:
    """A channel that is told of an event. `place` and `ts` are where the message stands, "" until it does.

    `rules` are the names of those that wanted it; none = the mapping of severities did. `more` events like this one
    were only counted. `version` grows with everything that is to be shown; `shown` marks what stands there.
    """

    source: str
    event_id: str
    channel: str
    group_key: str
    rules: tuple[str, ...]
    mentions: tuple[str, ...]
    verbosity: Verbosity
    version: int
    told_at: datetime
    more: int = 0
    place: str = ""
    ts: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class EventChange:
    """Something that happened to an event, by whom; `data` as domain/event_changes.py makes it."""

    seq: int
    actor: Actor
    data: Mapping[str, Any]
    happened_at: datetime


_OF_TEAM: Final = notifications.c.team_id == sa.bindparam("team_id")
_OF_EVENT: Final = Statement(
    sa.select(*_COLUMNS)
    .where(
        _OF_TEAM,
        notifications.c.source == sa.bindparam("source"),
        notifications.c.event_id == sa.bindparam("event_id"),
    )
    .order_by(notifications.c.channel)
)
_SINCE: Final = Statement(
    sa.select(*_COLUMNS)
    .where(
        _OF_TEAM,
        notifications.c.group_key == sa.bindparam("group_key"),
        notifications.c.channel == sa.bindparam("channel"),
        notifications.c.told_at > sa.bindparam("moment"),
    )
    .order_by(notifications.c.told_at.desc(), notifications.c.event_id)
)


class Notifications:
    """The notifications of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return notifications.c.team_id == self._team_id

    def get(self, source: str, event_id: str, channel: str) -> Notification | None:
        """The one in `channel` (as routed)."""
        return next((one for one in self.of_event(source, event_id) if one.channel == channel), None)

    def of_event(self, source: str, event_id: str) -> tuple[Notification, ...]:
        """All of an event's, by channel."""
        named = {"team_id": self._team_id, "source": source, "event_id": event_id}
        return tuple(_notification(row) for row in _OF_EVENT.run(self._connection, named).rows)

    def of_incident(self, number: int, limit: int) -> tuple[Notification, ...]:
        """Those of the incident's events, the newest first."""
        events = sa.exists().where(
            monitoring_events.c.team_id == notifications.c.team_id,
            monitoring_events.c.source == notifications.c.source,
            monitoring_events.c.event_id == notifications.c.event_id,
            monitoring_events.c.incident == number,
        )
        query = sa.select(*_COLUMNS).where(self._own, events)
        query = query.order_by(notifications.c.told_at.desc(), notifications.c.event_id).limit(limit)
        return tuple(_notification(row) for row in self._connection.execute(query))

    def since(self, group_key: str, channel: str, moment: datetime) -> tuple[Notification, ...]:
        """Those of a group in `channel` since `moment`, the newest first."""
        named = {"team_id": self._team_id, "group_key": group_key, "channel": channel, "moment": moment}
        return tuple(_notification(row) for row in _SINCE.run(self._connection, named).rows)

    def add(self, notification: Notification) -> None:
        """Store a new one."""
        self._connection.execute(sa.insert(notifications).values(team_id=self._team_id, **_row(notification)))

    def grow(self, one: Notification, **values: Any) -> Notification:
        """Something about it is to be shown anew: its version grows, `values` (more, ts, told_at) are set.

        What is answered knows where it stands, also where that was learnt since `one` was read: whoever learns it
        waits for this transaction, or this one waits.
        """
        query = (
            sa.update(notifications)
            .where(self._own, *_of(one.source, one.event_id), notifications.c.channel == one.channel)
            .values(version=notifications.c.version + 1, **values)
            .returning(notifications.c.version, notifications.c.place, notifications.c.ts)
        )
        return replace(one, **{**values, **self._connection.execute(query).mappings().one()})

    def stands(self, one: Notification, *, place: str, ts: str, shown: str) -> None:
        """Remember where it stands and what it shows."""
        query = sa.update(notifications).where(
            self._own, *_of(one.source, one.event_id), notifications.c.channel == one.channel
        )
        self._connection.execute(query.values(place=place, ts=ts, shown=shown))

    def add_change(self, source: str, event_id: str, actor: Actor, data: Mapping[str, Any], at: datetime) -> int:
        """Note what happened to an event; answers its number."""
        own = (
            event_changes.c.team_id == self._team_id,
            event_changes.c.source == source,
            event_changes.c.event_id == event_id,
        )
        last = sa.select(sa.func.coalesce(sa.func.max(event_changes.c.seq), 0)).where(*own)
        seq: int = self._connection.execute(last).scalar_one() + 1
        row = {"source": source, "event_id": event_id, "seq": seq, "actor": actor, "data": dict(data)}
        self._connection.execute(sa.insert(event_changes).values(team_id=self._team_id, happened_at=at, **row))
        return seq

    def change(self, source: str, event_id: str, seq: int) -> EventChange | None:
        """One of them."""
        query = sa.select(
            event_changes.c.seq, event_changes.c.actor, event_changes.c.data, event_changes.c.happened_at
        ).where(
            event_changes.c.team_id == self._team_id,
            event_changes.c.source == source,
            event_changes.c.event_id == event_id,
            event_changes.c.seq == seq,
        )
        row = self._connection.execute(query).first()
        return EventChange(row.seq, row.actor, row.data, row.happened_at) if row else None


def _of(source: str, event_id: str) -> Sequence[sa.ColumnElement[bool]]:
    return (notifications.c.source == source, notifications.c.event_id == event_id)


def _row(one: Notification) -> dict[str, Any]:
    return {**asdict(one), "rules": list(one.rules), "mentions": list(one.mentions), "verbosity": one.verbosity.value}


def _notification(row: Any) -> Notification:
    values = dict(zip(_NAMES, row, strict=True))
    return Notification(
        **{
            **values,
            "rules": tuple(values["rules"]),
            "mentions": tuple(values["mentions"]),
            "verbosity": Verbosity(values["verbosity"]),
        }
    )
