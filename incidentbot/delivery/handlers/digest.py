"""digest: one message shows the incidents whose cards wait."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import blocks_or_words, payload
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.domain.permalink import permalink
from incidentbot.effects.kinds import DigestCurrent, Repeat
from incidentbot.render import ids
from incidentbot.render.digest import digest as show
from incidentbot.render.message import Message
from incidentbot.store import Transaction
from incidentbot.store.digests import Digest
from incidentbot.store.effects import EffectRow

# Metadata has a limit of its own.
_NAMED: Final = 500


class DigestHandler:
    """Posts the digest the first time and edits it afterwards."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The incidents as they are now; nothing to do where all cards came before it could be posted."""
        digest = tx.digests.get(_channel(row))
        if digest is None or not (digest.ts or tx.digests.cards_waiting(digest.channel)):
            return None
        workspace = tx.installations.get(row.team_id)
        home = workspace.url if workspace else ""
        found = tx.incidents.several(digest.incidents)
        message = show([(one, permalink(home, one.channel, one.root_ts)) for one in found])
        named = {"count": len(found), "incidents": [one.reference for one in found[:_NAMED]]}
        facts = {"digest": digest, "message": message, "payload": named, "effect": row.id}
        if digest.ts:
            # An edit keeps the id of the effect that posted it, by which its twin, should it get one, is told apart.
            facts["effect"] = tx.effects.poster_of(row.effect.lane, digest.ts) or row.id
            return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "chat.update"),), facts=facts)
        place = Place(digest.channel)
        looked_up = limits_of_finding(tx.policy.pace, place)
        return Task(row, Repeat.LOOK_UP, pace.of_post(tx.policy.pace, digest.channel), looked_up, facts, place)

    async def send(self, task: Task) -> Posted:
        """Post or edit; where Slack finds fault with the blocks, the words alone."""
        message: Message = task.facts["message"]
        return await blocks_or_words(message, partial(self._put, task))

    async def _put(self, task: Task, message: Message) -> Posted:
        digest: Digest = task.facts["digest"]
        named: Mapping[str, Any] = task.facts["payload"]
        sent = payload(message, ids.META_DIGEST, named, task.facts["effect"])
        if digest.ts:
            return await self._slack.edit(task.row.team_id, digest.place, digest.ts, sent)
        return await self._slack.post(task.row.team_id, digest.channel, sent)

    async def look_up(self, task: Task) -> Posted | None:
        """The digest that an earlier attempt left in the channel."""
        row = task.row
        found = await find(self._slack, row.team_id, task.place, row.id, row.created_at)
        return found[0] if found else None

    def record(self, tx: Transaction, task: Task, result: Posted) -> str:
        """Where it stands."""
        digest = tx.digests.get(_channel(task.row))
        if digest and not digest.ts:
            tx.digests.save(replace(digest, place=result.channel, ts=result.ts))
        return result.ts

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """The cards come all the same, and say what is wrong with the channel."""
        return AfterRefusal.REPLANNED


def _channel(row: EffectRow) -> str:
    assert isinstance(row.effect, DigestCurrent)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect.channel
