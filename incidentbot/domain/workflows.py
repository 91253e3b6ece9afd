"""Workflows of the settings: a signed request brings inputs, and a fixed list of actions is carried out with them.

What a request brings is checked against the declared inputs, and put into the texts of the actions once, as text: what
was put in is never looked at again.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.permissions import Permissions, Right
from incidentbot.domain.severity import Severity
from incidentbot.domain.text import clean_line, clean_text

LONGEST_TEXT: Final = 3_000
LONGEST_TITLE: Final = 1_000
REFERENCE: Final = re.compile(r"\{\{\s*(.*?)\s*\}\}")
# How unknown inputs and wrong ones are told apart from the request's own fields.
_FIELDS: Final = frozenset({"title", "inputs", "dry_run"})
InputType = Literal["text", "select", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Input:
    """A value that whoever starts the workflow gives; `options` where the type is select."""

    name: str
    type: InputType = "text"
    options: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class CreateIncident:
    """Make an incident; every text may hold {{workflow.title}} and {{inputs.NAME}}."""

    title: str
    severity: str = "high"
    description: str = ""
    assignee: str = ""
    cis: tuple[str, ...] = ()
    type: Literal["create_incident"] = "create_incident"


@dataclass(frozen=True, slots=True)
class NotifyTeam:
    """Post to a channel, mentioning people and groups; without a message the title."""

    channel: str
    mentions: tuple[str, ...] = ()
    message: str = ""
    type: Literal["notify_team"] = "notify_team"


@dataclass(frozen=True, slots=True)
class RunDiagnostics:
    """Have NopeSight look at a service; only with `auto_remediate` may it change anything."""

    service: str
    playbook: str = ""
    auto_remediate: bool = False
    type: Literal["run_diagnostics"] = "run_diagnostics"


Action = CreateIncident | NotifyTeam | RunDiagnostics


@dataclass(frozen=True, slots=True)
class Workflow:
    """A named list of actions. It acts with the rights of the role `role`, in the workspace `team` ("": the only one).

    It is started at most `runs_per_minute` times.
    """

    slug: str
    name: str
    actions: tuple[Action, ...]
    inputs: tuple[Input, ...] = ()
    role: str = "admin"
    team: str = ""
    runs_per_minute: int = 60


@dataclass(frozen=True, slots=True)
class Given:
    """What a request brought, checked: the title ("": the workflow's name) and the inputs, as text."""

    title: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class BadInput:
    """One thing that is wrong with a request: its place, and what is expected there."""

    field: str
    problem: str


class BadInputs(ValueError):
    """Everything that is wrong with a request."""

    def __init__(self, problems: Sequence[BadInput]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.problem}" for one in problems))
        self.problems: Final = tuple(problems)


def read_given(workflow: Workflow, body: object) -> Given:
    """What the JSON value `body` gives to `workflow`; BadInputs names everything that is wrong with it."""
    if not isinstance(body, Mapping):
        raise BadInputs([BadInput("body", "expected an object with title and inputs")])
    inputs = body.get("inputs", {})
    problems = [BadInput(str(name)[:80], "is not known") for name in body if name not in _FIELDS]
    problems += _problems_of_title(body.get("title", ""))
    if not isinstance(body.get("dry_run", False), bool):
        problems.append(BadInput("dry_run", "expected true or false"))
    if isinstance(inputs, Mapping):
        problems += _problems_of_inputs(workflow, inputs)
    else:
        problems.append(BadInput("inputs", "expected an object"))
    if problems:
        raise BadInputs(problems)
    title = clean_line(body.get("title", ""), LONGEST_TITLE)
    values = {one.name: _as_text(inputs.get(one.name)) for one in workflow.inputs}
    return Given(title, values, dry_run=body.get("dry_run", False))


def _problems_of_title(title: object) -> Iterator[BadInput]:
    if not isinstance(title, str) or len(title) > LONGEST_TITLE:
        yield BadInput("title", f"expected a text of at most {LONGEST_TITLE:,} characters")


def _problems_of_inputs(workflow: Workflow, inputs: Mapping[object, object]) -> Iterator[BadInput]:
    known = {one.name: one for one in workflow.inputs}
    names = ", ".join(known) or "none"
    for name in inputs:
        if name not in known:
            yield BadInput(f"inputs.{str(name)[:80]}", f"is not an input of this workflow; known are {names}")
    for name, one in known.items():
        value = inputs.get(name)
        if value is None or value == "":
            if one.required:
                yield BadInput(f"inputs.{name}", f"is required: {_expected(one)}")
        elif not _fits(one, value):
            yield BadInput(f"inputs.{name}", f"expected {_expected(one)}")


def _fits(one: Input, value: object) -> bool:
    match one.type:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "select":
            return isinstance(value, str) and value in one.options
        case "text":
            return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _expected(one: Input) -> str:
    match one.type:
        case "boolean":
            return "true or false"
        case "number":
            return "a number"
        case "select":
            return f"one of {', '.join(one.options)}"
        case "text":
            return f"a text of at most {LONGEST_TEXT:,} characters"


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return clean_text(value, LONGEST_TEXT) if isinstance(value, str) else json.dumps(value)


# --- what is to be done -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewIncident:
    """An incident to make. The assignee is a Slack user id, a name, or ""."""

    title: str
    severity: Severity
    description: str
    assignee: str
    cis: tuple[CiRef, ...]
    kind: Literal["new_incident"] = "new_incident"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to post. `message` may be empty."""

    channel: str
    mentions: tuple[str, ...]
    title: str
    message: str
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A service that NopeSight is to look at."""

    service: str
    playbook: str
    remediate: bool
    kind: Literal["diagnosis"] = "diagnosis"


@dataclass(frozen=True, slots=True)
class NotDone:
    """An action that cannot be carried out, and why."""

    reason: str
    kind: Literal["not_done"] = "not_done"


Step = NewIncident | Notice | Diagnosis | NotDone


def decide(workflow: Workflow, given: Given, permissions: Permissions) -> tuple[Step, ...]:
    """What each action comes to with what was given, in their order."""
    return tuple(_step(workflow, action, given, permissions) for action in workflow.actions)


def title_of(workflow: Workflow, given: Given) -> str:
    """What {{workflow.title}} stands for: the request's title, else the workflow's name."""
    return given.title.strip() or workflow.name


def _step(workflow: Workflow, action: Action, given: Given, permissions: Permissions) -> Step:
    refused = _refused(workflow, action, permissions)
    if refused:
        return NotDone(refused)
    values = _values(workflow, given)
    match action:
        case CreateIncident():
            return _new_incident(action, values)
        case NotifyTeam():
            title, message = title_of(workflow, given), fill(action.message, values)
            return Notice(action.channel, action.mentions, title, message)
        case RunDiagnostics():
            service = fill(action.service, values).strip()
            if not service:
                return NotDone("no service is named")
            return Diagnosis(service, fill(action.playbook, values).strip(), action.auto_remediate)


def _refused(workflow: Workflow, action: Action, permissions: Permissions) -> str:
    right = right_of(action)
    role = permissions.roles.get(workflow.role)
    if role is not None and role.has(right, "either" if right is Right.CREATE else "actions"):
        return ""
    return f"the role {workflow.role} of this workflow has not the right {right.value}"


def right_of(action: Action) -> Right:
    """What an action needs. To look at a service changes nothing; to put it right is to run a playbook."""
    match action:
        case CreateIncident():
            return Right.CREATE
        case NotifyTeam():
            return Right.SHARE
        case RunDiagnostics():
            return Right.RUN_PLAYBOOK if action.auto_remediate else Right.VIEW


def _values(workflow: Workflow, given: Given) -> Mapping[str, str]:
    inputs = {f"inputs.{one.name}": given.inputs.get(one.name, "") for one in workflow.inputs}
    return {"workflow.title": title_of(workflow, given), "workflow.name": workflow.name, **inputs}


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with every {{reference}} replaced once; what is put in may hold braces, and they stay."""
    return REFERENCE.sub(lambda found: values.get(found[1], ""), text)


def _new_incident(action: CreateIncident, values: Mapping[str, str]) -> NewIncident | NotDone:
    severity = fill(action.severity, values).strip().lower() or Severity.HIGH.value
    if severity not in set(Severity):
        return NotDone(f"{clean_line(severity, 40)} is no severity; it must be one of {', '.join(Severity)}")
    names = (clean_line(fill(name, values), 250) for name in action.cis)
    return NewIncident(
        title=fill(action.title, values),
        severity=Severity(severity),
        description=fill(action.description, values),
        assignee=fill(action.assignee, values).strip().removeprefix("<@").removesuffix(">"),
        cis=tuple(CiRef("", name) for name in dict.fromkeys(names) if name),
    )


# --- what came of it --------------------------------------------------------------------------------------------------


class OutcomeState(StrEnum):
    """How far an action of a run is."""

    DONE = "done"
    WAITING = "waiting"  # stored, and on its way
    REFUSED = "refused"  # it cannot be carried out as it is
    FAILED = "failed"  # it was tried, and came to nothing
    SKIPPED = "skipped"  # a redelivery left it out, since it had been done
    PLANNED = "planned"  # a dry run: this is what would be done


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """What came of one action: `detail` in words, `incident` a reference, `job` and `message_ts` ids, or ""."""

    type: str
    outcome: OutcomeState
    detail: str = ""
    incident: str = ""
    job: str = ""
    message_ts: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow as stored. `fingerprint` tells bodies apart that came under one delivery id.

    `steps` are what each action came to when it ran, so that what follows does not depend on later settings.
    `incident` is the number of the incident that the run made, or 0; `redelivery_of` the run that it repeats, or "".
    """

    id: str
    slug: str
    name: str
    title: str
    inputs: Mapping[str, str]
    steps: tuple[Step, ...]
    outcomes: tuple[ActionOutcome, ...]
    created_at: datetime
    fingerprint: str = ""
    incident: int = 0
    redelivery_of: str = ""

    @property
    def undone(self) -> frozenset[int]:
        """The places of the actions that came to nothing."""
        again = {OutcomeState.REFUSED, OutcomeState.FAILED}
        return frozenset(place for place, one in enumerate(self.outcomes) if one.outcome in again)


@dataclass(frozen=True, slots=True)
class TooManyRuns:
    """The workflow was started `limit` times within a minute; it may be again in `seconds`."""

    limit: int
    seconds: int


@dataclass(frozen=True, slots=True)
class DeliveryReused:
    """The delivery came before with another body; the first is kept."""

    delivery: str


def rehearse(workflow: Workflow, given: Given, permissions: Permissions) -> tuple[ActionOutcome, ...]:
    """What a run would do, without doing it."""
    steps = decide(workflow, given, permissions)
    return tuple(_planned(step, action) for step, action in zip(steps, workflow.actions, strict=True))


def _planned(step: Step, action: Action) -> ActionOutcome:
    """What a dry run tells of a step."""
    detail = ""
    match step:
        case NotDone():
            return ActionOutcome(action.type, OutcomeState.REFUSED, step.reason)
        case NewIncident():
            detail = f"an incident of severity {step.severity.value}: {clean_line(step.title, 250)}"
        case Notice():
            mentions = f", mentioning {', '.join(step.mentions)}" if step.mentions else ""
            detail = f"a message in {step.channel}{mentions}: {clean_line(step.message or step.title, 250)}"
        case Diagnosis():
            how = "may change what it finds" if step.remediate else "changes nothing"
            detail = f"diagnostics of {clean_line(step.service, 120)}, which {how}"
    return ActionOutcome(action.type, OutcomeState.PLANNED, detail)
