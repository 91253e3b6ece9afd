"""announcement: a program that follows incidents is told of a change, until it has taken it or a day has passed."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from incidentbot.clients.errors import ClientError, Permanent
from incidentbot.clients.subscribers import SubscriberClient
from incidentbot.delivery.task import OneWay, Task
from incidentbot.domain.incident import Incident
from incidentbot.domain.timeline import Entry
from incidentbot.domain.workspace import Workspace
from incidentbot.effects.kinds import ChangeAnnounced, Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow

GIVEN_UP_AFTER: Final = timedelta(days=1)

# The incident as it is, one of its entries, and the ids of its events, as plain JSON.
Shape = Callable[[Workspace, Incident, Entry, Sequence[str]], dict[str, Any]]


class AnnouncementHandler(OneWay):
    """Tells programs; `shape` says how changes look to them."""

    def __init__(self, subscribers: SubscriberClient, shape: Shape, now: Callable[[], datetime]) -> None:
        self._subscribers = subscribers
        self._shape = shape
        self._now = now

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The entry with the incident as it is by now; nothing to do where the settings name the program no more."""
        effect = row.effect
        assert isinstance(effect, ChangeAnnounced)  # noqa: S101 - the worker sees to it
        entry, incident = tx.timeline.get(row.incident, effect.order), tx.incidents.get(row.incident)
        workspace = tx.installations.get(row.team_id)
        if effect.subscriber not in self._subscribers.receivers or not (entry and incident and workspace):
            return None
        events = tuple(event.event_id for event in tx.events.linked(incident.number)) if incident.event_count else ()
        told = {
            "type": f"incident.{entry.kind.value}",
            "timestamp": entry.happened_at.isoformat().replace("+00:00", "Z"),
            "data": {"team": row.team_id, **self._shape(workspace, incident, entry, events)},
        }
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        return Task(row, Repeat.AGAIN, facts={"body": body, "subscriber": effect.subscriber})

    async def send(self, task: Task) -> int:
        """Post it. What was not taken for a day never will be by itself."""
        try:
            return await self._subscribers.post(task.facts["subscriber"], task.row.id, task.facts["body"])
        except ClientError as error:
            if isinstance(error, Permanent) or self._now() - task.row.created_at < GIVEN_UP_AFTER:
                raise
            raise Permanent(f"{error.reason}, for a day", "GIVEN_UP") from error

    def record(self, _tx: Transaction, _task: Task, _result: int) -> str:
        """Nothing to learn."""
        return ""
