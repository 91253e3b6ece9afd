"""document: a document about an incident lies in its thread, or with whoever asked for it: a canvas or a file."""

from datetime import timedelta
from typing import Final

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.finding import find, limits_of_finding
from incidentbot.delivery.handlers.slack_message import payload
from incidentbot.delivery.speakers import Speakers
from incidentbot.delivery.task import AfterRefusal, Place, Task
from incidentbot.domain.policy import Pace
from incidentbot.domain.story import Document, Story
from incidentbot.effects.kinds import DocumentFiled, Repeat
from incidentbot.languages import speaking
from incidentbot.queries.story import story_of
from incidentbot.render import ids
from incidentbot.render.documents import as_canvas, as_file, title, unwritten
from incidentbot.render.export import filename, written
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.limits import Limit

# A canvas that is refused, then a file, each in several calls, from a slow Slack: none of them may come too late.
WRITING: Final = timedelta(seconds=40)
_METHODS = ("files.getUploadURLExternal", "files.completeUploadExternal")
_CANVAS_METHODS = ("canvases.create", "canvases.access.set")


class DocumentHandler:
    """Writes it as the incident is now, in the language of whoever asked for it.

    Where Slack takes no canvas it is a file; where none, a sentence says so.
    """

    def __init__(self, slack: SlackClient, speakers: Speakers) -> None:
        self._slack = slack
        self._speakers = speakers

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """What there is to be told; nothing without a thread to lie in."""
        effect = row.effect
        assert isinstance(effect, DocumentFiled)  # noqa: S101 - the worker hands each kind to its handler
        incident, home = tx.incidents.get(row.incident), tx.installations.get(row.team_id)
        if incident is None or home is None:
            return None
        place = Place(effect.person) if effect.person else Place(incident.channel, incident.root_ts)
        facts = {"story": story_of(tx, incident, home.url), "url": home.url}
        rates = tx.policy.pace
        limits = _limits(rates, place, effect)
        return Task(row, Repeat.LOOK_UP, limits, limits_of_finding(rates, place), facts, place, longest=WRITING)

    async def send(self, task: Task) -> str:
        """Put it there."""
        effect, story = task.row.effect, task.facts["story"]
        assert isinstance(effect, DocumentFiled)  # noqa: S101 - as above
        document = Document(effect.document)
        with speaking(await self._speakers.language_of(task.row.team_id, effect.asked_by or effect.person)):
            text, name = written(story, document), title(story, document)
        reason = ""
        if effect.canvas:
            try:
                return await self._as_canvas(task, effect, name, text)
            except Permanent as error:
                reason = error.code
        try:
            return await self._as_file(task, effect, story, text, reason)
        except Permanent as error:
            return await self._tell(task, payload(unwritten(story, error.code), ids.META_DOCUMENT, {}, task.row.id))

    async def _as_canvas(self, task: Task, effect: DocumentFiled, name: str, text: str) -> str:
        """A canvas of its own that whoever is there may read, and a message that leads to it."""
        team, story = task.row.team_id, task.facts["story"]
        canvas = await self._slack.create_canvas(team, name, text)
        await self._slack.share_canvas(team, canvas, task.place.target)
        message = as_canvas(story, Document(effect.document), f"{task.facts['url'].rstrip('/')}/docs/{team}/{canvas}")
        return await self._tell(task, payload(message, ids.META_DOCUMENT, {}, task.row.id))

    async def _as_file(self, task: Task, effect: DocumentFiled, story: Story, text: str, reason: str) -> str:
        """A file, whose name tells it from others of the incident."""
        team, place, document = task.row.team_id, task.place, Document(effect.document)
        channel = await self._slack.direct_channel(team, effect.person) if effect.person else place.target
        name = filename(story.incident.reference, document, task.row.id[:8])
        comment = as_file(story, document, reason)
        await self._slack.upload(team, channel, place.thread_ts, name, text.encode(), str(comment))
        return name

    async def _tell(self, task: Task, message: dict[str, object]) -> str:
        thread = {"thread_ts": task.place.thread_ts} if task.place.thread_ts else {}
        return (await self._slack.post(task.row.team_id, task.place.target, {**message, **thread})).ts

    async def look_up(self, task: Task) -> str | None:
        """The message, or the file, that an earlier attempt left behind."""
        row, place, effect = task.row, task.place, task.row.effect
        assert isinstance(effect, DocumentFiled)  # noqa: S101 - as above
        found = await find(self._slack, row.team_id, place, row.id, row.created_at)
        if found:
            return found[0].ts
        name = filename(task.facts["story"].incident.reference, Document(effect.document), row.id[:8])
        if place.thread_ts and await self._slack.find_file(row.team_id, place.target, place.thread_ts, name):
            return name
        return None

    def record(self, _tx: Transaction, _task: Task, result: str) -> str:
        """The file's name, or the message's ts."""
        return result[:64]

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """Nobody could even be told so."""
        return AfterRefusal.PARKED


def _limits(rates: Pace, place: Place, effect: DocumentFiled) -> tuple[Limit, ...]:
    methods = (*_METHODS, *(_CANVAS_METHODS if effect.canvas else ()))
    opened = ("conversations.open",) if effect.person else ()
    return (*pace.of_post(rates, place.target), *(pace.of_method(rates, method) for method in (*methods, *opened)))
