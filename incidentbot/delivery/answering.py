"""Answering a question in words: NopeSight's AI first; where it is absent or busy, our own grammar and what we know."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from incidentbot.clients.errors import ClientError
from incidentbot.clients.nopesight import EventQuery, NopeSightClient, Question
from incidentbot.delivery.inquirer import UNRESOLVED, NopeSightInquirer, not_answered
from incidentbot.domain.incident import Incident
from incidentbot.domain.inquiry import Ambiguous, CiInFull, NotAnswered
from incidentbot.domain.job import Answered, Job, QuestionOrder
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.nopesight import AiAnswer, Table
from incidentbot.domain.nopesight_event import SEVERITIES
from incidentbot.domain.people import Person
from incidentbot.domain.questions import EXAMPLES, Asked, read_question
from incidentbot.domain.reference import reference
from incidentbot.queries.incidents import find
from incidentbot.queries.people import known_names
from incidentbot.queries.questions import Happened, happened, incidents_asked
from incidentbot.store import Store

ROWS = 20


class Answering:
    """Nothing here raises for what NopeSight does: a question is answered, if only by why it cannot be."""

    def __init__(self, store: Store, nopesight: NopeSightClient | None, now: Callable[[], datetime]) -> None:
        self._store = store
        self._nopesight = nopesight
        self._inquirer = NopeSightInquirer(nopesight)
        self._now = now

    async def answer(self, job: Job, order: QuestionOrder, person: Person | None) -> Answered:
        """The answer, by NopeSight's AI or by ourselves, with why it was not the AI."""
        missing = NotAnswered("not_connected")
        if self._nopesight is not None:
            email = person.email if person else ""
            question = Question(order.text, job.actor.id, email, job.channel, job.thread_ts)
            try:
                return Answered(await self._nopesight.ai_query(question), "ai")
            except ClientError as error:
                missing = not_answered(error)
        asked = read_question(order.text, self._now(), person.tz if person else "")
        if asked is None or asked.what == "help":
            known = "I understand questions such as these:\n" + "\n".join(f"• {example}" for example in EXAMPLES)
            return Answered(AiAnswer(known), "own" if asked else "nobody", missing.reason, missing.number)
        own = await self._own(job.team_id, asked)
        if isinstance(own, NotAnswered):
            return Answered(AiAnswer(""), "nobody", own.reason, own.number)
        return Answered(own, "own", missing.reason, missing.number)

    async def _own(self, team_id: str, asked: Asked) -> AiAnswer | NotAnswered:
        answers: dict[str, Callable[[str, Asked], Awaitable[AiAnswer | NotAnswered]]] = {
            "owners": self._owners,
            "depends": self._dependents,
            "incident": self._incident,
            "happened": self._happened,
            "system": self._system,
            "events": self._events,
            "incidents": self._incidents,
        }
        return await answers[asked.what](team_id, asked)

    async def _owners(self, _team_id: str, asked: Asked) -> AiAnswer | NotAnswered:
        found = await self._inquirer.ci_in_full(asked.about)
        if not isinstance(found, CiInFull):
            return _no_ci(found)
        if not found.owners:
            return AiAnswer(f"NopeSight names no owner of {found.ci.name}.")
        rows = tuple((one.name, one.role.replace("_", " "), one.team, one.email) for one in found.owners)
        return AiAnswer(f"Owners of {found.ci.name}:", Table(("name", "role", "team", "e-mail"), rows, len(rows)))

    async def _dependents(self, _team_id: str, asked: Asked) -> AiAnswer | NotAnswered:
        found = await self._inquirer.ci_in_full(asked.about)
        if not isinstance(found, CiInFull):
            return _no_ci(found)
        if not found.dependents:
            return AiAnswer(f"NopeSight knows of nothing that depends on {found.ci.name}.")
        rows = tuple((one.ci.name, "directly" if one.hops == 1 else f"{one.hops} steps") for one in found.dependents)
        more = " At least:" if found.more else ""
        return AiAnswer(f"What depends on {found.ci.name}:{more}", Table(("name", "how"), rows, len(rows)))

    async def _system(self, _team_id: str, _asked: Asked) -> AiAnswer | NotAnswered:
        status = await self._inquirer.status()
        if isinstance(status, NotAnswered):
            return status
        took, events = status.response_milliseconds, _counted(status.open_events, "open", "event")
        return AiAnswer(f"NopeSight is {status.status}, answers in {took} ms, and has {events}.")

    async def _events(self, _team_id: str, asked: Asked) -> AiAnswer | NotAnswered:
        if self._nopesight is None:
            return NotAnswered("not_connected")
        severities = tuple(word for word, ours in SEVERITIES.items() if ours is asked.severity)
        query = EventQuery(
            statuses=UNRESOLVED if not asked.period else (),
            severities=severities,
            search=asked.about,
            since=asked.period.since if asked.period else None,
            until=asked.period.until if asked.period else None,
            limit=100,
        )
        try:
            page = await self._nopesight.list_events(query)
        except ClientError as error:
            return not_answered(error)
        # A filter that this NopeSight does not know was ignored: what was not asked for is left out here.
        fitting = [event for event in page.items if _fits(event, asked)]
        total = page.total if len(fitting) == len(page.items) else len(fitting)
        worst = sorted(fitting, key=lambda event: event.severity.rank)
        rows = tuple((one.display_id, one.severity.value, one.status.value, one.title) for one in worst[:ROWS])
        said = f"{_counted(total, _matching(asked), 'event').capitalize()}{_about(asked)}."
        return AiAnswer(said, Table(("event", "severity", "status", "title"), rows, total) if rows else None)

    async def _incidents(self, team_id: str, asked: Asked) -> AiAnswer:
        found, total = await self._store.ask(incidents_asked, team_id, asked, ROWS)
        said = f"{_counted(total, _matching(asked), 'incident').capitalize()}{_about(asked)}."
        return AiAnswer(said, _incident_table(found, total))

    async def _incident(self, team_id: str, asked: Asked) -> AiAnswer:
        found = await self._store.ask(find, team_id, reference(asked.number))
        if not isinstance(found, Incident):
            return AiAnswer(f"There is no incident {reference(asked.number)}.")
        names = await self._store.ask(known_names, team_id, [found.assignee])
        named = f"{found.reference} ({found.severity.value}), {_titled(found)}"
        return AiAnswer(f"{named}: {_standing(found)} {_whose(found, names.get(found.assignee, ''))}".rstrip())

    async def _happened(self, team_id: str, asked: Asked) -> AiAnswer:
        told: Happened = await self._store.ask(happened, team_id, asked, ROWS)
        name = asked.period.name if asked.period else "today"
        resolved = f", {told.resolved or 'none'} of them resolved by now" if told.created else ""
        said = (
            f"{name.capitalize()}: {_counted(told.created, 'new', 'incident')}{resolved}."
            f" Unresolved in all: {told.unresolved or 'none'}."
        )
        return AiAnswer(said, _incident_table(told.incidents, told.created))


def _fits(event: MonitoringEvent, asked: Asked) -> bool:
    if asked.severity is not None and event.severity is not asked.severity:
        return False
    if asked.period is not None:
        return asked.period.since <= event.occurred_at < asked.period.until
    return event.status in UNRESOLVED


def _counted(count: int, which: str, noun: str) -> str:
    """So many of these, in words: "no unresolved events"."""
    words = (str(count) if count else "no", which, noun if count == 1 else f"{noun}s")
    return " ".join(word for word in words if word)


def _standing(incident: Incident) -> str:
    who, since = incident.state_by.name or incident.state_by.source.value, f"{incident.state_since:%Y-%m-%d %H:%M} UTC"
    if incident.state is State.RESOLVED and incident.resolution:
        return f"resolved since {since}, by {who}. Resolution: {incident.resolution}"
    return f"{incident.state.value} since {since}, by {who}."


def _whose(incident: Incident, assignee: str) -> str:
    """Who has an incident that is not resolved; nobody, if nobody said so."""
    if incident.state is State.RESOLVED:
        return ""
    if assignee:
        return f"Assigned to {assignee}."
    if incident.assignee:
        return "Assigned; its card says to whom."
    return "Nobody has it yet." if incident.state is State.OPEN else ""


def _matching(asked: Asked) -> str:
    states = "" if len(asked.states) != 1 else asked.states[0].value
    unresolved = "unresolved" if set(asked.states) == {State.OPEN, State.ACKNOWLEDGED} else states
    if asked.what == "events" and not asked.period:
        unresolved = "unresolved"
    return " ".join(word for word in (unresolved, asked.severity.value if asked.severity else "") if word)


def _about(asked: Asked) -> str:
    about = f" about {asked.about}" if asked.about else ""
    return f"{about}, {asked.period.name}" if asked.period else about


def _titled(incident: Incident) -> str:
    return f"DRILL · {incident.title}" if incident.drill else incident.title


def _incident_table(found: tuple[Incident, ...], total: int) -> Table | None:
    rows = tuple((one.reference, one.severity.value, one.state.value, _titled(one)) for one in found)
    return Table(("incident", "severity", "state", "title"), rows, total) if rows else None


def _no_ci(found: Ambiguous | NotAnswered) -> AiAnswer | NotAnswered:
    if isinstance(found, NotAnswered):
        return found
    names = ", ".join(f"{ci.name} ({ci.id})" if found.exact else ci.name for ci in found.similar)
    if found.exact:
        return AiAnswer(f"Several configuration items are called {found.typed}: {names}. Ask by the id.")
    like = f" Did you mean one of these? {names}" if names else ""
    return AiAnswer(f"NopeSight knows no configuration item {found.typed}.{like}")
