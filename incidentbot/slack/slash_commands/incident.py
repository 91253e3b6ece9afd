"""The listener of /incident: parse, run, answer the one person who typed."""

from collections.abc import Mapping
from typing import Any, Final, assert_never

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import Refusal
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.acknowledge import ephemeral
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.slash_commands import (
    action,
    changes,
    commands,
    correcting,
    create,
    doctor,
    explaining,
    exporting,
    on_call,
    own_channel,
    people,
    reading,
    report,
    stats,
    transitions,
)
from incidentbot.slack.slash_commands.commands import SlashCommand
from incidentbot.slack.slash_commands.parse import parse_incident
from incidentbot.slack.slash_commands.request import SlashRequest

RIGHT_OF: Final[Mapping[type[SlashCommand | Refusal], Right]] = {
    commands.Create: Right.CREATE,
    commands.Update: Right.UPDATE,
    commands.Assign: Right.ASSIGN,
    commands.Note: Right.COMMENT,
    commands.Invite: Right.INVITE,
    commands.TakeRole: Right.ASSIGN,
    commands.People: Right.ASSIGN,
    commands.Channel: Right.UPDATE,
    commands.HandOver: Right.ASSIGN,
    commands.Leave: Right.ASSIGN,
    commands.Correct: Right.UPDATE,
    commands.ActionAdded: Right.UPDATE,
    commands.ActionDone: Right.UPDATE,
    commands.ActionReopened: Right.UPDATE,
    commands.ActionChanged: Right.UPDATE,
    commands.ActionsListed: Right.SHOW,
    commands.Export: Right.SHOW,
    commands.Retrospective: Right.COMMENT,
    commands.Acknowledge: Right.ACKNOWLEDGE,
    commands.Unacknowledge: Right.ACKNOWLEDGE,
    commands.Snooze: Right.ACKNOWLEDGE,
    commands.Resolve: Right.RESOLVE,
    commands.Reopen: Right.REOPEN,
    commands.List: Right.LIST,
    commands.Show: Right.SHOW,
    commands.Why: Right.WHY,
    commands.Simulate: Right.WHY,
    commands.Stats: Right.STATS,
    commands.OnCall: Right.LIST,
    commands.Report: Right.REPORT,
    commands.Doctor: Right.DOCTOR,
    commands.Help: Right.HELP,
}


class IncidentCommand:
    """/incident with all its subcommands."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def typed(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged with the answer, after whatever it changed is stored."""
        request = SlashRequest(self._parts, asker, body.get("trigger_id") or "")
        typed = parse_incident(body.get("text") or "")
        right = RIGHT_OF.get(type(typed))
        refused = right and await request.not_permitted(right)
        answer = refusal(refused) if refused else await run(request, typed)
        if answer is None:
            await ack()
        else:
            await ephemeral(ack, answer)


async def run(request: SlashRequest, typed: SlashCommand | Refusal) -> Message | None:
    """Do what was typed; the answer, or None where a form answers."""
    match typed:
        case commands.Create():
            return await create.create_incident(request, typed)
        case commands.Update() | commands.Assign() | commands.Note() | commands.Invite():
            return await _change(request, typed)
        case commands.TakeRole() | commands.People() | commands.Channel() | commands.HandOver() | commands.Leave():
            return await _staff(request, typed)
        case (
            commands.Acknowledge()
            | commands.Unacknowledge()
            | commands.Snooze()
            | commands.Resolve()
            | commands.Reopen()
        ):
            return await _move(request, typed)
        case (
            commands.List()
            | commands.Show()
            | commands.Why()
            | commands.Simulate()
            | commands.Stats()
            | commands.Report()
            | commands.OnCall()
            | commands.Help()
        ):
            return await _answer(request, typed)
        case (
            commands.Correct()
            | commands.ActionAdded()
            | commands.ActionChanged()
            | commands.ActionDone()
            | commands.ActionReopened()
            | commands.ActionsListed()
            | commands.Export()
            | commands.Retrospective()
        ):
            return await _afterwards(request, typed)
        case commands.Doctor():
            return doctor.examine(request)
        case _:
            return refusal(typed)


async def _staff(
    request: SlashRequest,
    typed: commands.TakeRole | commands.People | commands.Channel | commands.HandOver | commands.Leave,
) -> Message | None:
    match typed:
        case commands.TakeRole():
            return await people.take_role(request, typed)
        case commands.People():
            return await people.open_people(request, typed)
        case commands.Channel():
            return await own_channel.move_incident(request, typed)
        case commands.HandOver():
            return await people.hand_over_incident(request, typed)
        case commands.Leave():
            return await people.leave_incident(request, typed)
        case _:
            assert_never(typed)


async def _to_be_done(
    request: SlashRequest,
    typed: commands.ActionAdded
    | commands.ActionChanged
    | commands.ActionDone
    | commands.ActionReopened
    | commands.ActionsListed,
) -> Message | None:
    match typed:
        case commands.ActionAdded():
            return await action.action_added(request, typed)
        case commands.ActionChanged():
            return await action.action_changed(request, typed)
        case commands.ActionDone():
            return await action.action_done(request, typed)
        case commands.ActionReopened():
            return await action.action_reopened(request, typed)
        case commands.ActionsListed():
            return await action.actions_listed(request, typed)
        case _:
            assert_never(typed)


async def _afterwards(
    request: SlashRequest,
    typed: commands.Correct
    | commands.ActionAdded
    | commands.ActionChanged
    | commands.ActionDone
    | commands.ActionReopened
    | commands.ActionsListed
    | commands.Export
    | commands.Retrospective,
) -> Message | None:
    match typed:
        case commands.Correct():
            return await correcting.correct_answer(request, typed)
        case commands.Export():
            return await exporting.export_answer(request, typed)
        case commands.Retrospective():
            return await exporting.retrospective_answer(request, typed)
        case _:
            return await _to_be_done(request, typed)


async def _answer(
    request: SlashRequest,
    typed: commands.List
    | commands.Show
    | commands.Why
    | commands.Simulate
    | commands.Stats
    | commands.Report
    | commands.OnCall
    | commands.Help,
) -> Message:
    match typed:
        case commands.List():
            return await reading.list_answer(request, typed)
        case commands.Show():
            return await reading.show_answer(request, typed)
        case commands.Why():
            return await explaining.why_answer(request, typed)
        case commands.Simulate():
            return await explaining.simulate_answer(request, typed)
        case commands.Stats():
            return await stats.stats_answer(request, typed)
        case commands.Report():
            return await report.report_answer(request, typed)
        case commands.OnCall():
            return await on_call.on_call_shown(request, typed)
        case commands.Help():
            return await reading.help_answer(request, typed)
        case _:
            assert_never(typed)


async def _move(
    request: SlashRequest,
    typed: commands.Acknowledge | commands.Unacknowledge | commands.Snooze | commands.Resolve | commands.Reopen,
) -> Message:
    match typed:
        case commands.Acknowledge():
            return await transitions.acknowledge_incident(request, typed)
        case commands.Unacknowledge():
            return await transitions.unacknowledge_incident(request, typed)
        case commands.Snooze():
            return await transitions.snooze_incident(request, typed)
        case commands.Resolve():
            return await transitions.resolve_incident(request, typed)
        case commands.Reopen():
            return await transitions.reopen_incident(request, typed)
        case _:
            assert_never(typed)


async def _change(
    request: SlashRequest, typed: commands.Update | commands.Assign | commands.Note | commands.Invite
) -> Message | None:
    match typed:
        case commands.Update():
            return await changes.update_incident(request, typed)
        case commands.Assign():
            return await changes.assign_incident(request, typed)
        case commands.Note():
            return await changes.note_incident(request, typed)
        case commands.Invite():
            return await changes.invite_people(request, typed)
        case _:
            assert_never(typed)
