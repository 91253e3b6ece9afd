"""The shapes of the REST API. Unknown fields of a request are dropped; what a field may hold, the domain checks."""

from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.text import clean_line, clean_text
from incidentbot.domain.timeline import EntryKind
from incidentbot.render.mrkdwn import is_user_id

MOST_CIS: Final = 100
LONGEST_ID: Final = 255


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
Identifier = Annotated[str, AfterValidator(_identifier)]
PersonId = Annotated[str, AfterValidator(_person)]


class Shape(BaseModel):
    """What all shapes have in common: fixed once read, strange fields dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore")


# --- requests ---------------------------------------------------------------------------------------------------------


class NewIncident(Shape):
    """An incident to create."""

    title: Line = Field(description="1 to 250 characters", examples=["Checkout answers 502"])
    description: Text = Field("", description="At most 3,000 characters")
    severity: Severity = Severity.HIGH
    ci_ids: tuple[Identifier, ...] = Field((), max_length=MOST_CIS, description="Ids of affected CIs in NopeSight")
    assignee: PersonId = Field("", description="A Slack user id", examples=["U012AB3CD"])
    dedupe_key: str = Field(
        "",
        max_length=LONGEST_ID,
        description="An unresolved incident with the same key is answered instead of a second one",
        examples=["checkout-502"],
    )

    @model_validator(mode="after")
    def _key_is_plain(self) -> Self:
        if self.dedupe_key:
            _identifier(self.dedupe_key)
        return self


class Transition(Shape):
    """What goes with a transition."""

    note: Text = Field(
        "", description="Why, or how it was resolved; at most 3,000 characters", examples=["Rolled back"]
    )


class NewNote(Shape):
    """A note to add to the timeline."""

    text: Text = Field(description="1 to 3,000 characters", examples=["The vendor confirms a fault on their side"])


class Changes(Shape):
    """What is to be changed; what is left out or null stays. At least one of them has to be there."""

    title: Line | None = Field(None, examples=["Checkout answers 502 for guests"])
    severity: Severity | None = None
    description: Text | None = None
    assignee: PersonId | None = Field(None, description='A Slack user id; "" takes the assignee away')

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


class IncidentShape(Shape):
    """An incident as it is now. `thread_ts` and `permalink` are empty until the card is posted."""

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


class IncidentPage(Shape):
    """Incidents, the newest first. `next_cursor` asks for those that come after; empty at the end."""

    items: tuple[IncidentShape, ...]
    next_cursor: str = Field(examples=["23"])
    total: int


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

    items: tuple[EntryShape, ...]
    next_cursor: str
    total: int


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
