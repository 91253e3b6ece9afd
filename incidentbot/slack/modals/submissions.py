"""The listeners of submitted forms, and of what is searched in them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import BadField, PersonUnknown
from incidentbot.domain.workspace import Workspace
from incidentbot.languages import fill_plain
from incidentbot.render import ids
from incidentbot.render.capture import captured
from incidentbot.render.message import Message
from incidentbot.render.modals import ci_options, field_errors, notice_modal, refusal_modal
from incidentbot.slack.asker import Asker
from incidentbot.slack.modals.action import submit_action
from incidentbot.slack.modals.capture import submit_capture
from incidentbot.slack.modals.correct import submit_correction
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.modals.incident import submit_incident
from incidentbot.slack.modals.own_channel import submit_channel
from incidentbot.slack.modals.people import submit_people
from incidentbot.slack.modals.resolve import submit_resolution
from incidentbot.slack.modals.retrospective import submit_retrospective
from incidentbot.slack.modals.update import submit_update
from incidentbot.slack.outcomes import thread_url, told
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.typed_text import clean
from incidentbot.usecases import Done, Outcome

Submit = Callable[[SlackParts, Asker, Fields], Awaitable[Outcome]]


Answer = Callable[[Fields, Done, Workspace], Message | None]


def _nothing_said(_fields: Fields, _done: Done, _workspace: Workspace) -> None:
    return None


def _created(fields: Fields, done: Done, workspace: Workspace) -> Message | None:
    return told(done, workspace) if fields.metadata("answer") else None


def _captured(_fields: Fields, done: Done, workspace: Workspace) -> Message | None:
    return captured(done.incident, thread_url(workspace, done.incident), new=bool(done.kinds))


class Form(NamedTuple):
    """What becomes of a submitted form, the right that its use case asks for, and what takes the form's place."""

    submit: Submit
    right: Right
    answer: Answer = _nothing_said


SUBMISSIONS: Final[Mapping[str, Form]] = {
    ids.INCIDENT_MODAL: Form(submit_incident, Right.CREATE, _created),
    ids.RESOLVE_MODAL: Form(submit_resolution, Right.RESOLVE),
    ids.CAPTURE_MODAL: Form(submit_capture, Right.CAPTURE, _captured),
    ids.PEOPLE_MODAL: Form(submit_people, Right.ASSIGN),
    ids.CHANNEL_MODAL: Form(submit_channel, Right.UPDATE),
    ids.UPDATE_MODAL: Form(submit_update, Right.UPDATE),
    ids.CORRECT_MODAL: Form(submit_correction, Right.UPDATE),
    ids.ACTION_MODAL: Form(submit_action, Right.UPDATE),
    ids.RETROSPECTIVE_MODAL: Form(submit_retrospective, Right.COMMENT),
}
_LONGEST_SEARCH: Final = 200


class Submissions:
    """Every form we open."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def submitted(self, ack: AsyncAck, view: Mapping[str, Any], asker: Asker) -> None:
        """Closes the form once what it says is stored; otherwise the form shows what was refused."""
        fields = Fields(view)
        form = SUBMISSIONS[fields.callback_id]
        outcome = await form.submit(self._parts, asker, fields)
        answer = form.answer(fields, outcome, asker.workspace) if isinstance(outcome, Done) else None
        if answer is not None:
            await ack(response_action="update", view=notice_modal(fill_plain("Done"), answer.text))
        elif isinstance(outcome, Done):
            await ack()
        elif isinstance(outcome, BadField | PersonUnknown):
            await ack(response_action="errors", errors=field_errors(outcome, fields.callback_id))
        else:
            await ack(response_action="update", view=refusal_modal(outcome))

    async def searched_cis(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """Offers the CIs that match what is typed into the form; none where NopeSight does not answer in time."""
        text = clean(body.get("value") or "")[:_LONGEST_SEARCH]
        await ack(options=ci_options(await self._search(asker.team_id, text)))

    async def _search(self, team_id: str, text: str) -> Sequence[CiRef]:
        try:
            async with asyncio.timeout(self._parts.look_up_seconds):
                return await self._parts.answerer.search_cis(team_id, text)
        except TimeoutError:
            return ()
