"""The words and signs for states, severities, triggers and people, the same in every message."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.retrospective import Part
from incidentbot.domain.roles import IncidentRole
from incidentbot.domain.severity import Severity
from incidentbot.render.mrkdwn import NOTHING, Escaped, Words, code, date, escape, fill, is_user_id, joined, user

STATE_SIGN: Final[Mapping[State, Escaped]] = {
    State.OPEN: fill("🔴"),
    State.ACKNOWLEDGED: fill("🟡"),
    State.RESOLVED: fill("🟢"),
}
STATE_WORD: Final[Mapping[State, Escaped]] = Words(
    {
        State.OPEN: fill("open"),
        State.ACKNOWLEDGED: fill("acknowledged"),
        State.RESOLVED: fill("resolved"),
    }
)
STATE_PAST: Final[Mapping[State, Escaped]] = Words({**STATE_WORD, State.OPEN: fill("opened")})
SEVERITY_SIGN: Final[Mapping[Severity, Escaped]] = {
    Severity.CRITICAL: fill("🚨"),
    Severity.HIGH: fill("⚠️"),
    Severity.MEDIUM: fill("📊"),
    Severity.LOW: fill("ℹ️"),  # noqa: RUF001 (the sign that the integration guide shows)
}
SEVERITY_WORD: Final[Mapping[Severity, Escaped]] = Words(
    {
        Severity.CRITICAL: fill("critical"),
        Severity.HIGH: fill("high"),
        Severity.MEDIUM: fill("medium"),
        Severity.LOW: fill("low"),
    }
)
SUBCOMMAND: Final[Mapping[Trigger, str]] = {
    Trigger.ACKNOWLEDGE: "ack",
    Trigger.UNACKNOWLEDGE: "unack",
    Trigger.RESOLVE: "resolve",
    Trigger.REOPEN: "reopen",
}
PAST: Final[Mapping[Trigger, Escaped]] = Words(
    {
        Trigger.ACKNOWLEDGE: fill("acknowledged"),
        Trigger.UNACKNOWLEDGE: fill("unacknowledged"),
        Trigger.RESOLVE: fill("resolved"),
        Trigger.REOPEN: fill("reopened"),
    }
)
ROLE_WORD: Final[Mapping[str, Escaped]] = Words(
    {
        IncidentRole.ASSIGNEE: fill("assignee"),
        IncidentRole.COMMANDER: fill("commander"),
        IncidentRole.COMMUNICATIONS: fill("communications"),
        IncidentRole.SCRIBE: fill("scribe"),
    }
)
CORRECTED_WORD: Final[Mapping[str, Escaped]] = Words(
    {
        "started": fill("started"),
        "acknowledged": fill("acknowledged"),
        "resolved": fill("resolved"),
    }
)
RETROSPECTIVE_PART: Final[Mapping[Part, Escaped]] = Words(
    {
        Part.HAPPENED: fill("What happened?"),
        Part.CAUSE: fill("What caused it, and how do we know?"),
        Part.NOTICED: fill("How did we notice, and could we have noticed earlier?"),
        Part.WELL: fill("What went well?"),
        Part.HARD: fill("What made it slow or hard?"),
        Part.LUCK: fill("Where were we lucky?"),
        Part.CHANGE: fill("What do we change?"),
    }
)
UNREACHABLE: Final[Mapping[str, Escaped]] = Words(
    {
        "no_account": fill("has no Slack account"),
        "deactivated": fill("has a deactivated Slack account"),
        "bot": fill("is a bot"),
        "direct_messages_closed": fill("takes no direct messages"),
        "no_email": fill("has no e-mail address in NopeSight"),
        "no_owner": fill("has no owner in NopeSight"),
    }
)
_NAMELESS: Final[Mapping[Source, Escaped]] = Words(
    {
        Source.SLACK: fill("somebody in Slack"),
        Source.NOPESIGHT: fill("NopeSight"),
        Source.ALERTMANAGER: fill("Alertmanager"),
        Source.MONITORING: fill("monitoring"),
        Source.API: fill("the API"),
        Source.CLI: fill("the command line"),
        Source.TIMER: fill("a timer"),
        Source.WORKFLOW: fill("a workflow"),
        Source.SYSTEM: fill("incidentbot"),
    }
)
_WHERE: Final[Mapping[Source, Escaped]] = Words(
    {
        Source.SLACK: fill(""),
        Source.NOPESIGHT: fill("in NopeSight"),
        Source.ALERTMANAGER: fill("in Alertmanager"),
        Source.MONITORING: fill("(monitoring)"),
        Source.API: fill("(api)"),
        Source.CLI: fill("(command line)"),
        Source.TIMER: fill("(timer)"),
        Source.WORKFLOW: fill("(workflow)"),
        Source.SYSTEM: fill("(incidentbot)"),
    }
)


def person(actor: Actor) -> Escaped:
    """Who acted: a mention where there is an id, else the name; with the way, if Slack does not vouch for it."""
    if is_user_id(actor.id):
        return joined([user(actor.id), *([_WHERE[actor.source]] if actor.source is Source.CLI else [])])
    name = escape(actor.name or actor.email, 80)
    if not name or name.lower() == actor.source.value:
        return _NAMELESS[actor.source]
    return joined([name, _WHERE[actor.source]])


def why_told(why: str, limit: int) -> Escaped:
    """Why somebody is told, as it is stored: "owner of PROD-WEB-01" is said in the reader's language."""
    owner, _, ci = why.partition(" of ")
    return fill("owner of {ci}", ci=escape(ci, limit)) if owner == "owner" and ci.strip() else escape(why, limit)


def severity(value: Severity) -> Escaped:
    """Sign and word of a severity."""
    return fill("{sign} {word}", sign=SEVERITY_SIGN[value], word=SEVERITY_WORD[value])


def severity_named(value: str) -> Escaped:
    """The same for a value out of a stored entry; one that we do not know is shown as it is."""
    return severity(Severity(value)) if value in list(Severity) else escape(value, 40)


def title(incident: Incident) -> Escaped:
    """INC-42 and its title, as it stands in a sentence; of an exercise that it is one comes first."""
    return joined([drill_mark(incident), reference(incident), escape(incident.title)], " · ")


def headline(incident: Incident) -> str:
    """Sign of the state, reference and whole title, for a header."""
    mark = f"{drill_mark(incident)} · " if incident.drill else ""
    return f"{STATE_SIGN[incident.state]} {mark}{incident.reference} · {incident.title}"


def drill_mark(incident: Incident) -> Escaped:
    """That the incident is an exercise; nothing for a real one."""
    return fill("DRILL") if incident.drill else NOTHING


def reference(incident: Incident) -> Escaped:
    """INC-42."""
    return escape(incident.reference)


def standing(incident: Incident) -> Escaped:
    """The state, who moved it there and when: "acknowledged by @ana, today 12:03"."""
    since, who = date(incident.so_since), person(incident.state_by)
    if incident.state is not State.OPEN:
        return fill("{state} by {who}, {since}", state=STATE_WORD[incident.state], who=who, since=since)
    if incident.state_since <= incident.created_at:
        return fill("open since {since}", since=date(incident.began_at))
    return fill("open again by {who}, {since}", who=who, since=since)


def ways_on(allowed: tuple[Trigger, ...], reference: str) -> Escaped:
    """What may be done now, each with the words to type."""
    commands = [code(f"/incident {SUBCOMMAND[trigger]} {reference}") for trigger in allowed]
    return joined(commands, ", ")


def duration(length: timedelta) -> Escaped:
    """A length of time in its two largest units: "2 d 3 h", "1 h 12 min", "40 s". A clock set back counts as 0 s."""
    seconds = max(int(length.total_seconds()), 0)
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds % 60, "s")]
    first = next((place for place, (amount, _) in enumerate(parts) if amount), len(parts) - 1)
    return escape(" ".join(f"{amount} {unit}" for amount, unit in parts[first : first + 2] if amount) or "0 s")
