"""invitation: a person has one direct message about the incident."""

from typing import Any

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import payload
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permalink import permalink
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import InvitationSent, Repeat
from incidentbot.render import ids
from incidentbot.render.invitation import invitation
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.perform import save

_REASONS = {"user_disabled": "deactivated", "account_inactive": "deactivated", "cannot_dm_bot": "bot"}


class InvitationHandler:
    """Tells one person, by their id."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The message, with the link to the thread."""
        person = _person(row)
        incident, invitee = tx.incidents.get(row.incident), tx.responders.get(row.incident, person)
        workspace = tx.installations.get(row.team_id)
        if incident is None or invitee is None or workspace is None:
            return None
        url = permalink(workspace.url, incident.channel, incident.root_ts)
        message = payload(
            invitation(incident, invitee.why, url), ids.META_INVITATION, {"incident": incident.reference}, row.id
        )
        facts = {"incident": incident, "person": person, "message": message, "why": invitee.why}
        place = Place(person)
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, person), looked_up, facts, place)

    async def send(self, task: Task) -> str:
        """Post it."""
        posted = await self._slack.post(task.row.team_id, task.facts["person"], task.facts["message"])
        return posted.ts

    async def look_up(self, task: Task) -> str | None:
        """The message that an earlier attempt left in our direct channel."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0].ts if found else None

    def record(self, _tx: Transaction, _task: Task, result: str) -> str:
        """The message's ts."""
        return result

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """The thread names whom we could not reach; the message itself is parked."""
        incident: Incident | None = tx.incidents.get(task.row.incident, lock=True)
        if incident:
            known = tx.people.get(task.facts["person"])
            missing: dict[str, Any] = {
                "name": known.name if known else task.facts["person"],
                "email": known.email if known else "",
                "why": task.facts["why"],
                "reason": _REASONS.get(error.code, "direct_messages_closed"),
            }
            data = {"people": [], "unreachable": [missing], "unknown_cis": []}
            save(tx, tell(incident, NewEntry(EntryKind.OWNER_INVITED, Actor(Source.SYSTEM), tx.now, data)))
        return AfterRefusal.PARKED


def _person(row: EffectRow) -> str:
    assert isinstance(row.effect, InvitationSent)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect.person
