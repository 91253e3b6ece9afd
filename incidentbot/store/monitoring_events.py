"""Monitoring events of one team, as last heard of."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.nopesight_event import SOURCE as NOPESIGHT
from incidentbot.domain.severity import Severity
from incidentbot.store.statement import Statement
from incidentbot.store.tables import incidents, monitoring_events
from incidentbot.store.upsert import upsert

_FIELDS: Final = frozenset(MonitoringEvent.__dataclass_fields__)
_LATELY_ADDED: Final = ("made_of", "assigned_name", "assigned_email")
_OF_TEAM: Final = monitoring_events.c.team_id == sa.bindparam("team_id")
_STORED: Final = (monitoring_events.c.data, monitoring_events.c.incident, monitoring_events.c.maintenance)
_GET: Final = Statement(
    sa.select(*_STORED).where(
        _OF_TEAM,
        monitoring_events.c.source == sa.bindparam("source"),
        monitoring_events.c.event_id == sa.bindparam("event_id"),
    )
)
_LINKED: Final = Statement(
    sa.select(monitoring_events.c.data)
    .where(_OF_TEAM, monitoring_events.c.incident == sa.bindparam("incident"))
    .order_by(monitoring_events.c.received_at, monitoring_events.c.event_id)
)
_UNRESOLVED: Final = Statement(
    sa.select(sa.func.max(incidents.c.number))
    .select_from(
        monitoring_events.join(
            incidents,
            (incidents.c.team_id == monitoring_events.c.team_id) & (incidents.c.number == monitoring_events.c.incident),
        )
    )
    .where(
        _OF_TEAM,
        monitoring_events.c.group_key == sa.bindparam("group_key"),
        incidents.c.state != State.RESOLVED.value,
        incidents.c.drill.is_(sa.false()),
    )
)
_NEWEST: Final = Statement(
    sa.select(sa.func.max(monitoring_events.c.incident)).where(
        _OF_TEAM,
        monitoring_events.c.group_key == sa.bindparam("group_key"),
        monitoring_events.c.incident.not_in(
            sa.select(incidents.c.number).where(incidents.c.team_id == sa.bindparam("team_id"), incidents.c.drill)
        ),
    )
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event, and the numbers of the incident it belongs to and of the maintenance that keeps it silent, if any."""

    event: MonitoringEvent
    incident: int | None
    maintenance: int | None = None


class MonitoringEvents:
    """The monitoring events of `team_id`."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return monitoring_events.c.team_id == self._team_id

    def get(self, source: str, event_id: str) -> StoredEvent | None:
        """The event as stored."""
        named = {"team_id": self._team_id, "source": source, "event_id": event_id}
        row = _GET.run(self._connection, named).first()
        return _stored(row) if row else None

    def find(self, event_id: str) -> StoredEvent | None:
        """The event with this id at its source; NopeSight's, should two sources use the same."""
        query = (
            sa.select(*_STORED)
            .where(self._own, monitoring_events.c.event_id == event_id)
            .order_by(monitoring_events.c.source.desc())
        )
        row = self._connection.execute(query).first()
        return _stored(row) if row else None

    def to_compare(self, *, since: datetime, limit: int) -> list[tuple[int, str]]:
        """Incident and id of NopeSight's events of unresolved incidents, and of those still open of incidents resolved
        after `since`, the newest incident first.
        """
        active = [EventStatus.OPEN.value, EventStatus.ACKNOWLEDGED.value]
        unresolved = incidents.c.state != State.RESOLVED.value
        lately = (incidents.c.state_since > since) & monitoring_events.c.status.in_(active)
        query = (
            sa.select(monitoring_events.c.incident, monitoring_events.c.event_id)
            .join_from(
                incidents,
                monitoring_events,
                (incidents.c.team_id == monitoring_events.c.team_id)
                & (incidents.c.number == monitoring_events.c.incident),
            )
            .where(self._own, monitoring_events.c.source == NOPESIGHT, unresolved | lately)
            .order_by(incidents.c.number.desc(), monitoring_events.c.event_id)
            .limit(limit)
        )
        return [(row.incident, row.event_id) for row in self._connection.execute(query)]

    def kept_silent(self, maintenance: int) -> tuple[StoredEvent, ...]:
        """The events that this maintenance window keeps silent and that are not over, the oldest first."""
        active = [EventStatus.OPEN.value, EventStatus.ACKNOWLEDGED.value]
        query = (
            sa.select(*_STORED)
            .where(self._own, monitoring_events.c.maintenance == maintenance, monitoring_events.c.status.in_(active))
            .order_by(monitoring_events.c.received_at, monitoring_events.c.event_id)
        )
        return tuple(_stored(row) for row in self._connection.execute(query))

    def linked(self, incident: int) -> tuple[MonitoringEvent, ...]:
        """The events of `incident`, the oldest first."""
        found = _LINKED.run(self._connection, {"team_id": self._team_id, "incident": incident})
        return tuple(map(_event, found.scalars()))

    def incidents_of_service(self, name: str) -> frozenset[int]:
        """The incidents that have events of a service called so, or with `name` in its name, in any case."""
        service = sa.func.lower(monitoring_events.c.data["service"].as_string())
        query = sa.select(monitoring_events.c.incident).where(
            self._own, monitoring_events.c.incident.is_not(None), service.contains(name.lower(), autoescape=True)
        )
        return frozenset(self._connection.execute(query.distinct()).scalars())

    def statuses(self, incident: int) -> set[EventStatus]:
        """Where the events of `incident` stand."""
        query = sa.select(monitoring_events.c.status).where(self._own, monitoring_events.c.incident == incident)
        return {EventStatus(status) for status in self._connection.execute(query.distinct()).scalars()}

    def counts(self, incident: int) -> dict[EventStatus, int]:
        """How many events of `incident` stand where."""
        status = monitoring_events.c.status
        query = sa.select(status, sa.func.count()).where(self._own, monitoring_events.c.incident == incident)
        return {EventStatus(name): count for name, count in self._connection.execute(query.group_by(status))}

    def newest_incident(self, group_key: str) -> int | None:
        """The newest incident, resolved or not and no drill, to which an event of the same group belongs."""
        named = {"team_id": self._team_id, "group_key": group_key}
        newest: int | None = _NEWEST.run(self._connection, named).scalar()
        return newest

    def unresolved_incident(self, group_key: str) -> int | None:
        """The newest unresolved incident to which an event of the same group belongs; never a drill."""
        named = {"team_id": self._team_id, "group_key": group_key}
        newest: int | None = _UNRESOLVED.run(self._connection, named).scalar()
        return newest

    def save(
        self,
        event: MonitoringEvent,
        *,
        incident: int | None,
        group_key: str,
        now: datetime,
        maintenance: int | None = None,
    ) -> None:
        """Store the event as it is now."""
        changed = {
            "incident": incident,
            "maintenance": maintenance,
            "group_key": group_key,
            "status": event.status.value,
            "severity": event.severity.value,
            "updated_at": event.updated_at,
            "data": _data(event),
        }
        key = {"team_id": self._team_id, "source": event.source, "event_id": event.event_id}
        row = {**key, **changed, "occurred_at": event.occurred_at, "received_at": now}
        upsert(self._connection, monitoring_events, row, changed=changed)


def _stored(row: Any) -> StoredEvent:
    return StoredEvent(_event(row.data), row.incident, row.maintenance)


def _data(event: MonitoringEvent) -> dict[str, Any]:
    data = {name: getattr(event, name) for name in _FIELDS}  # asdict copies deeply, which takes ten times as long
    data["occurred_at"] = event.occurred_at.isoformat()
    data["updated_at"] = event.updated_at.isoformat()
    data["cis"] = [{"id": ci.id, "name": ci.name, "type": ci.type} for ci in event.cis]
    for name in _LATELY_ADDED:
        if not data[name]:
            del data[name]  # the release before knows no such field
    return data


def _event(data: dict[str, Any]) -> MonitoringEvent:
    # What a newer release noted besides, while both are running, is none of ours.
    known = {name: value for name, value in data.items() if name in _FIELDS}
    return MonitoringEvent(
        **{
            **known,
            "severity": Severity(data["severity"]),
            "status": EventStatus(data["status"]),
            "occurred_at": datetime.fromisoformat(data["occurred_at"]),
            "updated_at": datetime.fromisoformat(data["updated_at"]),
            "cis": tuple(CiRef(**ci) for ci in data["cis"]),
            "tags": tuple(data["tags"]),
        }
    )
