"""overview: one message shows all that is unresolved, and is pinned."""

import hashlib
import json
from dataclasses import replace
from functools import partial

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.task import AfterRefusal, OneWay, Place, Task
from incidentbot.domain.permalink import permalink
from incidentbot.effects.kinds import OverviewCurrent, OverviewPinned, Repeat
from incidentbot.queries.overview import unresolved_now
from incidentbot.render import ids
from incidentbot.render.message import Message
from incidentbot.render.overview import overview as show
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.overviews import Overview
from incidentbot.usecases.overview import make_anew, pin_overview
from incidentbot.usecases.repair import CARD_STUCK, MESSAGE_LOST


class OverviewHandler:
    """Posts the overview the first time and edits it afterwards."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """What is unresolved now; nothing to do where it shows that, or the settings want none there any more."""
        overview = tx.overviews.get(_channel(row))
        if overview is None or overview.channel != tx.policy.overview_channel:
            return None
        message = _message(tx)
        mark = _mark(message)
        if overview.ts and overview.shown == mark:
            return None
        facts = {"overview": overview, "message": message, "mark": mark, "effect": row.id}
        if overview.ts:
            # The edit bears the id of the post, so that a twin of it is still known for one.
            facts["effect"] = tx.effects.poster_of(row.effect.lane, overview.ts) or row.id
            return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "chat.update"),), facts=facts)
        place = Place(tx.channels.id_of(overview.channel))
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, place.target), looked_up, facts, place)

    async def send(self, task: Task) -> Posted:
        """Post or edit; where Slack finds fault with the blocks, the words alone."""
        message: Message = task.facts["message"]
        return await blocks_or_words(message, partial(self._put, task))

    async def _put(self, task: Task, message: Message) -> Posted:
        overview: Overview = task.facts["overview"]
        sent = payload(message, ids.META_OVERVIEW, {}, task.facts["effect"])
        if overview.ts:
            return await self._slack.edit(task.row.team_id, overview.place, overview.ts, sent)
        return await self._slack.post(task.row.team_id, task.place.target, sent)

    async def look_up(self, task: Task) -> Posted | None:
        """The overview that an earlier attempt left in the channel."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0] if found else None

    def record(self, tx: Transaction, task: Task, result: Posted) -> str:
        """Where it stands; one that is new is pinned."""
        overview: Overview = task.facts["overview"]
        tx.overviews.save(replace(overview, place=result.channel, ts=result.ts, shown=task.facts["mark"]))
        if not overview.ts:
            pin_overview(tx, overview.channel)
            if overview.channel.startswith("#"):
                tx.channels.learn(overview.channel, result.channel, tx.now)
        return result.ts

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """One that is gone, or that nobody may edit any more, is posted anew; what else is wrong is parked once."""
        overview: Overview = task.facts["overview"]
        if overview.ts and error.code in MESSAGE_LOST | CARD_STUCK:
            make_anew(tx, overview.channel, overview.ts)
            return AfterRefusal.REPLANNED
        # Each change tries again: the one that was given up first stands for all of them.
        return AfterRefusal.REPLANNED if tx.parked.gave_up(task.row.effect) else AfterRefusal.PARKED


class OverviewPinHandler(OneWay):
    """Pins the overview; where that may not be, it stands unpinned."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """Where it stands now."""
        overview = tx.overviews.get(_channel(row))
        if overview is None or not overview.ts:
            return None
        limits = (pace.of_method(tx.policy.pace, "pins.add"),)
        return Task(row, Repeat.AGAIN, limits, facts={"overview": overview})

    async def send(self, task: Task) -> None:
        """Pin it."""
        overview: Overview = task.facts["overview"]
        await self._slack.pin(task.row.team_id, overview.place, overview.ts)

    def record(self, _tx: Transaction, _task: Task, _result: None) -> str:
        """Nothing to learn."""
        return ""

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """It is as current without a pin; the doctor names the right that is missing."""
        return AfterRefusal.REPLANNED


def _message(tx: Transaction) -> Message:
    workspace = tx.installations.get(tx.team_id)
    home = workspace.url if workspace else ""
    listed, total = unresolved_now(tx)
    places = [permalink(home, one.incident.channel, one.incident.root_ts) for one in listed]
    return show(list(zip(listed, places, strict=True)), total)


def _channel(row: EffectRow) -> str:
    assert isinstance(row.effect, OverviewCurrent | OverviewPinned)  # noqa: S101 - the worker sees to it
    return row.effect.channel


def _mark(message: Message) -> str:
    whole = json.dumps([message.text, message.blocks], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
