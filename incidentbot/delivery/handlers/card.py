"""card: the root message of the thread shows the incident as it is now."""

from dataclasses import replace
from functools import partial
from typing import Any

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.domain.incident import Incident
from incidentbot.effects.kinds import EventNotified, Repeat
from incidentbot.render import ids
from incidentbot.render.card import card
from incidentbot.render.lag import notices
from incidentbot.render.message import Links, Message
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.digest import card_stands
from incidentbot.usecases.refresh_card import lag_of
from incidentbot.usecases.repair import mend


class CardHandler:
    """Posts the card the first time and edits it afterwards."""

    def __init__(self, slack: SlackClient, links: Links) -> None:
        self._slack = slack
        self._links = links

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The card as of now."""
        incident = tx.incidents.get(row.incident)
        if incident is None:
            return None
        events = tuple(event.event_id for event in tx.events.linked(incident.number)) if incident.event_count else ()
        lag = lag_of(tx, incident.number)
        late = tx.now - row.created_at
        if not incident.root_ts and late >= tx.policy.show_lag_after:
            lag = replace(lag, card_late=late)
        message = card(incident, links=self._links, events=events[::-1], notices=notices(lag))
        facts: dict[str, Any] = {"incident": incident, "message": message, "lag": lag.mark, "effect": row.id}
        if incident.root_ts:
            facts["effect"] = tx.effects.poster_of(row.effect.lane, incident.root_ts) or row.id
            return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "chat.update"),), facts=facts)
        place = Place(incident.channel)
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, incident.channel), looked_up, facts, place)

    async def send(self, task: Task) -> Posted:
        """Post or edit; where Slack finds fault with the blocks, the words alone."""
        message: Message = task.facts["message"]
        return await blocks_or_words(message, partial(self._put, task))

    async def _put(self, task: Task, message: Message) -> Posted:
        incident: Incident = task.facts["incident"]
        sent = payload(message, *_metadata(task))
        if incident.root_ts:
            return await self._slack.edit(incident.team_id, incident.channel, incident.root_ts, sent)
        return await self._slack.post(incident.team_id, incident.channel, sent)

    async def look_up(self, task: Task) -> Posted | None:
        """The card that an earlier attempt left in the channel."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0] if found else None

    def record(self, tx: Transaction, task: Task, result: Posted) -> str:
        """Where the card stands, if it was just posted: what waited for that may go on."""
        incident: Incident = task.facts["incident"]
        tx.incidents.say_lag(incident.number, task.facts["lag"])
        if not incident.root_ts:
            tx.incidents.place_card(incident.number, result.channel, result.ts)
            tx.effects.card_placed(incident.number, result.channel, tx.now)
            card_stands(tx, task.row.target, incident.number)
            if incident.channel != result.channel:
                tx.channels.learn(incident.channel, result.channel, tx.now)
        return result.ts

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """A card that is gone is posted again, and one whose channel is lost goes elsewhere, once."""
        incident: Incident = task.facts["incident"]
        if mend(tx, incident, error.code):
            return AfterRefusal.REPLANNED
        if not incident.root_ts:
            tx.effects.go_without_card(incident.number, EventNotified.kind, tx.now)
        return AfterRefusal.PARKED


def _metadata(task: Task) -> tuple[str, dict[str, Any], str]:
    incident: Incident = task.facts["incident"]
    facts = {"incident": incident.reference, "state": incident.state.value, "version": incident.version}
    # An edit keeps the id of the effect that posted the card, by which its twin, should it get one, is told apart.
    return ids.META_CARD, facts, task.facts["effect"]
