"""The shapes of the REST API. Unknown fields of a request are dropped; what a field may hold, the domain checks."""

from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from incidentbot.domain.action_items import TEXT_LIMIT
from incidentbot.domain.correction import Corrected
from incidentbot.domain.incident import DESCRIPTION_LIMIT, NOTE_LIMIT, TITLE_LIMIT
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.text import clean_line, clean_text
from incidentbot.domain.timeline import EntryKind
from incidentbot.render.mrkdwn import is_user_id

MOST_CIS: Final = 100
LONGEST_ID: Final = 255
# What the description promises of texts. They are measured and refused where they are cleaned, by the domain, with a
# sentence for people; here it only tells programs the same.
_ONE_SIGN: Final = r"\S"
_TITLE: Final[dict[str, Any]] = {"minLength": 1, "maxLength": TITLE_LIMIT, "pattern": _ONE_SIGN}
_NOTE: Final[dict[str, Any]] = {"maxLength": NOTE_LIMIT}
_DESCRIPTION: Final[dict[str, Any]] = {"maxLength": DESCRIPTION_LIMIT}
_IDENTIFIER: Final = r"^[\x21-\x7e]+$"
_PERSON: Final[dict[str, Any]] = {"pattern": r"^([UW][A-Z0-9]{2,30})?$"}


def _line(text: str) -> str:
    return clean_line(text, max(len(text), 1))


def _text(text: str) -> str:
    return clean_text(text, max(len(text), 1))


def _identifier(text: str) -> str:
    if not text or text != clean_line(text, LONGEST_ID):
        raise ValueError(f"must have 1 to {LONGEST_ID} plain characters")
    return text


def _person(text: str) -> str:
    if text and not is_user_id(text):
        raise ValueError("must be a Slack user id such as U012AB3CD")
    return text


# Cleaned here, at the border; how long they may be is the domain's to say.
Line = Annotated[str, AfterValidator(_line)]
Text = Annotated[str, AfterValidator(_text)]
Identifier = Annotated[
    str,
    AfterValidator(_identifier),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_ID, "pattern": _IDENTIFIER}),
]
PersonId = Annotated[str, AfterValidator(_person)]


class Shape(BaseModel):
    """What all shapes have in common: fixed once read, strange fields dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore")


# --- requests ---------------------------------------------------------------------------------------------------------


class NewIncident(Shape):
    """An incident to create."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Checkout answers 502",
                    "description": "Since the deployment of 14:40",
                    "severity": "critical",
                    "ci_ids": ["ci-42"],
                    "assignee": "U012AB3CD",
                    "dedupe_key": "checkout-502",
                }
            ]
        }
    )

    title: Line = Field(description="1 to 250 characters", examples=["Checkout answers 502"], json_schema_extra=_TITLE)
    description: Text = Field("", description="At most 3,000 characters", json_schema_extra=_DESCRIPTION)
    severity: Severity = Severity.HIGH
    ci_ids: tuple[Identifier, ...] = Field((), max_length=MOST_CIS, description="Ids of affected CIs in NopeSight")
    assignee: PersonId = Field("", description="A Slack user id", examples=["U012AB3CD"], json_schema_extra=_PERSON)
    drill: bool = Field(default=False, description="An exercise: marked everywhere, counted nowhere")
    dedupe_key: str = Field(
        "",
        max_length=LONGEST_ID,
        description="An unresolved incident with the same key is answered instead of a second one",
        examples=["checkout-502"],
        json_schema_extra={"pattern": r"^[\x21-\x7e]*$"},
    )

    @model_validator(mode="after")
    def _key_is_plain(self) -> Self:
        if self.dedupe_key:
            _identifier(self.dedupe_key)
        return self


class Transition(Shape):
    """What goes with a transition."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Rolled back"}]})

    note: Text = Field(
        "",
        description="Why, or how it was resolved; at most 3,000 characters",
        examples=["Rolled back"],
        json_schema_extra=_NOTE,
    )


class NewNote(Shape):
    """A note to add to the timeline."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "The vendor confirms a fault on their side"}]})

    text: Text = Field(
        description="1 to 3,000 characters",
        examples=["The vendor confirms a fault on their side"],
        json_schema_extra={"minLength": 1, "pattern": _ONE_SIGN, **_NOTE},
    )


class Correction(Shape):
    """When something happened in truth."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"what": "resolved", "time": "2026-01-20T14:58:00Z"}]})

    what: Corrected = Field(description="The beginning, the first acknowledgement or the last resolution")
    time: AwareDatetime = Field(description="Not in the future, and in the order of what happened")


_DUE: Final[dict[str, Any]] = {"examples": ["2026-02-03T09:00:00Z"]}


class NewActionItem(Shape):
    """Something that is to be done about the incident."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text": "Alert on the certificate's age", "assignee": "U012AB3CD", "due_at": "2026-02-03T09:00:00Z"}
            ]
        }
    )

    text: Text = Field(
        description="1 to 1,000 characters",
        examples=["Alert on the certificate's age"],
        json_schema_extra={"minLength": 1, "maxLength": TEXT_LIMIT, "pattern": _ONE_SIGN},
    )
    assignee: PersonId = Field("", description="A Slack user id", json_schema_extra=_PERSON)
    due_at: AwareDatetime | None = Field(
        None, description="When whoever has it is reminded; in the future, at most a year ahead", json_schema_extra=_DUE
    )


class ActionItemChanges(Shape):
    """What is to be changed; what is left out stays. At least one of them has to be there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"assignee": "U012AB3CD", "due_at": None}],
            "anyOf": [
                {"required": ["text"], "properties": {"text": {"not": {"type": "null"}}}},
                {"required": ["assignee"], "properties": {"assignee": {"not": {"type": "null"}}}},
                {"required": ["due_at"]},
            ],
        }
    )

    text: Text | None = Field(None, json_schema_extra={"minLength": 1, "maxLength": TEXT_LIMIT, "pattern": _ONE_SIGN})
    assignee: PersonId | None = Field(
        None, description='A Slack user id; "" takes the person away', json_schema_extra=_PERSON
    )
    due_at: AwareDatetime | None = Field(None, description="null takes the time away", json_schema_extra=_DUE)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.text is None and self.assignee is None and "due_at" not in self.model_fields_set:
            raise ValueError("must have at least one of text, assignee, due_at")
        return self


class Changes(Shape):
    """What is to be changed; what is left out or null stays. At least one of them has to be there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "Checkout answers 502 for guests", "severity": "high"}],
            "anyOf": [
                {"required": [name], "properties": {name: {"not": {"type": "null"}}}}
                for name in ("title", "severity", "description", "assignee")
            ],
        }
    )

    title: Line | None = Field(None, examples=["Checkout answers 502 for guests"], json_schema_extra=_TITLE)
    severity: Severity | None = None
    description: Text | None = Field(None, json_schema_extra=_DESCRIPTION)
    assignee: PersonId | None = Field(
        None, description='A Slack user id; "" takes the assignee away', json_schema_extra=_PERSON
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(value is None for value in (self.title, self.severity, self.description, self.assignee)):
            raise ValueError("must have at least one of title, severity, description, assignee")
        return self


# --- answers ----------------------------------------------------------------------------------------------------------


class Person(Shape):
    """Who or what did something; `id` is a Slack user id, where it is somebody in Slack."""

    source: Source
    id: str = Field(examples=["U012AB3CD"])
    name: str = Field(examples=["ana"])


class Ci(Shape):
    """An affected configuration item; `id` is empty while it has not been found by its name."""

    id: str
    name: str
    type: str

    @classmethod
    def of(cls, ci: CiRef) -> Self:
        """The CI as the API shows it."""
        return cls(id=ci.id, name=ci.name, type=ci.type)


_ANA: Final = {"source": "slack", "id": "U012AB3CD", "name": "ana"}
_INCIDENT: Final[dict[str, Any]] = {
    "ref": "INC-42",
    "state": "resolved",
    "severity": "critical",
    "title": "Checkout answers 502",
    "description": "Since the deployment of 14:40",
    "version": 3,
    "assignee": "U012AB3CD",
    "channel": "C012AB3CD",
    "thread_ts": "1718000000.000100",
    "permalink": "https://acme.slack.com/archives/C012AB3CD/p1718000000000100",
    "source": "api",
    "created_at": "2026-01-20T14:45:00Z",
    "started_at": "2026-01-20T14:45:00Z",
    "created_by": {"source": "api", "id": "", "name": "api"},
    "state_since": "2026-01-20T15:02:40Z",
    "state_by": _ANA,
    "acknowledged_at": "2026-01-20T14:46:12Z",
    "acknowledged_by": _ANA,
    "resolved_at": "2026-01-20T15:02:40Z",
    "resolved_by": _ANA,
    "resolution": "Rolled back",
    "allowed": ["reopen"],
    "dedupe_key": "checkout-502",
    "cis": [{"id": "ci-42", "name": "PROD-WEB-01", "type": "server"}],
    "unknown_cis": [],
    "event_count": 1,
    "events": ["665f0c1e9b1d"],
    "drill": False,
    "next_update_at": "2026-01-20T15:16:12Z",
    "own_channel": "C045EF6GH",
}
_ITEM: Final[dict[str, Any]] = {
    "number": 1,
    "text": "Alert on the certificate's age",
    "assignee": "U012AB3CD",
    "due_at": "2026-02-03T09:00:00Z",
    "created_by": _ANA,
    "created_at": "2026-01-20T15:10:00Z",
    "done_at": "2026-01-27T10:00:00Z",
}
_ENTRY: Final[dict[str, Any]] = {
    "seq": 2,
    "kind": "acknowledged",
    "actor": _ANA,
    "text": "ana acknowledged it",
    "happened_at": "2026-01-20T14:46:12Z",
    "data": {"note": ""},
}


class IncidentShape(Shape):
    """An incident as it is now. `thread_ts` and `permalink` are empty until the card is posted."""

    model_config = ConfigDict(json_schema_extra={"examples": [_INCIDENT]})

    ref: str = Field(examples=["INC-42"])
    state: State
    severity: Severity
    title: str = Field(examples=["Checkout answers 502"])
    description: str
    version: int = Field(description="Grows by one with each change")
    assignee: str = Field(description="A Slack user id, or empty")
    channel: str = Field(examples=["C012AB3CD"])
    thread_ts: str = Field(examples=["1718000000.000100"])
    permalink: str = Field(
        examples=[
            "https://acme.slack.com/archives/C012AB3CD/p1718000000000100?thread_ts=1718000000.000100&cid=C012AB3CD"
        ]
    )
    source: str = Field(examples=["api"])
    created_at: datetime
    started_at: datetime = Field(description="When it began: as corrected, else when it was created")
    created_by: Person
    state_since: datetime
    state_by: Person
    acknowledged_at: datetime | None
    acknowledged_by: Person | None
    resolved_at: datetime | None
    resolved_by: Person | None
    resolution: str
    allowed: tuple[Trigger, ...] = Field(description="The transitions that are legal now")
    dedupe_key: str
    cis: tuple[Ci, ...]
    unknown_cis: tuple[str, ...] = Field(description="CIs that were named and are not to be found")
    event_count: int
    events: tuple[str, ...] = Field(description="The ids of the monitoring events that belong to it")
    drill: bool = Field(description="Whether it is an exercise")
    next_update_at: datetime | None = Field(description="For when the next status update was promised")
    own_channel: str = Field(description="The channel that it was moved to, or empty", examples=["C045EF6GH"])


class IncidentPage(Shape):
    """Incidents, the newest first. `next_cursor` asks for those that come after; empty at the end."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [_INCIDENT], "next_cursor": "42", "total": 65, "more_than_total": False}]
        }
    )

    items: tuple[IncidentShape, ...]
    next_cursor: str = Field(examples=["23"])
    total: int = Field(description="How many there are, as far as they are counted: to 1,000, or to 100 that `q` finds")
    more_than_total: bool = Field(description="Whether there are more than were counted")


class EntryShape(Shape):
    """What happened; `text` tells it in words, `data` holds its facts."""

    seq: int
    kind: EntryKind
    actor: Person
    text: str
    happened_at: datetime
    data: dict[str, Any]


class EntryPage(Shape):
    """Timeline entries in order. `next_cursor` asks for those that come after; empty at the end."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ENTRY], "next_cursor": "2", "total": 5}]})

    items: tuple[EntryShape, ...]
    next_cursor: str
    total: int


class ActionItemShape(Shape):
    """Something that is to be done about an incident, as it is now; `number` counts from 1 within the incident."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    number: int = Field(examples=[1])
    text: str
    assignee: str = Field(description="A Slack user id, or empty")
    due_at: datetime | None
    created_by: Person
    created_at: datetime
    done_at: datetime | None


class ActionItemList(Shape):
    """All action items of an incident, by their numbers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ITEM]}]})

    items: tuple[ActionItemShape, ...]


class ProblemFacts(Shape):
    """What went wrong: `code` for programs, `message` for people, `details` with the facts."""

    code: str = Field(examples=["transition_refused"])
    message: str = Field(examples=["INC-42 is resolved already, by ana since 2026-01-20 14:45 UTC. You can: reopen."])
    details: dict[str, Any] = Field(
        examples=[
            {
                "state": "resolved",
                "since": "2026-01-20T14:45:00Z",
                "by": {"source": "slack", "id": "U012AB3CD", "name": "ana"},
                "allowed": ["reopen"],
            }
        ]
    )


class ProblemShape(Shape):
    """The body of every answer that is no success."""

    error: ProblemFacts
