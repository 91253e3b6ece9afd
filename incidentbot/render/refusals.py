"""What was refused, in words for somebody at 3 a.m.: what was wrong, what is so instead, what to do next."""

from collections.abc import Mapping
from typing import Final, assert_never

from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.nearest import nearest
from incidentbot.domain.reference import parse_reference
from incidentbot.domain.refusals import (
    ActionItemRefused,
    AlreadyResolved,
    BadField,
    BadOption,
    ChannelRefused,
    EffectRefused,
    EventNotFound,
    EventRefused,
    EventTaken,
    IncidentNotFound,
    KeyReused,
    MissingArgument,
    NothingToSnooze,
    NotInvolved,
    NotPermitted,
    NoWorkspace,
    PersonUnknown,
    ReferenceMissing,
    Refusal,
    TimeRefused,
    TransitionRefused,
    Unchanged,
    UnknownSubcommand,
)
from incidentbot.languages import said
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import (
    NOTHING,
    Escaped,
    Words,
    channel,
    code,
    date,
    escape,
    fill,
    fit,
    is_user_id,
    joined,
    listed,
    number,
    user,
)
from incidentbot.render.vocabulary import (
    CORRECTED_WORD,
    PAST,
    ROLE_WORD,
    STATE_WORD,
    UNREACHABLE,
    person,
    severity_named,
    ways_on,
)

SENTENCE_LIMIT: Final = 2500
_LEADS_TO: Final[Mapping[Trigger, State]] = {
    Trigger.ACKNOWLEDGE: State.ACKNOWLEDGED,
    Trigger.UNACKNOWLEDGE: State.OPEN,
    Trigger.RESOLVE: State.RESOLVED,
    Trigger.REOPEN: State.OPEN,
}
_FIELDS: Final[Mapping[str, Escaped]] = Words(
    {
        "title": fill("The title"),
        "description": fill("The description"),
        "note": fill("The note"),
        "severity": fill("The severity"),
        "priority": fill("The priority"),
        "assignee": fill("The assignee"),
        "state": fill("The state"),
        "quiet_since": fill("The begin of the quiet hours"),
        "quiet_until": fill("The end of the quiet hours"),
        "length": fill("The length"),
        "next_update": fill("The time until the next update"),
        "limit": fill("The limit"),
        "cursor": fill("The cursor"),
        "report": fill("The report"),
        "channel": fill("The channel"),
        "schedule": fill("The schedule"),
        "time": fill("The time"),
        "day": fill("The day"),
        "zone": fill("The time zone"),
        "due": fill("The time when it is due"),
        "action_item": fill("The action item"),
        "action_items": fill("The number of action items"),
        "retrospective": fill("The retrospective"),
    }
)
_SAME: Final[Mapping[str, Escaped]] = Words(
    {
        "title": fill("title"),
        "severity": fill("severity"),
        "time (started)": fill("time (started)"),
        "time (acknowledged)": fill("time (acknowledged)"),
        "time (resolved)": fill("time (resolved)"),
    }
)
_EFFECT_STATES: Final[Mapping[str, Escaped]] = Words(
    {
        "waiting": fill("waiting, and is tried by itself"),
        "held": fill("held until the token is taken again, and is then tried by itself"),
        "in_flight": fill("on its way right now"),
        "parked": fill("given up already"),
        "done": fill("told already"),
        "superseded": fill("replaced by something newer"),
    }
)
_ON_CALL: Final[Mapping[str, Escaped]] = Words(
    {"nobody_on_call": fill("Nobody is on call"), "many_on_call": fill("Too many people are on call")}
)


def refusal(refused: Refusal) -> Message:
    """The answer to the person who asked; nobody else needs to see it."""
    text = sentence(refused)
    return Message(text, (blocks.section(text),))


def sentence(refused: Refusal) -> Escaped:
    """The same as one paragraph of mrkdwn, at most SENTENCE_LIMIT long; `plain.words` makes it text for a terminal."""
    return fit(_sentence(refused), SENTENCE_LIMIT)


def _sentence(refused: Refusal) -> Escaped:
    match refused:
        case (
            TransitionRefused()
            | Unchanged()
            | TimeRefused()
            | NothingToSnooze()
            | IncidentNotFound()
            | ReferenceMissing()
        ):
            return _about_incident(refused)
        case NotInvolved() | AlreadyResolved() | ChannelRefused() | ActionItemRefused():
            return _not_so(refused)
        case BadField():
            return bad_field(refused)
        case PersonUnknown():
            return person_unknown(refused)
        case UnknownSubcommand() | BadOption() | MissingArgument():
            return _about_typing(refused)
        case EventNotFound() | EventRefused() | EventTaken():
            return _about_event(refused)
        case NotPermitted():
            return _not_permitted(refused)
        case KeyReused() | EffectRefused() | NoWorkspace():
            return _about_service(refused)
        case _:
            assert_never(refused)


def _about_service(refused: KeyReused | EffectRefused | NoWorkspace) -> Escaped:
    match refused:
        case KeyReused():
            return fill(
                "The idempotency key {key} came before with another request. Send a new request with a new key.",
                key=code(refused.key, 80),
            )
        case EffectRefused():
            return _effect(refused)
        case NoWorkspace():
            return _no_workspace(refused)
        case _:
            assert_never(refused)


def _not_permitted(refused: NotPermitted) -> Escaped:
    """The missing right, the roles that have it, and who can help."""
    tables = {"commands": fill("command"), "actions": fill("action"), "either": fill("command or action")}
    lacks = fill(
        "You may not do this: your role {role} lacks the right {right} ({table}).",
        role=code(refused.role, 80),
        right=code(refused.right, 40),
        table=tables[refused.table],
    )
    having = listed([code(role, 80) for role in refused.roles], most=10, limit=900)
    roles = fill("Roles that have it: {roles}.", roles=having) if having else fill("No role has it.")
    people = listed([user(person) for person in refused.grantors], most=5, limit=400)
    ask = fill("Ask {people}.", people=people) if people else fill("Ask whoever runs this service.")
    return joined([lacks, roles, ask])


def _effect(refused: EffectRefused) -> Escaped:
    effect = code(refused.effect, 80)
    look = code("incidentbot effects list")
    if refused.state == "unknown":
        return fill("There is no effect {effect} in this workspace. {look} shows the ids.", effect=effect, look=look)
    state = _EFFECT_STATES.get(refused.state) or escape(refused.state, 40)
    return fill("{effect} is {state}. {look} shows what can be done.", effect=effect, state=state, look=look)


def _about_event(refused: EventNotFound | EventRefused | EventTaken) -> Escaped:
    event = code(refused.event, 80) or fill("that")
    match refused:
        case EventNotFound():
            return fill("There is no event {event} here. `/nopesight search TEXT` finds events.", event=event)
        case EventTaken():
            ref = refused.reference
            way = code(f"/incident show {ref}")
            return fill("Event {event} belongs to {ref} already: {way}.", event=event, ref=escape(ref), way=way)
        case EventRefused():
            by = fill("by {who}, ", who=escape(refused.by, 80)) if refused.by else NOTHING
            status, since = escape(refused.status.value), date(refused.since)
            told = fill(
                "Event {event} is already {status} ({by}{since}).", event=event, status=status, by=by, since=since
            )
            return _as_it_is(told, f"/nopesight search {refused.event}")
        case _:
            assert_never(refused)


def _about_incident(
    refused: TransitionRefused | Unchanged | TimeRefused | NothingToSnooze | IncidentNotFound | ReferenceMissing,
) -> Escaped:
    match refused:
        case TransitionRefused():
            return _transition(refused)
        case Unchanged():
            return _unchanged(refused)
        case TimeRefused():
            return _time_refused(refused)
        case NothingToSnooze():
            return fill(
                "Nothing of {ref} would remind anybody within that time ({state}). {way} tells what is to come.",
                ref=escape(refused.reference),
                state=STATE_WORD[refused.state],
                way=code(f"/incident why {refused.reference}"),
            )
        case IncidentNotFound():
            return _not_found(refused)
        case ReferenceMissing():
            return _reference_missing(refused)
        case _:
            assert_never(refused)


def _not_so(refused: NotInvolved | AlreadyResolved | ChannelRefused | ActionItemRefused) -> Escaped:
    match refused:
        case NotInvolved():
            return _not_involved(refused)
        case AlreadyResolved():
            return _already_resolved(refused)
        case ChannelRefused():
            return _channel_refused(refused)
        case ActionItemRefused():
            return _action_item_refused(refused)
        case _:
            assert_never(refused)


def _channel_refused(refused: ChannelRefused) -> Escaped:
    told = _about_channel(refused)
    shown = refused.reason in {"exists", "pending", "none"}
    return _as_it_is(told, f"/incident show {refused.reference}") if shown else told


def _about_channel(refused: ChannelRefused) -> Escaped:
    ref, where = escape(refused.reference), channel(refused.channel)
    match refused.reason:
        case "exists":
            return fill("{ref} has a channel already: {where}.", ref=ref, where=where)
        case "pending":
            return fill("A channel for {ref} is being made. Its thread says where, or why not.", ref=ref)
        case "home":
            return fill("The card of {ref} stands in {where}. Choose another channel, or none.", ref=ref, where=where)
        case "taken":
            return fill("{where} belongs to another incident. Choose another channel, or none.", where=where)
        case "none":
            return fill("{ref} has no channel of its own.", ref=ref)
        case "unresolved":
            return fill(
                "{ref} is not resolved, so that its channel is needed. Resolve it first: {way}.",
                ref=ref,
                way=code(f"/incident resolve {refused.reference}"),
            )
        case "not_made":
            return fill(
                "{where} was there before {ref}, so I do not archive it. If nobody needs it, type `/archive` there.",
                ref=ref,
                where=where,
            )
        case _:
            assert_never(refused.reason)


def _action_item_refused(refused: ActionItemRefused) -> Escaped:
    facts = {"ref": escape(refused.reference), "number": number(refused.number)}
    told = {
        "unknown": fill("{ref} has no action item {number}.", **facts),
        "done": fill("Action item {number} of {ref} is done already.", **facts),
        "open": fill("Action item {number} of {ref} is open already.", **facts),
        "unchanged": fill("That changes nothing about action item {number} of {ref}.", **facts),
    }[refused.reason]
    others = listed([number(one) for one in refused.others], most=10, limit=200)
    still = fill("Open are: {others}.", others=others) if others else NOTHING
    way = code(f"/incident action {refused.reference} list")
    return joined([told, still, fill("{way} shows all of them.", way=way)])


def _already_resolved(refused: AlreadyResolved) -> Escaped:
    wanted = fill("no next update is due") if refused.wanted == "next_update" else fill("it needs no channel any more")
    return fill(
        "{ref} is resolved: {wanted}. If it is not over, {way} first.",
        ref=escape(refused.reference),
        wanted=wanted,
        way=code(f"/incident reopen {refused.reference}"),
    )


def _not_involved(refused: NotInvolved) -> Escaped:
    who = user(refused.person) if is_user_id(refused.person) else fill("Nobody in Slack")
    return fill(
        "{who} has no part in {ref} to leave or to hand over. {show} tells who is here.",
        who=who,
        ref=escape(refused.reference),
        show=code(f"/incident show {refused.reference}"),
    )


def _transition(refused: TransitionRefused) -> Escaped:
    already = _LEADS_TO[refused.trigger] is refused.state
    facts = {
        "ref": escape(refused.reference),
        "state": STATE_WORD[refused.state],
        "who": person(refused.by),
        "since": date(refused.since),
        "done": PAST[refused.trigger],
        "ways": ways_on(refused.allowed, refused.reference),
    }
    if already:
        return fill("{ref} is already {state} (by {who}, {since}). You can: {ways}.", **facts)
    return fill("{ref} cannot be {done}: it is {state} (by {who}, {since}). You can: {ways}.", **facts)


def _unchanged(refused: Unchanged) -> Escaped:
    so = _so_already(refused)
    return _as_it_is(so, f"/incident show {refused.reference}") if refused.value or refused.field in ROLE_WORD else so


def _as_it_is(problem: Escaped, way: str) -> Escaped:
    """The problem, and where to look."""
    return fill("{problem} {way} tells how it is now.", problem=problem, way=code(way))


def _so_already(refused: Unchanged) -> Escaped:
    ref = escape(refused.reference)
    if refused.field in {"responder", "responders"}:
        return fill("{who} has already been invited to {ref}.", who=user(refused.value), ref=ref)
    if refused.field in ROLE_WORD and refused.field != "assignee":
        return _unchanged_role(refused)
    if refused.field == "assignee" and refused.value:
        return fill("{ref} is already assigned to {who}.", ref=ref, who=user(refused.value))
    if refused.field == "assignee":
        return fill("{ref} has no assignee to remove.", ref=ref)
    if refused.field == "retrospective":
        way = code(f"/incident retrospective {refused.reference} edit")
        return fill("The retrospective of {ref} says this already. Say something else: {way}.", ref=ref, way=way)
    if not refused.value:
        way = code(f"/incident update {refused.reference} TEXT --severity high")
        return fill("That changes nothing about {ref}. Say what to change, for example: {way}.", ref=ref, way=way)
    named = _SAME.get(refused.field) or escape(refused.field, 40)
    value = severity_named(refused.value) if refused.field == "severity" else escape(refused.value)
    return fill("{ref} already has this {field}: {value}.", ref=ref, field=named, value=value)


def _unchanged_role(refused: Unchanged) -> Escaped:
    """One of the roles beside the assignee's."""
    ref, role = escape(refused.reference), ROLE_WORD[refused.field]
    if not refused.value:
        return fill("{ref} has nobody as {role} to remove.", ref=ref, role=role)
    return fill("{who} is already {role} of {ref}.", who=user(refused.value), role=role, ref=ref)


def _time_refused(refused: TimeRefused) -> Escaped:
    """That it never happened, or between what it has to be."""
    ref, what = escape(refused.reference), CORRECTED_WORD.get(refused.what) or escape(refused.what, 40)
    if refused.earliest is None or refused.latest is None:
        told = fill("{ref} was never {what}, so there is no time to correct.", ref=ref, what=what)
        return _as_it_is(told, f"/incident show {refused.reference}")
    return fill(
        "That cannot be when {ref} was {what}: it was between {earliest} and {latest}. Name a time between them.",
        ref=ref,
        what=what,
        earliest=date(refused.earliest),
        latest=date(refused.latest),
    )


def _not_found(refused: IncidentNotFound) -> Escaped:
    typed = code(refused.reference, 80) or fill("(nothing)")
    meant = fill("Did you mean {ref}?", ref=code(refused.nearest, 20)) if refused.nearest else NOTHING
    if parse_reference(refused.reference) is None:
        wrong, way = fill("{typed} is no reference like `INC-42`.", typed=typed), fill("`/incident list` shows them.")
    else:
        wrong = fill("There is no incident {typed} in this workspace.", typed=typed)
        way = fill("`/incident list all` shows all of them.")
    return joined([wrong, meant, way])


def _reference_missing(refused: ReferenceMissing) -> Escaped:
    if not refused.count:
        return fill("Every incident is resolved. To mean one of them, name it: `/incident list all` shows them.")
    known = [escape(ref, 20) for ref in refused.unresolved]
    shown = listed(known, most=5, limit=400, total=refused.count)
    return fill(
        "{count} incidents are unresolved, so say which one you mean: {known}. For example: {way}.",
        count=number(refused.count),
        known=shown,
        way=code(f"/incident show {refused.unresolved[0]}" if refused.unresolved else "/incident list"),
    )


def bad_field(refused: BadField) -> Escaped:
    """What is wrong with the value of a field, in one sentence that can stand at the field."""
    field = _FIELDS.get(refused.field) or fill("The value of {field}", field=code(refused.field, 40) or fill("a field"))
    problem = _problem(refused, field)
    if not refused.choices:
        return problem if refused.reason == "blank" else joined([problem, _other_value(refused)])
    choices = listed([code(choice, 80) for choice in refused.choices], most=10, limit=900)
    return joined([problem, _meant(refused), fill("Use one of: {choices}.", choices=choices)])


def _meant(refused: BadField) -> Escaped:
    """The one of the choices that was nearly typed. Numbers that look alike are no nearer than others."""
    near = nearest(refused.value, refused.choices)
    if not near or refused.value.isdigit() or refused.reason == "out_of_range":
        return NOTHING
    return fill("Did you mean {nearest}?", nearest=code(near, 80))


def _other_value(refused: BadField) -> Escaped:
    return fill("Shorten it.") if refused.reason == "too_long" else fill("Give another one.")


def _problem(refused: BadField, field: Escaped) -> Escaped:
    value = code(refused.value, 80)
    match refused.reason:
        case "blank":
            return fill("{field} is missing: write at least one character.", field=field)
        case "too_long":
            return fill(
                "{field} is too long: {limit} characters are the most.", field=field, limit=number(refused.limit)
            )
        case "unknown":
            return fill("{field} cannot be {value}.", field=field, value=value)
        case "malformed":
            return fill("{field} {value} cannot be read.", field=field, value=value)
        case "out_of_range":
            most = fill(" The most is {limit}.", limit=number(refused.limit)) if refused.limit else NOTHING
            return fill("{field} {value} is out of range.{most}", field=field, value=value, most=most)
        case _:
            assert_never(refused.reason)


def person_unknown(refused: PersonUnknown) -> Escaped:
    """Who cannot be assigned or invited, and why."""
    who = user(refused.person) if is_user_id(refused.person) else code(refused.person, 80) or fill("This person")
    if refused.reason in _ON_CALL:
        return fill(
            "{problem} by {who}. {next}",
            problem=_ON_CALL[refused.reason],
            who=who,
            next=fill("`/incident oncall` shows who is; type `@` and pick a person from the list."),
        )
    known = UNREACHABLE.get(refused.reason)
    if known is not None:
        return fill("{who} {reason}. Choose somebody else.", who=who, reason=known)
    meant = fill("Did you mean {nearest}?", nearest=user(refused.nearest)) if refused.nearest else NOTHING
    wrong = fill("{who} was not found in this workspace.", who=who)
    return joined([wrong, meant, fill("Type `@` and pick the person from the list.")])


def _about_typing(refused: UnknownSubcommand | BadOption | MissingArgument) -> Escaped:
    match refused:
        case UnknownSubcommand():
            return _unknown_subcommand(refused)
        case BadOption():
            return _bad_option(refused)
        case MissingArgument():
            missing = escape(said(refused.argument), 80) or fill("something")
            return joined([fill("This needs {missing}.", missing=missing), _form(refused.usage)])
        case _:
            assert_never(refused)


def _unknown_subcommand(refused: UnknownSubcommand) -> Escaped:
    typed = code(f"{refused.command} {refused.word}", 80)
    nearest = code(f"{refused.command} {refused.nearest}" if refused.nearest else "", 80)
    meant = fill("Did you mean {nearest}?", nearest=nearest) if nearest else NOTHING
    way = fill("{help} lists what there is.", help=code(f"{refused.command} help", 80))
    return joined([fill("There is no {typed}.", typed=typed), meant, way])


def _bad_option(refused: BadOption) -> Escaped:
    typed = code(refused.option, 80) or fill("A part of it")
    meant = fill("Did you mean {nearest}?", nearest=code(refused.nearest, 80)) if refused.nearest else NOTHING
    return joined([fill("{typed} is not understood here.", typed=typed), meant, _form(refused.usage)])


def _form(usage: str) -> Escaped:
    return fill("It goes like this: {usage}.", usage=code(usage)) if usage else NOTHING


def _no_workspace(refused: NoWorkspace) -> Escaped:
    if not refused.teams:
        return fill("No Slack workspace is installed yet. Set `SLACK_BOT_TOKEN`, or install the app, then try again.")
    teams = listed([code(team, 40) for team in refused.teams], most=20, limit=900)
    return fill("Several workspaces are installed. Name one with `--team` or `?team=`: {teams}.", teams=teams)
