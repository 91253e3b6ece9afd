"""What a story is made of: who and what it is about, and its steps."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from incidentbot.sandbox.harness import ExpectationFailed, Harness
from incidentbot.sandbox.nopesight import Event, NopeSight
from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.model import Message
from incidentbot.sandbox.slack.records import CallRecord

CARD: Final = "incident"
ENTRY: Final = "incident_timeline"
INVITATION: Final = "incident_invitation"


class Bot(Protocol):
    """The bot's process, as far as a story may touch it."""

    def kill(self) -> None:
        """End it without warning."""

    def start(self) -> None:
        """Start it and wait until it takes requests."""


@dataclass(slots=True)
class Scene:
    """Who and what a story is about; `card` and `event` are set by its first steps."""

    slack: Harness
    nopesight: NopeSight
    bot: Bot
    _card: Shown | None = None
    _event: Event | None = None
    _weather: list[int] = field(default_factory=list)
    _dead: bool = False
    before: list[Shown] = field(default_factory=list)
    storm: list[Event] = field(default_factory=list)
    cards: list[Shown] = field(default_factory=list)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.slack.server.clock.now()

    @property
    def card(self) -> Shown:
        """The incident's card; ExpectationFailed before it was seen."""
        if self._card is None:
            raise ExpectationFailed("there is no card yet")
        return self._card

    @property
    def event(self) -> Event:
        """The event that it began with, as it is now in NopeSight."""
        if self._event is None:
            raise ExpectationFailed("there is no event yet")
        return self.nopesight.events.get(self._event.id)

    def fire(self, title: str, severity: str = "critical", **facts: str) -> None:
        """NopeSight notices something, and correlates it with nothing that went before."""
        facts.setdefault("correlation_id", f"corr_story_{len(self.nopesight.events.all()) + 1}")
        self._event = self.nopesight.fire(title, severity, **facts)

    def see_card(self, *, containing: str = "") -> None:
        """The card appears."""
        self._card = self.slack.expect_message(event_type=CARD, containing=containing)

    def see_cards(self, number: int, *, timeout: float) -> None:
        """So many cards appear; the story's own is the first."""
        for _ in range(number):
            self.cards.append(self.slack.expect_message(event_type=CARD, timeout=timeout))
        self._card = self.cards[0]

    def see_state(self, state: str) -> None:
        """The card shows that state."""
        self.slack.expect_edit(self.card, where=lambda card: card.payload.get("state") == state)

    def see_entry(self, kind: str, *, containing: str = "") -> Shown:
        """An entry of that kind appears in the thread."""
        return self.slack.expect_reply(
            self.card, event_type=ENTRY, containing=containing, where=lambda reply: reply.payload.get("kind") == kind
        )

    def see_invitations(self, *people: str) -> None:
        """Each of them gets a direct message."""
        for person in people:
            self.slack.expect_dm(person, event_type=INVITATION)

    def see_status(self, status: str, who: str = "") -> None:
        """NopeSight shows the event so, and that this person did it (anybody, if nobody is named)."""
        if not self.nopesight.wait_for(lambda: self.event.status == status, self.slack.patience):
            raise ExpectationFailed(f"NopeSight shows {self.event.event_id} as {self.event.status}, not {status}")
        doer = self.event.resolved_by if status == "resolved" else self.event.acknowledged_by
        if who and (doer is None or doer.email != self.slack.person(who).email):
            raise ExpectationFailed(f"NopeSight says that {doer or 'nobody'} did it, not {who}")

    def keep_as_seen(self) -> None:
        """Remember the card as it is on a screen that is about to be late."""
        if isinstance(self.card.record, Message):
            self.before.append(Shown(self.slack.workspace, replace(self.card.record)))

    def resolve(self, who: str, note: str) -> None:
        """Somebody resolves it by the card's button and the form that it opens."""
        self.slack.click(self.card, "resolve_incident", as_=who)
        modal = self.slack.expect_modal(who, callback_id="resolve_modal")
        submission = modal.fill(resolution_input=note).submit()
        if not (submission.ok and submission.closed):
            raise ExpectationFailed(f"the form was not taken: {submission.errors or submission.interaction.error}")

    def calls(self) -> list[CallRecord]:
        """The bot's calls of Slack since the story began."""
        return [call for call in self.slack.calls() if call.at >= self.began]

    def take_slack_down(self) -> None:
        """Slack's API answers nothing but errors."""
        self._weather.append(self.slack.server.platform.faults.down(503))

    def bring_slack_back(self) -> None:
        """What this story broke works again."""
        while self._weather:
            self.slack.server.platform.faults.remove(self._weather.pop())

    def kill_bot(self) -> None:
        """The bot ends without warning."""
        self._dead = True
        self.bot.kill()

    def start_bot(self) -> None:
        """It starts again, and takes requests."""
        self.bot.start()
        self._dead = False

    def make_whole(self) -> None:
        """What the story broke works again, wherever it ended."""
        self.bring_slack_back()
        if self._dead:
            self.start_bot()

    def check_order(self) -> None:
        """The thread tells everything once and in order, and nothing else was said to anybody about the incident.

        What else goes on in the workspace (other incidents, people who click beside the story) is no part of it.
        """
        check_thread(self.card)
        self.slack.ignore(lambda shown: not self._about(shown))
        self.slack.assert_nothing_unexpected()

    def _about(self, shown: Shown) -> bool:
        reference = str(self.card.payload.get("incident", ""))
        if shown.payload.get("incident"):
            return bool(shown.payload["incident"] == reference)
        return shown.thread_ts == self.card.ts or bool(re.search(rf"\b{reference}\b", f"{shown.text}\n{shown.shown}"))


def check_thread(card: Shown) -> None:
    """The entries of a card's thread are all there, once and in order; ExpectationFailed says how they are."""
    told = [reply.payload["seq"] for reply in card.replies() if reply.event_type == ENTRY]
    if told != list(range(1, len(told) + 1)):
        raise ExpectationFailed(f"the thread's entries are numbered {told}")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens or arrives.

    `before` are the seconds that pass before it where people watch at the pace of life.
    """

    tells: str
    act: Callable[[Scene], object]
    before: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story by name; `title` is how people call it, `summary` and `watch` (what to look at) are one sentence each."""

    name: str
    title: str
    summary: str
    watch: str
    steps: tuple[Step, ...]
