"""Answers to the one person who is being served: sent once at most; what others see is an effect."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from incidentbot.clients.errors import ClientError, Retryable
from incidentbot.clients.nopesight import CiQuery, NopeSightClient
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Person
from incidentbot.render.message import Message
from incidentbot.store import Store

# An answer that comes later than this answers nothing any more.
TRIES: Final = 4
LONGEST_PAUSE: Final = 30.0
# A select of Slack shows no more.
MOST_CIS: Final = 100

log = structlog.get_logger(__name__)


class SlackAnswerer:
    """Nothing here raises for what Slack or NopeSight does; it is logged."""

    def __init__(self, store: Store, slack: SlackClient, nopesight: NopeSightClient | None) -> None:
        self._store = store
        self._slack = slack
        self._nopesight = nopesight

    async def open_view(self, team_id: str, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Open a modal; its id, "" where it was too late for that."""
        try:
            return await self._slack.open_view(team_id, trigger_id, view)
        except ClientError as error:
            log.warning("view.not_opened", reason=error.reason)
            return ""

    async def update_view(self, team_id: str, view_id: str, view: Mapping[str, Any]) -> None:
        """Show `view` in place of the one with this id; nothing where it was closed meanwhile."""
        try:
            await self._slack.update_view(team_id, view_id, view)
        except ClientError as error:
            log.warning("view.not_updated", reason=error.reason)

    async def respond(self, response_url: str, message: Message) -> None:
        """Tell the person who clicked or typed, visible to them alone."""
        body = {"response_type": "ephemeral", "replace_original": False, **_body(message)}
        await _told(lambda: self._slack.respond(response_url, body))

    async def replace(self, response_url: str, message: Message) -> None:
        """Put `message` in place of the one that the person clicked on."""
        body = {"response_type": "ephemeral", "replace_original": True, **_body(message)}
        await _told(lambda: self._slack.respond(response_url, body))

    async def answer_ephemeral(
        self, team_id: str, channel: str, user: str, message: Message, thread_ts: str = ""
    ) -> None:
        """Tell `user` in `channel`, visible to them alone."""
        body = {**_body(message), **({"thread_ts": thread_ts} if thread_ts else {})}
        wait = await self._store.run(_turn, team_id, channel)
        if wait > LONGEST_PAUSE:
            log.warning("answer.not_sent", reason=f"the channel is limited for {wait:.0f} s")
            return
        await asyncio.sleep(wait)
        await _told(lambda: self._slack.post_ephemeral(team_id, channel, user, body))

    async def find_person(self, team_id: str, name: str) -> str:
        """The id of the member called `name`, "" where there is not exactly one."""
        found = await self._store.ask(_by_name, team_id, name)
        if not found:
            try:
                people = await self._slack.people(team_id)
            except ClientError as error:
                log.warning("people.unknown", reason=error.reason)
                return ""
            await self._store.run(_remember, team_id, people)
            found = [person for person in people if person.name.lower() == name.lower()]
        return found[0].id if len(found) == 1 else ""

    async def search_cis(self, team_id: str, text: str) -> Sequence[CiRef]:
        """Configuration items whose names match `text`, as NopeSight searches; the first ones where it is empty."""
        if self._nopesight is None:
            return ()
        try:
            found = await self._nopesight.search_cis(CiQuery(search=text, limit=MOST_CIS))
        except ClientError as error:
            log.warning("cis.unknown", team=team_id, reason=error.reason)
            return ()
        return tuple(CiRef(ci.id, ci.name, ci.type) for ci in found.items)


async def _told(send: Callable[[], Awaitable[None]]) -> None:
    """Send an answer, again where Slack asks for patience: the channel may be busy with what everybody sees."""
    for tries_left in reversed(range(TRIES)):
        try:
            return await send()
        except Retryable as error:
            pause = 1.0 if error.after is None else error.after
            if not tries_left or pause > LONGEST_PAUSE:
                log.warning("answer.not_sent", reason=error.reason)
                return None
            await asyncio.sleep(pause)
        except ClientError as error:
            log.warning("answer.not_sent", reason=error.reason)
            return None
    return None


def _body(message: Message) -> dict[str, Any]:
    return {"text": str(message.text), "blocks": list(message.blocks)}


def _turn(store: Store, team_id: str, channel: str) -> float:
    """In how many seconds something may be shown in `channel`, whose limit answers share with all other messages."""
    with store.begin(team_id) as tx:
        return (tx.limits.book(pace.of_post(tx.policy.pace, channel), tx.now) - tx.now).total_seconds()


def _by_name(store: Store, team_id: str, name: str) -> list[Person]:
    with store.read(team_id) as tx:
        return list(tx.people.by_name(name))


def _remember(store: Store, team_id: str, people: Sequence[Person]) -> None:
    with store.begin(team_id) as tx:
        for person in people:
            tx.people.save(person, tx.now)
