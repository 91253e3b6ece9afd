"""The kinds of effect. Each says what must become true, carries ids only, and may run twice.

Effects of one lane happen strictly one after the other, by `order`; lanes know nothing of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Final


class Repeat(StrEnum):
    """What to do with a call that was begun and whose outcome is unknown."""

    AGAIN = "again"  # repeating it changes nothing: an edit, a status, a reaction, our own bookkeeping
    LOOK_UP = "look_up"  # repeating it would be seen twice: wait, look its id up in the channel's history


class System(StrEnum):
    """Whom an effect talks to; a refused token holds the effects of that system only."""

    SLACK = "slack"
    NOPESIGHT = "nopesight"
    OURSELVES = "ourselves"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, slots=True)
class CardCurrent:
    """The incident's card shows its present state: posted the first time, edited afterwards.

    A first post is looked up after an unclear result; an edit is sent again.
    """

    kind: ClassVar[str] = "card"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One card an incident."""
        return f"card:{self.incident}"


@dataclass(frozen=True, slots=True)
class EntryPosted:
    """Timeline entry `order` stands in the thread as a reply of its own. Looked up after an unclear result."""

    kind: ClassVar[str] = "entry"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 20
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One thread an incident."""
        return f"thread:{self.incident}"


@dataclass(frozen=True, slots=True)
class OwnersFound:
    """The owners of what is affected are known and invited. Looking them up twice invites nobody twice."""

    kind: ClassVar[str] = "owners"
    system: ClassVar[System] = System.NOPESIGHT
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 0
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One look-up an incident at a time."""
        return f"owners:{self.incident}"


@dataclass(frozen=True, slots=True)
class InvitationSent:
    """`person` has one direct message about the incident. Looked up after an unclear result.

    `later`: it waits for the end of the person's quiet hours, and is not sent where the incident is resolved by then.
    """

    kind: ClassVar[str] = "invitation"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 10
    incident: int
    order: int
    person: str
    later: bool = False

    @property
    def lane(self) -> str:
        """One a person and incident."""
        return f"invitation:{self.incident}:{self.person}"


@dataclass(frozen=True, slots=True)
class ReminderSent:
    """`person` has a direct message about timeline entry `order`, a reminder. Looked up after an unclear result.

    One that was not sent yet gives way to the next: nobody is told of the past twice. `later` as in InvitationSent.
    """

    kind: ClassVar[str] = "reminder"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 11
    incident: int
    order: int
    person: str
    later: bool = False

    @property
    def lane(self) -> str:
        """One a person and incident."""
        return f"reminder:{self.incident}:{self.person}"


@dataclass(frozen=True, slots=True)
class EventStatusSet:
    """The monitoring event has `status` at its source, by the person of timeline entry `seq`. Idempotent there."""

    kind: ClassVar[str] = "event_status"
    system: ClassVar[System] = System.NOPESIGHT
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 5
    incident: int
    order: int
    source: str
    event: str
    status: str
    seq: int

    @property
    def lane(self) -> str:
        """One an event and incident, shared with comments on it."""
        return f"event:{self.incident}:{self.source}:{self.event}"


@dataclass(frozen=True, slots=True)
class EventCommented:
    """The monitoring event bears a comment that tells timeline entry `seq`. Its idempotency key is the effect's id."""

    kind: ClassVar[str] = "event_comment"
    system: ClassVar[System] = System.NOPESIGHT
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 5
    incident: int
    order: int
    source: str
    event: str
    seq: int

    @property
    def lane(self) -> str:
        """One an event and incident, shared with its status."""
        return f"event:{self.incident}:{self.source}:{self.event}"


@dataclass(frozen=True, slots=True)
class ReactionShown:
    """The card bears the reaction `name`, or does not. Slack says so where it is so already."""

    kind: ClassVar[str] = "reaction"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 30
    incident: int
    order: int
    name: str
    shown: bool

    @property
    def lane(self) -> str:
        """One an incident and reaction."""
        return f"reaction:{self.incident}:{self.name}"


@dataclass(frozen=True, slots=True)
class ChangeAnnounced:
    """The program `subscriber` has been told timeline entry `order`. Sent again where it is unclear, so at least once.

    The effect's id goes with it, by which the program knows what it has heard before.
    """

    kind: ClassVar[str] = "announcement"
    system: ClassVar[System] = System.SUBSCRIBER
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 45
    incident: int
    order: int
    subscriber: str

    @property
    def lane(self) -> str:
        """One an incident and program."""
        return f"announcement:{self.incident}:{self.subscriber}"


@dataclass(frozen=True, slots=True)
class LinksTold:
    """The events that joined the incident and were only counted so far are told in one timeline entry."""

    kind: ClassVar[str] = "links"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 40
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"links:{self.incident}"


@dataclass(frozen=True, slots=True)
class DigestCurrent:
    """The digest of `channel` shows all incidents whose cards wait: posted once a storm, edited afterwards.

    A first post is looked up after an unclear result; an edit is sent again. It goes before every card.
    """

    kind: ClassVar[str] = "digest"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = -10
    incident: int
    order: int
    channel: str

    @property
    def lane(self) -> str:
        """One a channel."""
        return f"digest:{self.channel}"


@dataclass(frozen=True, slots=True)
class OverviewCurrent:
    """The overview in `channel` shows all that is unresolved: posted once, edited afterwards.

    A first post is looked up after an unclear result; an edit is sent again. Whatever happened waits for nobody less.
    """

    kind: ClassVar[str] = "overview"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 45
    incident: int
    order: int
    channel: str

    @property
    def lane(self) -> str:
        """One a channel."""
        return f"overview:{self.channel}"


@dataclass(frozen=True, slots=True)
class OverviewPinned:
    """The overview in `channel` is pinned. Slack says so where it is so already."""

    kind: ClassVar[str] = "overview_pinned"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 46
    incident: int
    order: int
    channel: str

    @property
    def lane(self) -> str:
        """One a channel."""
        return f"overview_pinned:{self.channel}"


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    """The incident has a channel of its own: a new one, looked up after an unclear result, or one that there is."""

    kind: ClassVar[str] = "channel"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN  # no message: its handler looks it up, and may do without the right
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 15
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"channel:{self.incident}"


@dataclass(frozen=True, slots=True)
class ChannelFitted:
    """The incident's channel has `part`: its topic, or a bookmark of the card or the thread."""

    kind: ClassVar[str] = "channel_part"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN  # no message: its handler looks it up, and may do without the right
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 32
    incident: int
    order: int
    part: str

    @property
    def lane(self) -> str:
        """One a part."""
        return f"channel_part:{self.incident}:{self.part}"


@dataclass(frozen=True, slots=True)
class ChannelJoined:
    """`person` is in the incident's channel. Slack says so where it is so already."""

    kind: ClassVar[str] = "channel_join"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 16
    incident: int
    order: int
    person: str

    @property
    def lane(self) -> str:
        """One a person."""
        return f"channel_join:{self.incident}:{self.person}"


@dataclass(frozen=True, slots=True)
class ChannelTold:
    """The incident's channel was told `about` it: moved, resolved or reopened. Looked up after an unclear result."""

    kind: ClassVar[str] = "channel_message"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 18
    incident: int
    order: int
    about: str

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"channel_message:{self.incident}"


@dataclass(frozen=True, slots=True)
class ChannelArchived:
    """The incident's channel is archived, as the person wanted. Slack says so where it is so already."""

    kind: ClassVar[str] = "channel_archive"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 33
    incident: int
    order: int
    person: str
    name: str

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"channel_archive:{self.incident}"


@dataclass(frozen=True, slots=True)
class AlarmSounded:
    """The incoming webhook was told that Slack refuses the bot's token; `order` is the minute since which it does.

    Not Slack's to hold back: it goes by another way. Sent again where it is unclear, so at least once.
    """

    kind: ClassVar[str] = "alarm"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = -20
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One a workspace."""
        return "alarm"


@dataclass(frozen=True, slots=True)
class CardTextPassed:
    """The incoming webhook was told the card's text, once an incident; the card itself waits all the same.

    Sent again where it is unclear, so at least once.
    """

    kind: ClassVar[str] = "card_text"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = -10
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"card_text:{self.incident}"


@dataclass(frozen=True, slots=True)
class TwinsSwept:
    """The message of effect `effect`, which had to be sent again, is to be seen once: a younger twin is deleted.

    `place` is the channel or person, `thread` the ts of the thread's root or "". Sweeping twice deletes nothing more.
    """

    kind: ClassVar[str] = "twins"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 35
    incident: int
    order: int
    effect: str
    place: str
    thread: str

    @property
    def lane(self) -> str:
        """One a message."""
        return f"twins:{self.effect}"


@dataclass(frozen=True, slots=True)
class CardConfirmed:
    """The card is edited once more: an edit whose fate is unknown may have arrived late and taken it back in time.

    Our own bookkeeping; due when nothing can be on its way any more. Confirming twice edits the card twice.
    """

    kind: ClassVar[str] = "card_confirmed"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 35
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"card_confirmed:{self.incident}"


@dataclass(frozen=True, slots=True)
class JobAdvanced:
    """NopeSight has been given the job, or asked how far it is, for the `order`th time.

    What starts something there carries the effect's id as its idempotency key, so repeating it starts nothing twice.
    """

    kind: ClassVar[str] = "job"
    system: ClassVar[System] = System.NOPESIGHT
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 8
    incident: int
    order: int
    job: str

    @property
    def lane(self) -> str:
        """One a job."""
        return f"job:{self.job}"


@dataclass(frozen=True, slots=True)
class ReportDrawn:
    """A report of ours is made, for the `order`th time, and kept. Making it twice makes the same."""

    kind: ClassVar[str] = "report"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 30
    incident: int
    order: int
    job: str

    @property
    def lane(self) -> str:
        """One a job."""
        return f"report:{self.job}"


@dataclass(frozen=True, slots=True)
class ReportPictured:
    """Slack has the picture of a report, seen by nobody yet. Uploading it twice leaves one that nobody ever sees."""

    kind: ClassVar[str] = "report_picture"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 30
    incident: int
    order: int
    job: str

    @property
    def lane(self) -> str:
        """One a job."""
        return f"report_picture:{self.job}"


@dataclass(frozen=True, slots=True)
class ReportForgotten:
    """Slack has the files of a report no more, since it was kept for as long as it had to. Twice does no harm."""

    kind: ClassVar[str] = "report_forgotten"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 40
    incident: int
    order: int
    job: str

    @property
    def lane(self) -> str:
        """One a job."""
        return f"report_forgotten:{self.job}"


@dataclass(frozen=True, slots=True)
class JobShown:
    """The message of a job shows how far it is: posted the first time, edited afterwards. Looked up when unclear."""

    kind: ClassVar[str] = "job_message"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 8
    incident: int
    order: int
    job: str

    @property
    def lane(self) -> str:
        """One message a job."""
        return f"job_message:{self.job}"


@dataclass(frozen=True, slots=True)
class JobFiled:
    """The file that a job made lies in the thread of its message. Looked up by its name when unclear."""

    kind: ClassVar[str] = "job_file"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 30
    incident: int
    order: int
    job: str

    @property
    def lane(self) -> str:
        """One a job."""
        return f"job_file:{self.job}"


@dataclass(frozen=True, slots=True)
class EventTold:
    """The monitoring event, which belongs to no incident, has `status` at its source, by whom change `order` names."""

    kind: ClassVar[str] = "event_told"
    system: ClassVar[System] = System.NOPESIGHT
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 5
    incident: int
    order: int
    source: str
    event: str
    status: str

    @property
    def lane(self) -> str:
        """One an event."""
        return f"event:{self.source}:{self.event}"


@dataclass(frozen=True, slots=True)
class EventMade:
    """NopeSight has the incident, which began here, as an event. Its idempotency key is the effect's id."""

    kind: ClassVar[str] = "event_made"
    system: ClassVar[System] = System.NOPESIGHT
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 9
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"event_made:{self.incident}"


@dataclass(frozen=True, slots=True)
class EventNotified:
    """The notification of a monitoring event in `channel` shows the event as it is: posted once, edited afterwards.

    `incident` is the event's, 0 for none: with one, the card comes first, since the notification links to its thread.
    """

    kind: ClassVar[str] = "notification"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 12
    incident: int
    order: int
    source: str
    event: str
    channel: str

    @property
    def lane(self) -> str:
        """One an event and channel."""
        return f"notification:{self.source}:{self.event}:{self.channel}"


@dataclass(frozen=True, slots=True)
class EventReplied:
    """Change `order` of a monitoring event is told below its notification in `channel`. Looked up when unclear."""

    kind: ClassVar[str] = "notification_reply"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 25
    incident: int
    order: int
    source: str
    event: str
    channel: str

    @property
    def lane(self) -> str:
        """One a notification."""
        return f"replies:{self.source}:{self.event}:{self.channel}"


@dataclass(frozen=True, slots=True)
class JobAnswered:
    """Whoever asked for the job was told what came of it, visible to them alone. Being told twice does no harm."""

    kind: ClassVar[str] = "job_answer"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 8
    incident: int
    order: int
    job: str

    @property
    def lane(self) -> str:
        """One a job."""
        return f"job_answer:{self.job}"


@dataclass(frozen=True, slots=True)
class MaintenanceOver:
    """Maintenance window `order` has ended, if its time has come. Planned when it begins, due at its end."""

    kind: ClassVar[str] = "maintenance"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 40
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One a window."""
        return f"maintenance:{self.order}"


@dataclass(frozen=True, slots=True)
class ActionDue:
    """Action item `number` of the incident has been reminded of, if it is open still. Due when the item is.

    One that is planned for another time gives way to the next. `number` 0: `order` is the number.
    """

    kind: ClassVar[str] = "action_due"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 40
    incident: int
    order: int
    number: int = 0

    @property
    def lane(self) -> str:
        """One an item."""
        return f"action:{self.incident}:{self.item}"

    @property
    def item(self) -> int:
        """The item's number."""
        return self.number or self.order


@dataclass(frozen=True, slots=True)
class MaintenanceTold:
    """The alerts channel has been told what maintenance window `order` kept silent. Looked up when unclear."""

    kind: ClassVar[str] = "maintenance_summary"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 25
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One a window."""
        return f"maintenance_summary:{self.order}"


@dataclass(frozen=True, slots=True)
class FlappingOver:
    """An incident that flapped has been told to be quiet, if it is by now; `order` only tells plans apart."""

    kind: ClassVar[str] = "flapping"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 40
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"flapping:{self.incident}"


@dataclass(frozen=True, slots=True)
class HomePublished:
    """The Home tab of `person` shows the present state. Publishing the same again changes nothing."""

    kind: ClassVar[str] = "home"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 34
    incident: int
    order: int
    person: str

    @property
    def lane(self) -> str:
        """One a person."""
        return f"home:{self.person}"


@dataclass(frozen=True, slots=True)
class HomesRefreshed:
    """The Home tabs that people opened lately are to be published again. Our own bookkeeping, a little later."""

    kind: ClassVar[str] = "homes"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 34
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One a workspace."""
        return "homes"


@dataclass(frozen=True, slots=True)
class MessagePinned:
    """A message to which `person` put a pushpin is in the timeline of its thread's incident; `pinned` false: no more.

    Reading it twice does no harm, and it is taken in once.
    """

    kind: ClassVar[str] = "pin"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 28
    incident: int
    order: int
    person: str
    channel: str
    ts: str
    pinned: bool

    @property
    def lane(self) -> str:
        """One a message, so that what is put there and taken away ends as people left it."""
        return f"pin:{self.channel}:{self.ts}"


@dataclass(frozen=True, slots=True)
class StepEnded:
    """Slack knows how run `execution` of a step in Workflow Builder ended. Told once more, Slack says that it knows."""

    kind: ClassVar[str] = "step"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 12
    incident: int
    order: int
    execution: str

    @property
    def lane(self) -> str:
        """One a run."""
        return f"step:{self.execution}"


@dataclass(frozen=True, slots=True)
class LinksUnfurled:
    """Message `ts` shows the incidents that its `urls` lead to. Showing the same again changes nothing."""

    kind: ClassVar[str] = "unfurl"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 26
    incident: int
    order: int
    channel: str
    ts: str
    urls: Sequence[str]

    @property
    def lane(self) -> str:
        """One a message."""
        return f"unfurl:{self.channel}:{self.ts}"


@dataclass(frozen=True, slots=True)
class DetailsPresented:
    """`person`, who opened incident `about`, sees it in the side pane. Shown once more, Slack refuses the trigger."""

    kind: ClassVar[str] = "details"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 1
    incident: int
    order: int
    person: str
    trigger: str
    about: int

    @property
    def lane(self) -> str:
        """One a click."""
        return f"details:{self.trigger}"


@dataclass(frozen=True, slots=True)
class EventsTold:
    """An incident's thread was told where its events stand, several of which changed within a minute."""

    kind: ClassVar[str] = "events"
    system: ClassVar[System] = System.OURSELVES
    repeat: ClassVar[Repeat] = Repeat.AGAIN
    needs_card: ClassVar[bool] = False
    coalesces: ClassVar[bool] = True
    urgency: ClassVar[int] = 40
    incident: int
    order: int

    @property
    def lane(self) -> str:
        """One an incident."""
        return f"events:{self.incident}"


@dataclass(frozen=True, slots=True)
class NoticePosted:
    """The message of action `order` of a workflow's run stands in its channel. Looked up after an unclear result.

    `incident` is the one that the run made, 0 for none: with one, the card comes first, since the message links to it.
    """

    kind: ClassVar[str] = "notice"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 11
    incident: int
    order: int
    run: str
    channel: str

    @property
    def lane(self) -> str:
        """One an action of a run, and a channel."""
        return f"notice:{self.run}:{self.order}:{self.channel}"


@dataclass(frozen=True, slots=True)
class DocumentFiled:
    """`document` about the incident lies in its thread, or, with `person`, in the direct channel with them.

    Written as the incident is when it is sent. Looked up by its message, or its name in the thread, when unclear.
    """

    kind: ClassVar[str] = "document"
    system: ClassVar[System] = System.SLACK
    repeat: ClassVar[Repeat] = Repeat.LOOK_UP
    needs_card: ClassVar[bool] = True
    coalesces: ClassVar[bool] = False
    urgency: ClassVar[int] = 30
    incident: int
    order: int
    document: str
    canvas: bool
    person: str
    asked_by: str

    @staticmethod
    def lane_of(incident: int) -> str:
        """One an incident."""
        return f"document:{incident}"

    @property
    def lane(self) -> str:
        """One an incident."""
        return self.lane_of(self.incident)


Effect = (
    CardCurrent
    | EntryPosted
    | OwnersFound
    | InvitationSent
    | ReminderSent
    | EventStatusSet
    | EventCommented
    | ReactionShown
    | ChangeAnnounced
    | LinksTold
    | DigestCurrent
    | AlarmSounded
    | CardTextPassed
    | TwinsSwept
    | CardConfirmed
    | JobAdvanced
    | JobShown
    | ReportDrawn
    | ReportPictured
    | ReportForgotten
    | JobFiled
    | JobAnswered
    | EventTold
    | EventMade
    | MaintenanceOver
    | ActionDue
    | MaintenanceTold
    | FlappingOver
    | EventNotified
    | EventReplied
    | HomePublished
    | HomesRefreshed
    | MessagePinned
    | StepEnded
    | LinksUnfurled
    | DetailsPresented
    | NoticePosted
    | EventsTold
    | OverviewCurrent
    | OverviewPinned
    | DocumentFiled
    | ChannelOpened
    | ChannelFitted
    | ChannelJoined
    | ChannelTold
    | ChannelArchived
)

KINDS: Final[dict[str, type[Effect]]] = {
    kind.kind: kind
    for kind in (
        CardCurrent,
        EntryPosted,
        OwnersFound,
        InvitationSent,
        ReminderSent,
        EventStatusSet,
        EventCommented,
        ReactionShown,
        ChangeAnnounced,
        LinksTold,
        DigestCurrent,
        AlarmSounded,
        CardTextPassed,
        TwinsSwept,
        CardConfirmed,
        JobAdvanced,
        JobShown,
        ReportDrawn,
        ReportPictured,
        ReportForgotten,
        JobFiled,
        JobAnswered,
        EventTold,
        EventMade,
        MaintenanceOver,
        ActionDue,
        MaintenanceTold,
        FlappingOver,
        EventNotified,
        EventReplied,
        HomePublished,
        HomesRefreshed,
        MessagePinned,
        StepEnded,
        LinksUnfurled,
        DetailsPresented,
        NoticePosted,
        DocumentFiled,
        EventsTold,
        OverviewCurrent,
        OverviewPinned,
        ChannelOpened,
        ChannelFitted,
        ChannelJoined,
        ChannelTold,
        ChannelArchived,
    )
}
_FIELDS: Final = {name: tuple(field.name for field in fields(kind)) for name, kind in KINDS.items()}


def to_data(effect: Effect) -> dict[str, Any]:
    """The ids that the effect carries, as stored."""
    # Ids are plain values: asdict would copy them deeply, which takes ten times as long.
    return {name: getattr(effect, name) for name in _FIELDS[effect.kind]}


def from_data(kind: str, data: dict[str, Any]) -> Effect:
    """The effect as it was planned."""
    return KINDS[kind](**data)
