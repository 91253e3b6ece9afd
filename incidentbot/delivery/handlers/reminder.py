"""reminder: a person has a direct message about an entry of the timeline that reminds of something."""

from collections.abc import Mapping
from typing import Any

from incidentbot.clients.errors import Permanent
from incidentbot.delivery.handlers.direct_message import DirectMessage, direct_task
from incidentbot.delivery.handlers.slack_message import payload
from incidentbot.delivery.task import AfterRefusal, Task
from incidentbot.domain.incident import Incident
from incidentbot.domain.permalink import permalink
from incidentbot.domain.timeline import Entry
from incidentbot.effects.kinds import ReminderSent
from incidentbot.render import ids
from incidentbot.render.reminder import reminder
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow


class ReminderHandler(DirectMessage):
    """Tells one person, by their id, unless the incident has moved on since."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The message; nothing where what it reminds of is no longer so."""
        effect = row.effect
        assert isinstance(effect, ReminderSent)  # noqa: S101 - the worker hands each kind to its handler
        incident, entry = tx.incidents.get(row.incident), tx.timeline.get(row.incident, effect.order)
        workspace = tx.installations.get(row.team_id)
        if incident is None or entry is None or workspace is None or _moot(tx, incident, entry):
            return None
        url = permalink(workspace.url, incident.channel, incident.root_ts)
        facts = {"incident": incident.reference, "seq": entry.seq}

        def write() -> Mapping[str, Any]:
            return payload(reminder(incident, entry, url), ids.META_REMINDER, facts, row.id)

        return direct_task(row, tx.policy.pace, effect.person, write)

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """The thread tells it in any case; that this person was not told stays visible."""
        return AfterRefusal.PARKED


def _moot(tx: Transaction, incident: Incident, entry: Entry) -> bool:
    """Whether what it reminds of is no longer so: an action item is for after the incident, whatever became of that."""
    if entry.data.get("about") != "action":
        return incident.state_since > entry.happened_at
    items = tx.action_items.of(incident.number)
    return not any(item.number == entry.data.get("action") and item.done_at is None for item in items)
