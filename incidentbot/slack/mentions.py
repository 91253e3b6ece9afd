"""The listener of mentions: in an incident's thread or channel it does what it is told, elsewhere it gives help."""

from collections.abc import Mapping
from typing import Any, Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NotPermitted, Refusal
from incidentbot.domain.timers import read_snooze
from incidentbot.queries.incidents import by_place
from incidentbot.render.answers import help_mention
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.asker import Asker
from incidentbot.slack.in_full import InFull, incident_in_full, shown
from incidentbot.slack.mention_words import Said, Verb, parse_mention
from incidentbot.slack.outcomes import told
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.schedules import end_schedule, list_schedules, make_schedule
from incidentbot.slack.ways_in import First, turned_away
from incidentbot.usecases import Cause, Done, Outcome, acknowledge, add_note, resolve, snooze, unacknowledge

RIGHT_OF: Final[Mapping[Verb, Right]] = {
    "ack": Right.ACKNOWLEDGE,
    "unack": Right.ACKNOWLEDGE,
    "resolve": Right.RESOLVE,
    "note": Right.COMMENT,
    "snooze": Right.ACKNOWLEDGE,
    "status": Right.STATUS,
    "schedule": Right.REPORT,
    "schedules": Right.REPORT,
    "stop": Right.REPORT,
    "help": Right.HELP,
}


class Mentions:
    """What people say to the bot."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def heard(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged once stored; what was done shows in the thread, all else is told to the one who asked."""
        thread_ts = event.get("thread_ts") or ""
        said = parse_mention(event.get("text") or "", asker.workspace.bot_user_id)
        refused = await self._refused(asker, body, said)
        key = f"event:{body.get('event_id') or ''}"
        answer = refusal(refused) if refused else await self._answer(asker, thread_ts, said, key)
        if answer is not None and asker.channel:
            self._parts.tasks.start(
                self._parts.answerer.answer_ephemeral(asker.team_id, asker.channel, asker.actor.id, answer, thread_ts)
            )

    async def _refused(self, asker: Asker, body: Mapping[str, Any], said: Said | Refusal) -> NotPermitted | None:
        if not isinstance(said, Said):
            return None
        return await turned_away(self._parts, asker, body.get("event_id") or "", First(RIGHT_OF[said.verb], "mention"))

    async def _answer(self, asker: Asker, thread_ts: str, said: Said | Refusal, key: str) -> Message | None:
        if isinstance(said, Said) and RIGHT_OF[said.verb] is Right.REPORT:
            return await self._scheduled(asker, said, asker.cause(key, "mention"))
        incident = await self._incident(asker, thread_ts)
        if incident is None:
            return help_mention()
        if not isinstance(said, Said):
            return refusal(said)
        if said.verb == "help":
            return help_mention()
        if said.verb == "status":
            return await self._status(asker, incident.reference)
        outcome = await self._do(asker.cause(key, "mention"), incident.reference, said)
        if not isinstance(outcome, Done):
            return refusal(outcome)
        # The thread tells it to whoever is there; in a channel of the incident's own they would see nothing.
        return None if asker.channel == incident.channel else told(outcome, asker.workspace)

    async def _scheduled(self, asker: Asker, said: Said, cause: Cause) -> Message:
        """Schedules are made, listed and stopped anywhere."""
        if said.verb == "schedule":
            return await make_schedule(self._parts, cause, said.text, asker.channel)
        if said.verb == "stop":
            return await end_schedule(self._parts, cause, said.text)
        return await list_schedules(self._parts, asker.team_id)

    async def _incident(self, asker: Asker, thread_ts: str) -> Incident | None:
        """The one whose thread it is said in, or whose own channel."""
        if not asker.channel:
            return None
        return await self._parts.store.ask(by_place, asker.team_id, asker.channel, thread_ts)

    async def _status(self, asker: Asker, ref: str) -> Message:
        found = await self._parts.store.ask(incident_in_full, asker.team_id, ref)
        return shown(found, asker.workspace) if isinstance(found, InFull) else refusal(found)

    async def _do(self, cause: Cause, ref: str, said: Said) -> Outcome:
        run = self._parts.store.run
        match said.verb:
            case "ack":
                return await run(acknowledge, cause, ref, said.text)
            case "unack":
                return await run(unacknowledge, cause, ref, said.text)
            case "snooze":
                return await run(snooze, cause, ref, read_snooze(said.text))
            case "resolve":
                return await run(resolve, cause, ref, said.text)
            case _:
                return await run(add_note, cause, ref, said.text)
