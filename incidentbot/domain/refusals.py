"""Everything that can be refused, as facts; `render/refusals.py` turns them into sentences for people.

Refusal
├── TransitionRefused   the lifecycle has no such move now
├── Unchanged           it is so already
├── TimeRefused         something never happened, or cannot have happened then
├── IncidentNotFound    no such reference in this workspace
├── NotInvolved         the person has no part in the incident that they could leave or hand over
├── AlreadyResolved     it is over, and what was asked for concerns only what goes on
├── ChannelRefused      it cannot be moved to a channel, or its channel not be archived
├── ActionItemRefused   there is no such action item, or it is as it is wanted already
├── ReferenceMissing    REF left out, and not exactly one incident is unresolved
├── BadField            a value that cannot be taken, by the name of its field
├── PersonUnknown       no such person in the workspace, or one who cannot be invited
├── UnknownSubcommand, BadOption, MissingArgument   what was typed is not understood
├── KeyReused           the same idempotency key with another body
├── EventNotFound        no such monitoring event was ever heard of
├── EventRefused        the event is acknowledged already, or over
├── EventTaken          the event belongs to an unresolved incident
├── NotPermitted        the person's role has not the right
├── EffectRefused       what is to be told cannot be tried again, or given up, as it is now
└── NoWorkspace         no workspace is installed, or several and none was named
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import EventStatus
from incidentbot.domain.people import Actor


@dataclass(frozen=True, slots=True)
class TransitionRefused:
    """`trigger` is not legal: the incident has been in `state` since `since`, moved there by `by`."""

    reference: str
    trigger: Trigger
    state: State
    since: datetime
    by: Actor
    allowed: tuple[Trigger, ...]
    code: Literal["transition_refused"] = "transition_refused"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """`field` (title, severity, assignee, responder, …) has the value asked for already."""

    reference: str
    field: str
    value: str
    code: Literal["unchanged"] = "unchanged"


@dataclass(frozen=True, slots=True)
class TimeRefused:
    """`what` (started, acknowledged, resolved) never happened, or not before `earliest` or after `latest`."""

    reference: str
    what: str
    earliest: datetime | None = None
    latest: datetime | None = None
    code: Literal["time_refused"] = "time_refused"


@dataclass(frozen=True, slots=True)
class IncidentNotFound:
    """`reference` as it was typed names no incident of this workspace; `nearest` is the likeliest meant, or ""."""

    reference: str
    nearest: str = ""
    code: Literal["incident_not_found"] = "incident_not_found"


@dataclass(frozen=True, slots=True)
class NothingToSnooze:
    """No reminder or escalation of the incident, which is in `state`, would come within that time."""

    reference: str
    state: State
    code: Literal["nothing_to_snooze"] = "nothing_to_snooze"


@dataclass(frozen=True, slots=True)
class AlreadyResolved:
    """The incident is over; `wanted` (next_update, channel) makes sense only for one that goes on."""

    reference: str
    wanted: Literal["next_update", "channel"]
    code: Literal["already_resolved"] = "already_resolved"


@dataclass(frozen=True, slots=True)
class ChannelRefused:
    """The incident cannot be moved to a channel, or its channel not be archived; `channel` is the one in question.

    exists: it has one; pending: one is being made; home: its card stands there; taken: another incident has that one;
    none: it has none; unresolved: it is still needed; not_made: it was there before, and is not ours to archive.
    """

    reference: str
    reason: Literal["exists", "pending", "home", "taken", "none", "unresolved", "not_made"]
    channel: str = ""
    code: Literal["channel_refused"] = "channel_refused"


@dataclass(frozen=True, slots=True)
class ActionItemRefused:
    """There is no action item `number` (unknown), or it is `done`, `open`, or as it is wanted already (unchanged).

    `others` are the numbers of those that are open.
    """

    reference: str
    number: int
    reason: Literal["unknown", "done", "open", "unchanged"]
    others: tuple[int, ...] = ()
    code: Literal["action_item_refused"] = "action_item_refused"


@dataclass(frozen=True, slots=True)
class NotInvolved:
    """`person` (a Slack user id) has no part in the incident that could be left, or no role to be handed over."""

    reference: str
    person: str
    code: Literal["not_involved"] = "not_involved"


@dataclass(frozen=True, slots=True)
class ReferenceMissing:
    """No reference was given, and `unresolved` (references, newest first, at most 5 of `count`) is not exactly one."""

    unresolved: tuple[str, ...]
    count: int
    code: Literal["reference_missing"] = "reference_missing"


@dataclass(frozen=True, slots=True)
class BadField:
    """The value of `field` cannot be taken. `reason`: blank, too_long, unknown, malformed, out_of_range.

    `limit` is the most that is taken where there is one, `value` what was given (cut), `choices` what would do.
    """

    field: str
    reason: Literal["blank", "too_long", "unknown", "malformed", "out_of_range"]
    value: str = ""
    limit: int = 0
    choices: tuple[str, ...] = ()
    code: Literal["bad_field"] = "bad_field"


@dataclass(frozen=True, slots=True)
class PersonUnknown:
    """`person` as typed (a name or an id) is nobody we can assign or invite; `reason` as in Unreachable, or unknown.

    Of an on-call name it is nobody_on_call, or many_on_call: too many to be told one by one, or for what takes one.
    `field` is what they were to be: assignee, another role, or responders; `nearest` the id of whoever may be meant.
    """

    person: str
    reason: str = "unknown"
    field: str = "assignee"
    nearest: str = ""
    code: Literal["person_unknown"] = "person_unknown"


@dataclass(frozen=True, slots=True)
class UnknownSubcommand:
    """`command` ("/incident") has no subcommand `word`; `nearest` is the likeliest meant, or empty."""

    command: str
    word: str
    nearest: str = ""
    code: Literal["unknown_subcommand"] = "unknown_subcommand"


@dataclass(frozen=True, slots=True)
class BadOption:
    """`option` ("--sverity", or a stray word) is not understood by `usage`'s subcommand; `nearest` as above."""

    option: str
    usage: str
    nearest: str = ""
    code: Literal["bad_option"] = "bad_option"


@dataclass(frozen=True, slots=True)
class MissingArgument:
    """`argument` ("a title", "a person") is missing; `usage` is the valid form."""

    argument: str
    usage: str
    code: Literal["missing_argument"] = "missing_argument"


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The idempotency key came before with another body."""

    key: str
    code: Literal["key_reused"] = "key_reused"


@dataclass(frozen=True, slots=True)
class EffectRefused:
    """`effect` (its id) is in `state` (unknown, waiting, in_flight, held, done …), where that cannot be done."""

    effect: str
    state: str
    code: Literal["effect_refused"] = "effect_refused"


@dataclass(frozen=True, slots=True)
class NoWorkspace:
    """No workspace is installed (`teams` empty), or several are and none was named."""

    teams: tuple[str, ...]
    code: Literal["no_workspace"] = "no_workspace"


RightsTable = Literal["commands", "actions", "either"]


@dataclass(frozen=True, slots=True)
class NotPermitted:
    """The person's `role` has not the `right` in `table`; `roles` have it, and `grantors` (ids) can see to it.

    Either may be empty: no role has the right, or whoever runs the service is the only one to ask.
    """

    right: str
    table: RightsTable
    role: str
    roles: tuple[str, ...] = ()
    grantors: tuple[str, ...] = ()
    code: Literal["not_permitted"] = "not_permitted"


@dataclass(frozen=True, slots=True)
class EventNotFound:
    """`event` (its id at its source) is none that we were ever told of."""

    event: str
    code: Literal["event_not_found"] = "event_not_found"


@dataclass(frozen=True, slots=True)
class EventRefused:
    """The event has been in `status` since `since`, by `by` (a name, or "")."""

    event: str
    status: EventStatus
    by: str
    since: datetime
    code: Literal["event_refused"] = "event_refused"


@dataclass(frozen=True, slots=True)
class EventTaken:
    """The event belongs to the unresolved incident `reference` already."""

    event: str
    reference: str
    code: Literal["event_taken"] = "event_taken"


Refusal = (
    TransitionRefused
    | Unchanged
    | TimeRefused
    | IncidentNotFound
    | ReferenceMissing
    | NotInvolved
    | NothingToSnooze
    | AlreadyResolved
    | ChannelRefused
    | ActionItemRefused
    | BadField
    | PersonUnknown
    | UnknownSubcommand
    | BadOption
    | MissingArgument
    | KeyReused
    | EffectRefused
    | NoWorkspace
    | EventNotFound
    | EventRefused
    | EventTaken
    | NotPermitted
)


class Refused(Exception):
    """Raised by a decision that cannot be taken; carries the facts."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
