"""invitation: a person has one direct message about the incident."""

from collections.abc import Mapping
from typing import Any

from incidentbot.clients.errors import Permanent
from incidentbot.delivery.handlers.direct_message import DirectMessage, direct_task
from incidentbot.delivery.handlers.slack_message import payload
from incidentbot.delivery.task import AfterRefusal, Task
from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permalink import permalink
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import InvitationSent
from incidentbot.render import ids
from incidentbot.render.invitation import invitation
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.own_channel import join_later
from incidentbot.usecases.perform import save

_REASONS = {"user_disabled": "deactivated", "account_inactive": "deactivated", "cannot_dm_bot": "bot"}


class InvitationHandler(DirectMessage):
    """Tells one person, by their id."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The message, with the link to the thread."""
        person = _person(row)
        incident, invitee = tx.incidents.get(row.incident), tx.responders.get(row.incident, person)
        workspace = tx.installations.get(row.team_id)
        if incident is None or invitee is None or workspace is None:
            return None
        if _waited(row) and incident.state is State.RESOLVED:
            return None
        url = permalink(workspace.url, incident.channel, incident.root_ts)
        facts = {"incident": incident.reference}

        def write() -> Mapping[str, Any]:
            return payload(invitation(incident, invitee.why, url), ids.META_INVITATION, facts, row.id)

        return direct_task(row, tx.policy.pace, person, write, incident=incident, why=invitee.why)

    def record(self, tx: Transaction, task: Task, result: str) -> str:
        """Who was told comes into the incident's own channel, too, if there is one."""
        incident = tx.incidents.get(task.row.incident, lock=True)
        if incident:
            join_later(tx, incident, task.facts["person"])
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


def _waited(row: EffectRow) -> bool:
    """Whether the message waited for the end of the person's quiet hours."""
    return isinstance(row.effect, InvitationSent) and row.effect.later


def _person(row: EffectRow) -> str:
    assert isinstance(row.effect, InvitationSent)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect.person
