"""What a person can ask for with /incident, once it is understood."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from incidentbot.domain.correction import Corrected
from incidentbot.domain.lifecycle import State
from incidentbot.domain.roles import IncidentRole
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import GroupBy
from incidentbot.domain.story import Document
from incidentbot.slack.typed_text import PersonTyped


@dataclass(frozen=True, slots=True)
class Target:
    """The incident meant ("" = the only one that is not resolved) and the free text after it.

    `doubtful`: `ref` is a bare number that may as well be the beginning of the text; who knows the incidents decides.
    """

    ref: str = ""
    text: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Create:
    """A new incident; without a title its form is opened, filled with the rest."""

    title: str = ""
    severity: Severity = Severity.HIGH
    cis: tuple[str, ...] = ()
    assignee: PersonTyped | None = None
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Take an incident over."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Unacknowledge:
    """Hand an incident back."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Let an incident's timers rest."""

    ref: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class Resolve:
    """End an incident; the target's text is the resolution."""

    target: Target = field(default_factory=Target)


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open a resolved incident again; the target's text is the reason."""

    target: Target = field(default_factory=Target)


@dataclass(frozen=True, slots=True)
class Update:
    """Change what is given, the target's text becomes a status update; with nothing given its form is opened.

    `next_update` is after how long the next one is promised.
    """

    target: Target = field(default_factory=Target)
    severity: Severity | None = None
    title: str | None = None
    next_update: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Add the target's text to the timeline."""

    target: Target = field(default_factory=Target)


@dataclass(frozen=True, slots=True)
class Assign:
    """Make a person responsible."""

    ref: str
    person: PersonTyped


@dataclass(frozen=True, slots=True)
class Invite:
    """Tell people of an incident."""

    ref: str
    people: tuple[PersonTyped, ...]


@dataclass(frozen=True, slots=True)
class TakeRole:
    """Give a role to `person`, to who typed (`mine`), or to nobody."""

    ref: str
    role: IncidentRole
    person: PersonTyped | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """The form that says who does what."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """Move an incident to a channel (its id), or to a new one."""

    ref: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give all that who typed has in an incident to somebody, with a note."""

    ref: str
    person: PersonTyped
    note: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """Take no part in an incident any more."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Correct:
    """Say when something happened in truth; without a time the form is opened."""

    ref: str = ""
    what: Corrected | None = None
    time: str = ""


@dataclass(frozen=True, slots=True)
class ActionAdded:
    """Something is to be done about an incident, by somebody and until then if said; `due` is as typed.

    Without a text the form is opened.
    """

    ref: str
    text: str
    person: PersonTyped | None = None
    due: str = ""


@dataclass(frozen=True, slots=True)
class ActionDone:
    """Action item `number` of an incident is done."""

    ref: str
    number: int


@dataclass(frozen=True, slots=True)
class ActionReopened:
    """Action item `number` of an incident is not done after all."""

    ref: str
    number: int


@dataclass(frozen=True, slots=True)
class ActionChanged:
    """Action item `number` is to be otherwise; `person` None leaves it to whom it is, "" takes the person away.

    Where nothing is said the form is opened.
    """

    ref: str
    number: int
    text: str | None = None
    person: PersonTyped | Literal[""] | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class ActionsListed:
    """What is to be done about an incident."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A document about an incident, as a canvas if that is said."""

    ref: str = ""
    document: Document = Document.MARKDOWN
    canvas: bool = False


@dataclass(frozen=True, slots=True)
class Retrospective:
    """The draft of a retrospective, as a canvas if that is said; to `edit` it the form is opened."""

    ref: str = ""
    canvas: bool = False
    edit: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """Incidents in these states and of this severity, if one is given."""

    states: tuple[State, ...] = (State.OPEN, State.ACKNOWLEDGED)
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """One incident in full."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why an incident is as it is."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Simulate:
    """What an event would do: `text` is a known event's id, or facts such as severity=critical."""

    text: str
    usage: str


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of a period, told apart by something if said; whether there is such a period is seen later."""

    period: str = "7d"
    by: GroupBy | None = None


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is on call, by all names or by `name` (without @)."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report of ours; `words` are type or reference and period as typed, which the clock is needed to read."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doctor:
    """What is not well with the service, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked for."""


SlashCommand = (
    Create
    | Acknowledge
    | Unacknowledge
    | Snooze
    | Resolve
    | Reopen
    | Update
    | Note
    | Assign
    | Invite
    | TakeRole
    | People
    | Channel
    | HandOver
    | Leave
    | Correct
    | ActionAdded
    | ActionDone
    | ActionReopened
    | ActionChanged
    | ActionsListed
    | Export
    | Retrospective
    | List
    | Show
    | Why
    | Simulate
    | Stats
    | OnCall
    | Report
    | Doctor
    | Help
)
