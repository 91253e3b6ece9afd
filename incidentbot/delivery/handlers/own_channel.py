"""channel: an incident's own channel is made or entered, gets its people and what belongs to it, and is archived."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.task import AfterRefusal, OneWay, Place, Task
from incidentbot.domain.incident import Incident
from incidentbot.domain.own_channel import MOST_NAMES, archived, channel_name
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permalink import permalink
from incidentbot.effects.kinds import ChannelArchived, ChannelFitted, ChannelJoined, ChannelOpened, ChannelTold, Repeat
from incidentbot.languages import fill_plain
from incidentbot.render import ids
from incidentbot.render.message import Message
from incidentbot.render.own_channel import in_channel, topic
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.own_channel import channel_failed, channel_opened, was_made
from incidentbot.usecases.perform import save


class ChannelHandler:
    """Makes the channel, or goes into the one that was asked for. A name that is taken leads to the next."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """What was asked for, unless it is there already."""
        assert isinstance(row.effect, ChannelOpened)  # noqa: S101 - the worker hands each kind to its handler
        incident, wanted = tx.incidents.get(row.incident), tx.own_channels.get(row.incident)
        if incident is None or wanted is None or incident.own_channel:
            return None
        workspace = tx.installations.get(row.team_id)
        facts = {
            "wanted": wanted.wanted,
            "name": channel_name(incident, wanted.attempt),
            "attempt": wanted.attempt,
            "bot": workspace.bot_user_id if workspace else "",
        }
        method = "conversations.join" if wanted.wanted else "conversations.create"
        repeat = Repeat.AGAIN if wanted.wanted else Repeat.LOOK_UP
        looked_up = (pace.of_method(tx.policy.pace, "users.conversations"),)
        return Task(row, repeat, (pace.of_method(tx.policy.pace, method),), looked_up, facts)

    async def send(self, task: Task) -> str:
        """The channel's id."""
        team_id, wanted = task.row.team_id, task.facts["wanted"]
        if not wanted:
            return await self._slack.create_channel(team_id, task.facts["name"])
        await self._slack.enter_channel(team_id, wanted)
        return str(wanted)

    async def look_up(self, task: Task) -> str | None:
        """The channel that an earlier attempt made, though its answer was lost."""
        since = int(task.row.created_at.timestamp())
        facts = task.facts
        return await self._slack.channel_made(task.row.team_id, facts["name"], facts["bot"], since) or None

    def record(self, tx: Transaction, task: Task, result: str) -> str:
        """It is there."""
        channel_opened(tx, task.row.incident, result)
        return result

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """The next name where this one is taken; else the thread says why there is none."""
        if error.code == "name_taken" and task.facts["attempt"] + 1 < MOST_NAMES:
            tx.own_channels.next_name(task.row.incident)
            return AfterRefusal.AGAIN
        channel_failed(tx, task.row.incident, error.code)
        return AfterRefusal.REPLANNED


class _InChannel(OneWay):
    """What is done to a channel that is there; what may not be is left, and the doctor names the missing right."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def record(self, _tx: Transaction, _task: Task, _result: Any) -> str:
        """Nothing to learn."""
        return ""

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """The channel is of use without it."""
        return AfterRefusal.REPLANNED


class ChannelPartHandler(_InChannel):
    """Sets the topic, and bookmarks the card and its thread."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """By what is so now."""
        effect, incident = row.effect, _moved(tx, row)
        if incident is None or not isinstance(effect, ChannelFitted):
            return None
        workspace = tx.installations.get(row.team_id)
        base = workspace.url if workspace else ""
        url = permalink(base, incident.channel, incident.root_ts)
        if effect.part == "topic":
            facts: dict[str, Any] = {"incident": incident, "topic": topic(incident)}
            return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "conversations.setTopic"),), facts=facts)
        title = incident.reference if effect.part == "card" else fill_plain("Thread of {ref}", ref=incident.reference)
        link = url.partition("?")[0] if effect.part == "card" else url
        facts = {"incident": incident, "title": title, "link": link}
        looked_up = (pace.of_method(tx.policy.pace, "bookmarks.list"),)
        return Task(row, Repeat.LOOK_UP, (pace.of_method(tx.policy.pace, "bookmarks.add"),), looked_up, facts)

    async def send(self, task: Task) -> bool:
        """Make it so."""
        incident: Incident = task.facts["incident"]
        team_id, channel = task.row.team_id, incident.own_channel
        if "topic" in task.facts:
            await self._slack.set_topic(team_id, channel, task.facts["topic"])
        else:
            await self._slack.bookmark(team_id, channel, task.facts["title"], task.facts["link"])
        return True

    async def look_up(self, task: Task) -> bool | None:
        """Whether an earlier attempt left the bookmark there."""
        incident: Incident = task.facts["incident"]
        return await self._slack.has_bookmark(task.row.team_id, incident.own_channel, task.facts["link"]) or None


class ChannelJoinHandler(_InChannel):
    """Brings one person into the channel; who is in it already stays."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """Into the channel as it is now."""
        incident = _moved(tx, row)
        if incident is None:
            return None
        facts = {"incident": incident}
        return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "conversations.invite"),), facts=facts)

    async def send(self, task: Task) -> None:
        """Invite them."""
        assert isinstance(task.row.effect, ChannelJoined)  # noqa: S101 - the worker hands each kind to its handler
        incident: Incident = task.facts["incident"]
        await self._slack.invite(task.row.team_id, incident.own_channel, task.row.effect.person)


class ChannelMessageHandler(_InChannel):
    """Tells in the channel what it is for, and what became of the incident."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """In the words of now."""
        effect, incident = row.effect, _moved(tx, row)
        if incident is None or not isinstance(effect, ChannelTold):
            return None
        workspace = tx.installations.get(row.team_id)
        url = permalink(workspace.url if workspace else "", incident.channel, incident.root_ts)
        place = Place(incident.own_channel)
        facts = {
            "message": in_channel(incident, effect.about, url, made=was_made(tx, incident.number)),
            "payload": {"incident": incident.reference, "about": effect.about},
        }
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, place.target), looked_up, facts, place)

    async def send(self, task: Task) -> Posted:
        """Post it."""
        message: Message = task.facts["message"]
        return await blocks_or_words(message, partial(self._post, task))

    async def _post(self, task: Task, message: Message) -> Posted:
        facts: Mapping[str, Any] = task.facts["payload"]
        sent = payload(message, ids.META_CHANNEL, facts, task.row.id)
        return await self._slack.post(task.row.team_id, task.place.target, sent)

    async def look_up(self, task: Task) -> Posted | None:
        """The message that an earlier attempt left there."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0] if found else None

    def record(self, _tx: Transaction, _task: Task, result: Posted) -> str:
        """Where it stands."""
        return result.ts


class ChannelArchiveHandler(_InChannel):
    """Archives the channel of an incident that is over; the thread says so."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """Unless it was opened again meanwhile."""
        incident = _moved(tx, row)
        if incident is None or incident.resolved_at is None:
            return None
        facts = {"incident": incident}
        return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "conversations.archive"),), facts=facts)

    async def send(self, task: Task) -> None:
        """Archive it."""
        incident: Incident = task.facts["incident"]
        await self._slack.archive_channel(task.row.team_id, incident.own_channel)

    def record(self, tx: Transaction, task: Task, _result: None) -> str:
        """The thread says who did it."""
        self._told(tx, task, "")
        return ""

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """The thread says why it was not."""
        self._told(tx, task, error.code)
        return AfterRefusal.REPLANNED

    def _told(self, tx: Transaction, task: Task, reason: str) -> None:
        effect, incident = task.row.effect, tx.incidents.get(task.row.incident, lock=True)
        assert isinstance(effect, ChannelArchived)  # noqa: S101 - the worker hands each kind to its handler
        if incident:
            save(tx, archived(incident, Actor(Source.SLACK, effect.person, effect.name), tx.now, reason))


def _moved(tx: Transaction, row: EffectRow) -> Incident | None:
    """The incident, if it has a channel."""
    incident = tx.incidents.get(row.incident)
    return incident if incident and incident.own_channel else None
