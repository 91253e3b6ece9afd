"""The YAML file of an operator (`INCIDENTBOT_CONFIG`): its shape, its defaults, and what is wrong with it.

Every key is known or an error; what is wrong is told by its path ("incidents.escalate_after.critical"), all of it at
once. A section that is absent has the defaults written here. Conditions are kept as text: the domain parses them.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

LARGEST_FILE: Final = 1_048_576
SHORTEST_TIMER: Final = timedelta(seconds=1)
LONGEST_TIMER: Final = timedelta(days=365)
SHORTEST_SECRET: Final = 32

SeverityName = Literal["critical", "high", "medium", "low"]
DEFAULT_CREATE_WHEN: Final = "severity == 'critical'"

_DURATION: Final = re.compile(r"(?P<number>[0-9]{1,9}(?:\.[0-9]{1,3})?)(?P<unit>[smhd])\Z", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_CHANNEL: Final = re.compile(r"#?[^\s#@<>&,;:!/\\A-Z]{1,80}\Z|[CGD][A-Z0-9]{2,20}\Z")
_MENTION: Final = re.compile(r"@[\w.-]{1,80}\Z|[UWS][A-Z0-9]{2,20}\Z")
_REFERENCE: Final = re.compile(r"\{\{\s*(.*?)\s*\}\}")
# What stands in documentation where a secret belongs. Slack's own example of a signing secret is the last one.
_EXAMPLE: Final = re.compile(
    r"(?i:your[-_ ]|change[-_ ]?me|replace[-_ ]?me|example|place-?holder)|X{8}|\*{8}|^<.*>$"
    r"|8f742231b10e8888abcd99yyyzzz85a5"
)


class FileProblem(ValueError):
    """One thing that is wrong with the file: where, and what is expected there instead."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: {expected}" if path else expected)
        self.path: Final = path
        self.expected: Final = expected


class FileProblems(ValueError):
    """Everything that is wrong with the file."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems: Final = tuple(problems)


def parse_duration(text: object) -> timedelta:
    """A duration such as 45s, 0.3s, 5m, 4h or 2d; ValueError, saying so, for anything else."""
    found = _DURATION.match(text) if isinstance(text, str) else None
    if not found:
        raise ValueError("expected a duration such as 45s, 5m, 4h or 2d")
    return timedelta(seconds=float(found["number"]) * _SECONDS[found["unit"]])


def weakness(secret: str) -> str:
    """Why `secret` must not verify anything ("" if it may); the secret itself is never quoted."""
    if _EXAMPLE.search(secret):
        return "is an example value, known to everybody"
    if len(secret) < SHORTEST_SECRET:
        return f"has {len(secret)} characters, and what verifies something needs at least {SHORTEST_SECRET}"
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        return "has blanks or characters beyond plain ASCII"
    return ""


def is_channel(text: str) -> bool:
    """Whether `text` is a channel's name (#incidents) or id (C0123456789)."""
    return bool(_CHANNEL.match(text))


def _channel(text: str) -> str:
    if not is_channel(text):
        raise ValueError("expected a channel such as #incidents or C0123456789")
    return text


def _mention(text: str) -> str:
    if not _MENTION.match(text):
        raise ValueError("expected somebody to mention, such as @oncall or S0123456789")
    return text


def _strong(secret: SecretStr) -> SecretStr:
    """A secret, or two separated by a comma while one replaces the other."""
    for one in secrets_in(secret):
        if reason := weakness(one):
            raise ValueError(f"the secret {reason}")
    return secret


def secrets_in(secret: SecretStr) -> tuple[str, ...]:
    """The secrets that are in force."""
    return tuple(one.strip() for one in secret.get_secret_value().split(","))


def _twice(names: Iterable[str]) -> str:
    """What is there more than once, the first by the alphabet; "" where they all differ."""
    return min((name for name, count in Counter(names).items() if count > 1), default="")


def _of_at_least(seconds: int) -> Callable[[timedelta], timedelta]:
    """A check of a length of time that must not be shorter, nor longer than a day."""

    def check(length: timedelta) -> timedelta:
        if not timedelta(seconds=seconds) <= length <= timedelta(days=1):
            raise ValueError(f"expected {seconds}s to 1d")
        return length

    return check


def _kept(length: timedelta) -> timedelta:
    if not timedelta(hours=1) <= length <= timedelta(days=3_650):
        raise ValueError("expected 1h to 3650d")
    return length


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Channel = Annotated[str, AfterValidator(_channel)]
Mention = Annotated[str, AfterValidator(_mention)]
StrongSecret = Annotated[SecretStr, AfterValidator(_strong)]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
InputName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")]
LanguageName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$")]
SlackPrincipal = Annotated[str, StringConstraints(pattern=r"^[UWS][A-Z0-9]{2,20}$")]
SlackTeam = Annotated[str, StringConstraints(pattern=r"^[TE][A-Z0-9]{2,20}$")]
EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^\s@<>,]+@[^\s@<>,]+$")]


class Section(BaseModel):
    """A part of the file: unknown keys are errors, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


# --- integrations -----------------------------------------------------------------------------------------------------


class ChannelMappings(Section):
    """Where event notifications go by severity; None = the channel of the environment (or #notifications for low)."""

    critical: Channel | None = None
    high: Channel | None = None
    medium: Channel | None = None
    low: Channel | None = None


class NotificationRule(Section):
    """An event that meets `condition` is also told in `channel` (or several), with `mentions`.

    `verbosity` is how much the channel hears of the event later, `text` a template in place of the usual words.
    """

    name: Name
    condition: Condition
    channel: Channel | Annotated[list[Channel], Field(min_length=1)]
    mentions: list[Mention] = []
    verbosity: Literal["card", "transitions", "everything"] = "transitions"
    text: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        """Where it tells."""
        return (self.channel,) if isinstance(self.channel, str) else tuple(self.channel)


class Formatting(Section):
    """How event notifications and reports look; cards keep their blocks whatever it says."""

    use_blocks: bool = True
    include_charts: bool = True
    thread_replies: bool = True
    emoji_reactions: bool = True
    work_objects: bool = True


class Limits(Section):
    """How fast Slack may be called. `tier_share` is the part of each limit that Slack publishes which is used.

    For posting it publishes no figure but "one a second and channel, short bursts", so that is the operator's to set.
    """

    channel_posts_per_second: Annotated[float, Field(ge=0.1, le=100)] = 1.0
    channel_burst: Annotated[int, Field(ge=1, le=100)] = 3
    workspace_posts_per_minute: Annotated[int, Field(ge=10, le=100_000)] = 300
    tier_share: Annotated[float, Field(ge=0.05, le=1)] = 0.85


class SlackIntegration(Section):
    """`enabled` false = nothing is posted, webhooks are still stored."""

    enabled: bool = True
    channel_mappings: ChannelMappings = ChannelMappings()
    notification_rules: list[NotificationRule] = []
    formatting: Formatting = Formatting()
    limits: Limits = Limits()

    @field_validator("notification_rules")
    @classmethod
    def _names_differ(cls, rules: list[NotificationRule]) -> list[NotificationRule]:
        if twice := _twice(rule.name for rule in rules):
            raise PydanticCustomError("rule_twice", 'two rules are called "{name}"', {"name": twice})
        return rules


PathName = Literal[
    "system_status",
    "events",
    "event",
    "event_status",
    "event_comments",
    "event_ingest",
    "cis",
    "ci",
    "ci_relationships",
    "ci_owners",
    "playbooks",
    "playbook_execute",
    "playbook_execution",
    "reports",
    "report_generate",
    "report",
    "report_download",
    "ai_query",
    "webhooks",
]


class NopeSightIntegration(Section):
    """`paths` moves single paths of the API by name; `owners_by_department` answers for CIs without an owner.

    It is asked what changed every `poll_every`, and compared with every `reconcile_every`. With `tell_incidents` it
    makes an event of each incident that no event began.
    """

    paths: dict[PathName, Annotated[str, StringConstraints(pattern=r"^/\S*$")]] = {}
    owners_by_department: dict[str, list[EmailAddress]] = {}
    tell_incidents: bool = False
    poll_every: Annotated[Duration, AfterValidator(_of_at_least(5))] = timedelta(seconds=30)
    reconcile_every: Annotated[Duration, AfterValidator(_of_at_least(30))] = timedelta(minutes=5)


class Integrations(Section):
    """The systems at both ends."""

    slack: SlackIntegration = SlackIntegration()
    nopesight: NopeSightIntegration = NopeSightIntegration()


# --- incidents and teams ----------------------------------------------------------------------------------------------


def _timer(length: timedelta) -> timedelta:
    if not SHORTEST_TIMER <= length <= LONGEST_TIMER:
        raise ValueError("expected a duration from 1s to 365d; to switch a timer off, leave its severity out")
    return length


def _several(step: object) -> object:
    return [step] if isinstance(step, str) else step


EscalationStep = Annotated[list[Mention], BeforeValidator(_several), Field(min_length=1, max_length=20)]
DurationBySeverity = dict[SeverityName, Annotated[Duration, AfterValidator(_timer)]]


class Flapping(Section):
    """So many `moves` by events, each `within` such a time of the one before, are told once and then only counted."""

    moves: Annotated[int, Field(ge=2, le=1000)] = 4
    within: Annotated[Duration, AfterValidator(_of_at_least(10))] = timedelta(minutes=10)


class Incidents(Section):
    """Which events become incidents, and the timers. An empty mapping switches a timer off.

    `reopen_within`: an event whose group's incident was resolved so recently opens it again ("0s": never).
    """

    create_when: Condition | None = DEFAULT_CREATE_WHEN
    group_by: list[Literal["correlation_id", "signature", "ci"]] = ["correlation_id", "signature", "ci"]
    reopen_within: Duration = timedelta(minutes=10)
    resolve_with_events: bool = True
    drills_reach_nopesight: bool = False
    flapping: Flapping = Flapping()
    show_lag_after: Duration = timedelta(seconds=30)
    remind_unacknowledged_after: DurationBySeverity = {
        "critical": timedelta(minutes=5),
        "high": timedelta(minutes=15),
    }
    escalate_after: DurationBySeverity = {"critical": timedelta(minutes=15)}
    escalate_to: list[EscalationStep] = [["@oncall"]]
    acknowledgement_expires_after: DurationBySeverity = {"critical": timedelta(hours=4)}
    nudge_without_update_after: DurationBySeverity = {}
    offer_closing_after: DurationBySeverity = {}
    overview_channel: Channel | None = None
    broadcast_updates: list[SeverityName] = []

    @property
    def escalation(self) -> tuple[tuple[str, ...], ...]:
        """The steps of escalation, each with everybody who is told together."""
        return tuple(tuple(step) for step in self.escalate_to)


class Team(Section):
    """What is particular to one workspace. `language` None = as everywhere."""

    nopesight_department: Name | None = None
    language: LanguageName | None = None


# --- on call ----------------------------------------------------------------------------------------------------------


def _local_time(given: object) -> datetime:
    """A time on the clock of the schedule's zone; YAML reads some of them by itself."""
    try:
        found = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or found.microsecond:
        raise ValueError("expected a time on the schedule's own clock, such as 2026-01-05 09:00")
    return found


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected a time zone such as Europe/Berlin or UTC") from None
    return name


def _shift(length: timedelta) -> timedelta:
    if not timedelta(hours=1) <= length <= LONGEST_TIMER:
        raise ValueError("expected the length of a shift, from 1h to 365d, such as 12h or 7d")
    return length


Somebody = Annotated[str, StringConstraints(pattern=r"^(?:@[\w.-]{1,80}|[UW][A-Z0-9]{2,20})$")]
Group = Annotated[str, StringConstraints(pattern=r"^(?:@[\w.-]{1,80}|S[A-Z0-9]{2,20})$")]
LocalTime = Annotated[datetime, BeforeValidator(_local_time)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
OnCallName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9_-]{0,19})$")]


class OverrideOnCall(Section):
    """`person` has it from `since` until `until`, whoever's turn it is."""

    person: Somebody
    since: LocalTime
    until: LocalTime

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until <= self.since:
            raise PydanticCustomError("override_order", "expected until to be after since")
        return self


class ScheduleOnCall(Section):
    """`people` take turns of `length`, the first of them at `start`, on the clock of `time_zone`."""

    people: Annotated[list[Somebody], Field(min_length=1, max_length=100)]
    start: LocalTime
    length: Annotated[Duration, AfterValidator(_shift)] = timedelta(days=7)
    time_zone: TimeZone = "UTC"
    overrides: Annotated[list[OverrideOnCall], Field(max_length=500)] = []


class NopeSightTeamOnCall(Section):
    """Who answers for the CI `ci` in NopeSight, as far as they are of `team`."""

    ci: Name
    team: Name | None = None


class OnCall(Section):
    """What a name stands for: exactly one of the three."""

    user_group: Group | None = None
    nopesight_team: NopeSightTeamOnCall | None = None
    schedule: ScheduleOnCall | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(one is not None for one in (self.user_group, self.nopesight_team, self.schedule)) != 1:
            raise PydanticCustomError("one_source", "expected one of user_group, nopesight_team and schedule")
        return self

    @property
    def handles(self) -> tuple[str, ...]:
        """The names of it that have to be looked up in Slack."""
        schedule = self.schedule
        people = [*schedule.people, *(one.person for one in schedule.overrides)] if schedule else []
        return tuple(one for one in [self.user_group or "", *people] if one.startswith("@"))


# --- permissions ------------------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    return text.split()


_COMMANDS: Final = frozenset(
    _words(
        "status search report show list why simulate stats help create ack acknowledge unack "
        "unacknowledge resolve reopen update assign role people handover leave note comment invite schedule "
        "run_playbook maintenance snooze"
    )
)
_ACTIONS: Final = frozenset(
    _words(
        "view acknowledge unacknowledge comment note assign resolve reopen create "
        "update invite capture share search report schedule run_playbook run_workflow snooze"
    )
)


def _rights(known: frozenset[str], values: list[str]) -> list[str]:
    unknown = [value for value in values if value != "*" and value not in known]
    if unknown:
        raise ValueError(f'"{unknown[0]}" is no right; known are * {" ".join(sorted(known))}')
    return values


def _known_commands(values: list[str]) -> list[str]:
    return _rights(_COMMANDS, values)


def _known_actions(values: list[str]) -> list[str]:
    return _rights(_ACTIONS, values)


class Role(Section):
    """What a role may type (`commands`) and do otherwise (`actions`); "*" is everything."""

    commands: Annotated[list[str], AfterValidator(_known_commands)] = []
    actions: Annotated[list[str], AfterValidator(_known_actions)] = []


DEFAULT_ROLES: Final[Mapping[str, Role]] = {
    "admin": Role(commands=["*"], actions=["*"]),
    "operator": Role(
        commands=_words(
            "status search report show list why stats help create ack resolve reopen update assign note invite"
        ),
        actions=_words("view acknowledge comment assign resolve reopen update invite capture share"),
    ),
    "viewer": Role(commands=_words("status search show list why stats help"), actions=["view"]),
}


class Permissions(Section):
    """Who may do what. `user_mappings` maps Slack user ids and user group ids to roles."""

    roles: dict[Name, Role] = Field(default_factory=lambda: dict(DEFAULT_ROLES))
    user_mappings: dict[SlackPrincipal, str] = {}
    default: str = "viewer"

    @model_validator(mode="after")
    def _roles_exist(self) -> Self:
        used = {f"user_mappings.{principal}": role for principal, role in self.user_mappings.items()}
        for path, role in {**used, "default": self.default}.items():
            if role not in self.roles:
                raise PydanticCustomError(
                    "unknown_role",
                    "{place} names the role {role}, and there are only {roles}",
                    {"place": path, "role": role, "roles": ", ".join(self.roles)},
                )
        return self


# --- the API's tokens -------------------------------------------------------------------------------------------------


class NamedToken(Section):
    """A token of the API with the rights of `role`; what is done with it is recorded under `name`."""

    name: Slug
    token: StrongSecret
    role: Name

    @field_validator("name")
    @classmethod
    def _not_the_operators(cls, name: str) -> str:
        if name == "api":
            raise PydanticCustomError("token_of_operator", "api is the name of INCIDENTBOT_API_TOKEN; expected another")
        return name


class Api(Section):
    """Who besides the bearer of INCIDENTBOT_API_TOKEN may use the API. Each token is that of one name."""

    tokens: Annotated[list[NamedToken], Field(max_length=100)] = []

    @field_validator("tokens")
    @classmethod
    def _tokens_differ(cls, tokens: list[NamedToken]) -> list[NamedToken]:
        if twice := _twice(one.name for one in tokens):
            raise PydanticCustomError("token_twice", "two tokens are called {name}", {"name": twice})
        if _twice(secret for one in tokens for secret in secrets_in(one.token)):
            raise PydanticCustomError("secret_twice", "the same token is there twice; expected one of its own for each")
        return tokens


# --- workflows --------------------------------------------------------------------------------------------------------


class Trigger(Section):
    """How a workflow starts: `POST /slack/workflows/{slug}`, signed with `secret` or, without one, by bearer only."""

    type: Literal["webhook"]
    slug: Slug
    secret: StrongSecret | None = None

    @model_validator(mode="before")
    @classmethod
    def _slug_of_url(cls, given: object) -> object:
        """A `url` gives the slug by its last segment; both at once must not disagree."""
        if not isinstance(given, Mapping) or not isinstance(given.get("url"), str):
            return given
        rest = {key: value for key, value in given.items() if key != "url"}
        slug = given["url"].split("?")[0].rstrip("/").rpartition("/")[2]
        if rest.setdefault("slug", slug) != slug:
            raise PydanticCustomError("two_slugs", "expected either url or slug, and they disagree")
        return rest


class Input(Section):
    """A value that whoever starts the workflow gives."""

    name: InputName
    type: Literal["text", "select", "number", "boolean"] = "text"
    options: list[Name] = []
    required: bool = False

    @model_validator(mode="after")
    def _options_where_selected(self) -> Self:
        if (self.type == "select") != bool(self.options):
            raise PydanticCustomError("options", "expected options exactly where the type is select")
        return self


class CreateIncidentParams(Section):
    """What the incident is made of; each may hold {{workflow.title}} and {{inputs.NAME}}."""

    title: str
    severity: str = "high"
    description: str = ""
    assignee: str = ""
    cis: list[str] = []


class NotifyTeamParams(Section):
    """Whom to tell, and what ("" = the workflow's title)."""

    channel: Channel
    mentions: list[Mention] = []
    message: str = ""


class RunDiagnosticsParams(Section):
    """What to look at; `auto_remediate` also runs what NopeSight offers."""

    service: str
    playbook: str = ""
    auto_remediate: bool = False


class CreateIncidentAction(Section):
    """Creates an incident."""

    type: Literal["create_incident"]
    params: CreateIncidentParams


class NotifyTeamAction(Section):
    """Posts to a channel."""

    type: Literal["notify_team"]
    params: NotifyTeamParams


class RunDiagnosticsAction(Section):
    """Runs NopeSight's diagnostics."""

    type: Literal["run_diagnostics"]
    params: RunDiagnosticsParams


WorkflowAction = Annotated[CreateIncidentAction | NotifyTeamAction | RunDiagnosticsAction, Field(discriminator="type")]


class Workflow(Section):
    """A named list of actions that a signed request starts.

    It acts with the rights of `role`, in the workspace `team` (its id; needed where several are installed).
    """

    name: Name
    trigger: Trigger
    inputs: Annotated[list[Input], Field(max_length=50)] = []
    actions: Annotated[list[WorkflowAction], Field(min_length=1, max_length=20)]
    role: Name = "admin"
    team: SlackTeam | None = None
    runs_per_minute: Annotated[int, Field(ge=1, le=6_000)] = 60

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        known = {"workflow.title", "workflow.name", *(f"inputs.{given.name}" for given in self.inputs)}
        for used in _REFERENCE.findall(" ".join(_texts([action.model_dump() for action in self.actions]))):
            if used not in known:
                raise PydanticCustomError(
                    "unknown_reference",
                    "an action uses {used}, and there are only {known}",
                    {"used": used, "known": ", ".join(sorted(known))},
                )
        return self


def _texts(value: object) -> list[str]:
    """Every text anywhere in plain data."""
    if isinstance(value, str):
        return [value]
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for member in members for text in _texts(member)]


# --- subscribers ------------------------------------------------------------------------------------------------------


# A name of our own network. Addresses may be without dots too (2001:db8::1, 3232235777, 0xc0a80101); no name begins so.
_NEAR_NAME: Final = re.compile(r"[a-z][\w-]*", re.ASCII)


def _endpoint(url: SecretStr) -> SecretStr:
    """Signed is not secret, so what leaves the machine or its network is encrypted."""
    expected = ValueError("expected https://…, or http:// to this machine or to a name without dots")
    try:
        parts = urlsplit(url.get_secret_value())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        # Its words would quote what may be secret.
        raise expected from None
    near = host in {"127.0.0.1", "::1"} or _NEAR_NAME.fullmatch(host)
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and near)):
        raise expected
    return url


# The kinds of timeline entries.
_CHANGES: Final = frozenset(
    _words(
        "created acknowledged unacknowledged resolved reopened severity_changed title_changed assigned note "
        "owner_invited event_linked event_updated playbook captured reminder escalated sync_failed sync_recovered "
        "repaired corrected moved action_added action_changed action_done action_reopened retrospective"
    )
)


def _known_changes(values: list[str]) -> list[str]:
    unknown = [value for value in values if value not in _CHANGES]
    if unknown:
        raise ValueError(f'"{unknown[0]}" is no change; known are {" ".join(sorted(_CHANGES))}')
    return values


class Subscriber(Section):
    """A program that is told of every change, or of those kinds of timeline entries that `changes` names.

    Signed with `secret`: two, separated by a comma, while one replaces the other. `team` is the workspace's id; without
    one it hears of all of them.
    """

    name: Slug
    url: Annotated[SecretStr, AfterValidator(_endpoint)]
    secret: StrongSecret
    changes: Annotated[list[str], AfterValidator(_known_changes)] = []
    team: SlackTeam | None = None


# --- the whole file ---------------------------------------------------------------------------------------------------


class Reports(Section):
    """How long reports and their files are kept, and for how long a link to one opens it."""

    keep_for: Annotated[Duration, AfterValidator(_kept)] = timedelta(days=90)
    links_valid_for: Annotated[Duration, AfterValidator(_kept)] = timedelta(days=7)


class ConfigFile(Section):
    """The whole file. `permissions` None = no section: everybody is an operator."""

    language: LanguageName = "en"
    integrations: Integrations = Integrations()
    incidents: Incidents = Incidents()
    permissions: Permissions | None = None
    api: Api = Api()
    workflows: list[Workflow] = []
    subscribers: Annotated[list[Subscriber], Field(max_length=20)] = []
    reports: Reports = Reports()
    teams: dict[str, Team] = {}
    on_call: dict[OnCallName, OnCall] = {}

    @field_validator("workflows")
    @classmethod
    def _slugs_differ(cls, workflows: list[Workflow]) -> list[Workflow]:
        if twice := _twice(workflow.trigger.slug for workflow in workflows):
            raise PydanticCustomError("slug_twice", "two workflows have the slug {slug}", {"slug": twice})
        return workflows

    @field_validator("subscribers")
    @classmethod
    def _subscribers_differ(cls, subscribers: list[Subscriber]) -> list[Subscriber]:
        if twice := _twice(one.name for one in subscribers):
            raise PydanticCustomError("subscriber_twice", "two subscribers are called {name}", {"name": twice})
        return subscribers

    @model_validator(mode="after")
    def _roles_exist(self) -> Self:
        used = {f"workflows[{number}].role": one.role for number, one in enumerate(self.workflows)}
        used |= {f"api.tokens[{number}].role": one.role for number, one in enumerate(self.api.tokens)}
        for place, role in used.items():
            if role not in self.roles:
                raise PydanticCustomError(
                    "unknown_role",
                    "{place} names the role {role}, and there are only {roles}",
                    {"place": place, "role": role, "roles": ", ".join(self.roles)},
                )
        return self

    def conditions(self) -> Iterator[tuple[str, str]]:
        """Every condition with its path, for whoever knows the language."""
        if self.incidents.create_when:
            yield "incidents.create_when", self.incidents.create_when
        for number, rule in enumerate(self.integrations.slack.notification_rules):
            yield f"integrations.slack.notification_rules[{number}].condition", rule.condition

    def templates(self) -> Iterator[tuple[str, str]]:
        """Every template with its path, likewise."""
        for number, rule in enumerate(self.integrations.slack.notification_rules):
            if rule.text is not None:
                yield f"integrations.slack.notification_rules[{number}].text", rule.text

    def languages(self) -> Iterator[tuple[str, str]]:
        """Every language with its path, likewise."""
        yield "language", self.language
        for team_id, team in self.teams.items():
            if team.language:
                yield f"teams.{team_id}.language", team.language

    def mentions(self) -> tuple[str, ...]:
        """Everybody whom the file mentions and who has to be looked up in Slack, each once."""
        rules = (one for rule in self.integrations.slack.notification_rules for one in rule.mentions)
        actions = (action for workflow in self.workflows for action in workflow.actions)
        tellers = (action for action in actions if isinstance(action, NotifyTeamAction))
        workflows = (one for action in tellers for one in action.params.mentions)
        escalated = (one for step in self.incidents.escalation for one in step)
        named = (
            one for one in (*rules, *escalated, *workflows) if one.removeprefix("@").casefold() not in self.on_call
        )
        on_call = (one for roster in self.on_call.values() for one in roster.handles)
        return tuple(dict.fromkeys((*named, *on_call)))

    @property
    def role_of_everybody(self) -> str:
        """The role of whoever is not mapped."""
        return "operator" if self.permissions is None else self.permissions.default

    @property
    def roles(self) -> Mapping[str, Role]:
        """The roles in force, in the file's order."""
        return DEFAULT_ROLES if self.permissions is None else self.permissions.roles


class _UniqueKeyLoader(yaml.SafeLoader):
    """Plain data only, and no key twice: YAML itself would silently take the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML calls it so
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'the key "{key}" is there twice', key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_config(text: str) -> ConfigFile:
    """The file's content as checked values; FileProblems tells everything that is wrong with it."""
    try:
        # A subclass of SafeLoader: builds plain data only.
        raw = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - the loader is a safe one
    except yaml.YAMLError as error:
        raise FileProblems([_syntax_problem(error)]) from error
    except RecursionError as error:
        raise FileProblems([FileProblem("", "expected YAML that is nested less deeply")]) from error
    try:
        return ConfigFile.model_validate({} if raw is None else raw)
    except ValidationError as error:
        raise FileProblems([_problem(detail) for detail in error.errors(include_url=False)]) from error


def _syntax_problem(error: yaml.YAMLError) -> FileProblem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "expected YAML"
    return FileProblem(f"line {mark.line + 1}, column {mark.column + 1}" if mark else "", str(what))


# Sentences for pydantic's own kinds of errors.
_WORDINGS: Final = {
    "extra_forbidden": "is not a known key",
    "missing": "is missing",
    "bool_type": "expected true or false",
    "string_type": "expected a text (in quotes where it could be read as something else)",
    "list_type": "expected a list",
    "dict_type": "expected keys and values",
    "model_type": "expected keys and values",
    "model_attributes_type": "expected keys and values",
}


def _problem(detail: ErrorDetails) -> FileProblem:
    message = _WORDINGS.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    return FileProblem(_path(detail["loc"]), message[:1].lower() + message[1:])


def _path(location: Sequence[int | str]) -> str:
    """workflows[0].actions[1].params.title, without the tags that pydantic adds for kinds and keys."""
    path = ""
    for index, part in enumerate(location):
        if part == "[key]" or (index and isinstance(location[index - 1], int) and part in _ACTION_TYPES):
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


_ACTION_TYPES: Final = frozenset({"create_incident", "notify_team", "run_diagnostics"})
