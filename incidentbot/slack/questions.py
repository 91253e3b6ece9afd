"""The listeners of questions in words, and of the answers that propose to do something."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.cmdb import Ci
from incidentbot.domain.inquiry import NotAnswered
from incidentbot.domain.job import (
    Answered,
    CiOrder,
    CommentOrder,
    Field,
    Job,
    Order,
    Place,
    PlaybookOrder,
    QuestionOrder,
    as_field,
    current,
)
from incidentbot.domain.markup import plain
from incidentbot.domain.nopesight import ProposedAction
from incidentbot.domain.outcome import EventDone
from incidentbot.domain.permissions import Right
from incidentbot.domain.proposals import PROPOSALS
from incidentbot.domain.refusals import BadField, Refusal, Refused
from incidentbot.domain.report import read_order
from incidentbot.queries.jobs import job as stored_job
from incidentbot.render.message import Message
from incidentbot.render.nopesight import not_answered
from incidentbot.render.refusals import refusal
from incidentbot.render.unserved import button_unknown
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.typed_text import clean
from incidentbot.usecases import Cause, Done, acknowledge_event
from incidentbot.usecases.order_job import order_job, settle_proposal
from incidentbot.usecases.resolve_event import resolve_event

LONGEST: Final = 1000
_ASKED: Final = re.compile(r"nopesight[\s:,]+(?P<question>.+)", re.IGNORECASE | re.DOTALL)


class Questions:
    """`nopesight …` in a channel, and whatever somebody writes to the bot directly."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def heard(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """A question is stored, then answered where it was asked; everything else that people write is theirs."""
        question = question_in(event)
        if not question:
            return
        cause = asker.cause(f"event:{body.get('event_id') or ''}", "question")
        place = Place(asker.channel, event.get("thread_ts") or "")
        ordered = await self._parts.store.run(order_job, cause, Right.SEARCH, QuestionOrder(question), place)
        if not isinstance(ordered, Job):
            where = asker.team_id, asker.channel, asker.actor.id
            told = self._parts.answerer.answer_ephemeral(*where, refusal(ordered), place.thread_ts)
            self._parts.tasks.start(told)


def question_in(event: Mapping[str, Any]) -> str:
    """What is asked, "" where nothing is: all of a direct message, in a channel what follows "nopesight"."""
    text = plain(clean(event.get("text") or ""))[:LONGEST]
    asked = _ASKED.fullmatch(text)
    if asked:
        return asked["question"].strip()
    return text.strip() if event.get("channel_type") == "im" else ""


class Proposals:
    """The buttons of an answer that proposes something. Only what is listed is ever done, by whoever may do it."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def confirmed(self, ack: AsyncAck, action: Mapping[str, Any], asker: Asker) -> None:
        """Do it, by the same use cases as everything else; a second click is the same cause."""
        await ack()
        self._parts.tasks.start(self._confirm(asker, action.get("value") or ""))

    async def dismissed(self, ack: AsyncAck, action: Mapping[str, Any], asker: Asker) -> None:
        """Take it off the answer."""
        cause = asker.cause(f"dismissed:{action.get('value')}", "question")
        await self._parts.store.run(settle_proposal, cause, action.get("value") or "", "dismissed")
        await ack()

    async def _confirm(self, asker: Asker, job_id: str) -> None:
        job = await self._parts.store.ask(stored_job, asker.team_id, job_id)
        proposed = job.result.answer.action if job and isinstance(job.result, Answered) else None
        if job is None or proposed is None or proposed.name not in PROPOSALS:
            await self._tell(asker, button_unknown())
            return
        cause = asker.cause(f"proposal:{job.id}", "question")
        outcome = await self._do(job, proposed, cause)
        if isinstance(outcome, NotAnswered):
            await self._tell(asker, not_answered(outcome))
        elif isinstance(outcome, Done | EventDone | Job):
            await self._parts.store.run(settle_proposal, cause, job.id, "confirmed")
        else:
            await self._tell(asker, refusal(outcome))

    async def _do(
        self, job: Job, proposed: ProposedAction, cause: Cause
    ) -> Done | EventDone | Job | Refusal | NotAnswered:
        does: dict[str, Callable[[Job, ProposedAction, Cause], Awaitable[Any]]] = {
            "acknowledge_event": self._acknowledge,
            "resolve_event": self._resolve,
            "update_ci": self._update_ci,
        }
        if proposed.name in does:
            outcome: Done | EventDone | Job | Refusal | NotAnswered = await does[proposed.name](job, proposed, cause)
            return outcome
        try:
            order = _order(job, proposed)
        except Refused as refused:
            return refused.refusal
        place = Place(job.channel, job.thread_ts or job.message_ts)
        return await self._parts.store.run(order_job, cause, PROPOSALS[proposed.name], order, place)

    async def _acknowledge(self, _job: Job, proposed: ProposedAction, cause: Cause) -> Done | EventDone | Refusal:
        return await self._parts.store.run(acknowledge_event, cause, _text(proposed, "eventId"))

    async def _resolve(self, _job: Job, proposed: ProposedAction, cause: Cause) -> Done | EventDone | Refusal:
        note = _text(proposed, "resolutionNotes") or _text(proposed, "notes")
        return await self._parts.store.run(resolve_event, cause, _text(proposed, "eventId"), note)

    async def _update_ci(self, job: Job, proposed: ProposedAction, cause: Cause) -> Job | Refusal | NotAnswered:
        """Written over what the CI is at this moment: that is what the person agreed to change."""
        found = await self._parts.inquirer.find_ci(_text(proposed, "ciId"))
        if isinstance(found, NotAnswered):
            return found
        fields = _changes(found, proposed) if isinstance(found, Ci) else ()
        if not isinstance(found, Ci) or not fields:
            return BadField("ci", "unknown", value=_text(proposed, "ciId")[:80])
        order = CiOrder(found.id, found.name, found.version, fields, asked_in=job.channel)
        place = Place(self._parts.store.policy.changes_channel)
        return await self._parts.store.run(order_job, cause, Right.UPDATE, order, place)

    async def _tell(self, asker: Asker, message: Message) -> None:
        if asker.response_url:
            await self._parts.answerer.respond(asker.response_url, message)


def _order(job: Job, proposed: ProposedAction) -> Order:
    """What NopeSight is to do; refused where the proposal does not say."""
    event = _text(proposed, "eventId")
    if proposed.name == "generate_report":
        return read_order([_text(proposed, "type") or "daily_summary", _text(proposed, "period") or "last_24h"])
    if not event:
        raise Refused(BadField("event", "blank"))
    if proposed.name == "comment_event":
        text = _text(proposed, "text") or _text(proposed, "comment")
        if not text:
            raise Refused(BadField("text", "blank"))
        return CommentOrder(event, text, asked_in=job.channel)
    playbook = _text(proposed, "playbookId")
    if not playbook:
        raise Refused(BadField("playbook", "blank"))
    given = proposed.parameters.get("parameters")
    parameters = {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    return PlaybookOrder(playbook, _text(proposed, "playbookName") or playbook, event, parameters=parameters)


def _text(proposed: ProposedAction, name: str) -> str:
    value = proposed.parameters.get(name)
    return clean(str(value)).strip()[:LONGEST] if isinstance(value, str | int | float) else ""


def _changes(ci: Ci, proposed: ProposedAction) -> tuple[Field, ...]:
    """The status and the attributes that would become different."""
    told = proposed.parameters.get("attributes")
    attributes = told if isinstance(told, Mapping) else {}
    status = _text(proposed, "status").lower()
    fields = [Field("", "status", ci.status, status)] if status else []
    for name, value in attributes.items():
        text, kind = as_field(value)
        field = Field("attributes", str(name), "", text, kind)
        fields.append(Field("attributes", field.name, current(ci, field), text, kind))
    return tuple(field for field in fields if field.before != field.after)
