"""notification: a channel is told of a monitoring event, and what it was told is kept true."""

import hashlib
import json
from dataclasses import replace
from functools import partial

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.mentions import INSIST_TIMES, Mentioned, shown_mentions
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.domain.permalink import permalink
from incidentbot.effects.kinds import EventNotified, EventReplied, Repeat
from incidentbot.render import ids
from incidentbot.render.event_notification import Shown, event_notification
from incidentbot.render.message import Links, Message
from incidentbot.render.mrkdwn import user
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow, Planned
from incidentbot.store.notifications import Notification
from incidentbot.usecases.repair import CHANNEL_LOST

# Somebody deleted it: nobody wants it kept true any more.
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


class NotificationHandler:
    """Posts the notification the first time and edits it afterwards."""

    def __init__(self, slack: SlackClient, links: Links, mentioned: Mentioned) -> None:
        self._slack = slack
        self._links = links
        self._mentioned = mentioned

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The notification as of now; nothing to do where it shows that already."""
        effect = row.effect
        assert isinstance(effect, EventNotified)  # noqa: S101 - the worker hands each kind to its handler
        one = tx.notifications.get(effect.source, effect.event, effect.channel)
        shown = self._shown(tx, one) if one else None
        if one is None or shown is None:
            return None
        use_blocks = tx.policy.use_blocks
        mark = _mark(event_notification(replace(shown, mentions=[user(name) for name in one.mentions])))
        if one.ts and one.shown == mark:
            return None
        place = one.place or tx.channels.id_of(one.channel)
        facts = {"one": one, "shown": shown, "place": place, "mark": mark, "use_blocks": use_blocks}
        facts["effect"] = row.id
        if one.ts:
            # The edit bears the id of the post, so that a twin of it is still known for one.
            facts["effect"] = tx.effects.poster_of(row.effect.lane, one.ts) or row.id
            return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "chat.update"),), facts=facts)
        looked_up = limits_of_finding(tx.policy.pace, Place(place))
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, place), looked_up, facts, Place(place))

    def _shown(self, tx: Transaction, one: Notification) -> Shown | None:
        stored = tx.events.get(one.source, one.event_id)
        if stored is None:
            return None
        incident = tx.incidents.get(stored.incident) if stored.incident is not None else None
        workspace = tx.installations.get(tx.team_id)
        url = permalink(workspace.url, incident.channel, incident.root_ts) if workspace and incident else ""
        rules = [rule for rule in map(tx.policy.rule, one.rules) if rule]
        template = next((rule.template for rule in rules if rule.template), None)
        return Shown(stored.event, incident, url, self._links, rules=one.rules, more=one.more, template=template)

    async def send(self, task: Task) -> Posted:
        """Post or edit; where Slack finds fault with the blocks, the words alone."""
        one: Notification = task.facts["one"]
        insist = task.row.attempts < INSIST_TIMES
        found = await self._mentioned.ids(task.row.team_id, one.mentions, insist=insist) if one.mentions else {}
        # A name that nobody has is shown as the operator wrote it, and calls nobody.
        mentions = shown_mentions(one.mentions, found)
        shown: Shown = replace(task.facts["shown"], mentions=mentions)
        wanted = event_notification(shown, use_blocks=task.facts["use_blocks"])
        return await blocks_or_words(wanted, partial(self._put, task), event_notification(shown, use_blocks=False))

    async def _put(self, task: Task, message: Message) -> Posted:
        one: Notification = task.facts["one"]
        sent = payload(message, ids.META_EVENT, {"event": one.event_id}, task.facts["effect"])
        if one.ts:
            return await self._slack.edit(task.row.team_id, one.place, one.ts, sent)
        return await self._slack.post(task.row.team_id, task.facts["place"], sent)

    async def look_up(self, task: Task) -> Posted | None:
        """The notification that an earlier attempt left in the channel."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0] if found else None

    def record(self, tx: Transaction, task: Task, result: Posted) -> str:
        """Where it stands; what is to be told below it may go on."""
        one: Notification = task.facts["one"]
        tx.notifications.stands(one, place=result.channel, ts=result.ts, shown=task.facts["mark"])
        if not one.ts:
            tx.effects.released(_replies(one), tx.now, target=result.channel)
            if one.channel.startswith("#"):
                tx.channels.learn(one.channel, result.channel, tx.now)
        return result.ts

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """A channel that is lost: once, the fallback channel. A message that somebody deleted stays so."""
        one: Notification = task.facts["one"]
        if one.ts:
            return AfterRefusal.REPLANNED if error.code in GONE else AfterRefusal.PARKED
        tx.effects.released(_replies(one), tx.now, target="")
        fallback = tx.policy.fallback_channel
        if error.code not in CHANNEL_LOST or not fallback or fallback == one.channel:
            return AfterRefusal.PARKED
        if tx.notifications.get(one.source, one.event_id, fallback) is None:
            moved = replace(one, channel=fallback, version=1, told_at=tx.now)
            tx.notifications.add(moved)
            effect = EventNotified(task.row.incident, 1, one.source, one.event_id, fallback)
            severity = task.facts["shown"].event.severity
            tx.effects.add([Planned(effect, severity, tx.channels.id_of(fallback), waits=False, due_at=tx.now)], tx.now)
        return AfterRefusal.REPLANNED


def _replies(one: Notification) -> str:
    return EventReplied(0, 0, one.source, one.event_id, one.channel).lane


def _mark(message: Message) -> str:
    whole = json.dumps([message.text, message.blocks], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
