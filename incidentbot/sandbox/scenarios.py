"""Stories that the demo plays: what people and NopeSight do, and what has to arrive in Slack for it.

A scenario is a list of steps; each tells in a sentence what happens and does it or waits for it. A step that fails
raises ExpectationFailed (or NotPossible). They act on the workspace of `company` and on its NopeSight.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from incidentbot.sandbox.harness import ExpectationFailed, Harness
from incidentbot.sandbox.nopesight import Event, NopeSight
from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.model import Message

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
    before: list[Shown] = field(default_factory=list)

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
        """NopeSight notices something."""
        self._event = self.nopesight.fire(title, severity, **facts)

    def see_card(self, *, containing: str = "") -> None:
        """The card appears."""
        self._card = self.slack.expect_message(event_type=CARD, containing=containing)

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

    def check_order(self) -> None:
        """The thread tells everything once and in order, and nothing else was said to anybody."""
        told = [reply.payload["seq"] for reply in self.card.replies() if reply.event_type == ENTRY]
        if told != list(range(1, len(told) + 1)):
            raise ExpectationFailed(f"the thread's entries are numbered {told}")
        self.slack.assert_nothing_unexpected()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens or arrives."""

    tells: str
    act: Callable[[Scene], object]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story by name; `summary` is one sentence."""

    name: str
    summary: str
    steps: tuple[Step, ...]


_IN_ORDER: Final = Step(
    "The thread tells all of it once and in order, and nobody heard anything else", Scene.check_order
)


def _begin(title: str, *invited: str, **facts: str) -> tuple[Step, ...]:
    """An event, its card, the first entry, and the invitations of its owners."""
    steps = [
        Step(f"NopeSight reports a critical event: {title}", lambda scene: scene.fire(title, **facts)),
        Step("The incident's card appears in #incidents", lambda scene: scene.see_card(containing=title)),
        Step("Its thread begins with the first assessment", lambda scene: scene.see_entry("created")),
    ]
    if invited:
        steps += [
            Step(_invitations(*invited), lambda scene: scene.see_invitations(*invited)),
            Step("The thread says who was invited and why", lambda scene: scene.see_entry("owner_invited")),
        ]
    return tuple(steps)


def _invitations(*people: str) -> str:
    """Ana and Ben, who own what is affected, get a direct message each."""
    if len(people) == 1:
        return f"{_name(people[0])}, who owns what is affected, gets a direct message"
    names = f"{', '.join(map(_name, people[:-1]))} and {_name(people[-1])}"
    return f"{names}, who own what is affected, get a direct message each"


def _name(key: str) -> str:
    return {"chloe": "Chloé"}.get(key, key.capitalize())


def _acknowledged(who: str) -> tuple[Step, ...]:
    return (
        Step(f"The card says that {_name(who)} has it", lambda scene: scene.see_state("acknowledged")),
        Step("So does the thread", lambda scene: scene.see_entry("acknowledged")),
        Step(f"NopeSight learns that {_name(who)} has it", lambda scene: scene.see_status("acknowledged", who)),
    )


def _resolved(who: str, note: str) -> tuple[Step, ...]:
    return (
        Step(f"{_name(who)} resolves it and says what was done", lambda scene: scene.resolve(who, note)),
        Step("The card turns green", lambda scene: scene.see_state("resolved")),
        Step("The thread has the note", lambda scene: scene.see_entry("resolved", containing=note)),
        Step(f"NopeSight learns that {_name(who)} resolved it", lambda scene: scene.see_status("resolved", who)),
        _IN_ORDER,
    )


def _click(who: str) -> Step:
    def act(scene: Scene) -> None:
        scene.keep_as_seen()
        scene.slack.click(scene.card, "acknowledge_incident", as_=who)

    return Step(f"{_name(who)} clicks Acknowledge", act)


def _late_click(who: str) -> Step:
    def act(scene: Scene) -> None:
        scene.slack.click(scene.before[0], "acknowledge_incident", as_=who)
        scene.slack.expect_ephemeral(who)

    return Step(f"{_name(who)}, whose screen is a moment late, clicks it too and is told who has it", act)


CRITICAL_SERVER: Final = Scenario(
    "critical-server",
    "A server is in trouble: from NopeSight's event to the resolved incident.",
    (
        *_begin(
            "CPU 98% on PROD-WEB-01",
            "ben",
            "chloe",
            "hugo",
            description="Load 41 on 8 cores since three minutes ago. The shop answers in 9 s instead of 0.3 s.",
        ),
        _click("ben"),
        *_acknowledged("ben"),
        _late_click("chloe"),
        *_resolved("ben", "A runaway log rotation; stopped it and added a limit."),
    ),
)


def _click_at_once(scene: Scene) -> None:
    def click(who: str) -> Callable[[], object]:
        return lambda: scene.slack.click(scene.card, "acknowledge_incident", as_=who)

    scene.slack.at_once(click("ben"), click("ana"))


def _one_is_refused(scene: Scene) -> None:
    ben, ana = scene.slack.person("ben").id, scene.slack.person("ana").id
    told = scene.slack.wait_until(
        lambda: [shown for shown in scene.slack.unexpected() if shown.ephemeral], what="a word to whoever was later"
    )
    winner = scene.see_entry("acknowledged")
    loser = "ana" if ben in winner.shown else "ben"
    scene.slack.expect_ephemeral(loser)
    if len(told) != 1 or (ben in winner.shown) == (ana in winner.shown):
        raise ExpectationFailed("two people clicked, and it is not clear who has it")


TWO_PEOPLE_CLICK: Final = Scenario(
    "two-people-click",
    "Two people click Acknowledge at the same instant: one has it, the other is told.",
    (
        *_begin("Disk full on PROD-WEB-02", "ben", description="0 of 40 GiB are free on /var."),
        Step("Ben and Ana click Acknowledge at the same instant", _click_at_once),
        Step("One of them has it, and the other is told who", _one_is_refused),
        Step("The card says who", lambda scene: scene.see_state("acknowledged")),
        Step("NopeSight learns that it is acknowledged", lambda scene: scene.see_status("acknowledged")),
        *_resolved("ben", "Old core dumps removed."),
    ),
)


def _slack_goes_down(scene: Scene) -> None:
    scene.slack.server.platform.faults.down(503)


def _tried_in_vain(scene: Scene) -> None:
    def failed() -> bool:
        shown = ("chat.update", "chat.postMessage")
        return {call.method for call in scene.slack.calls() if call.method in shown and call.result != "ok"} == {*shown}

    scene.slack.wait_until(failed, what="a try to edit the card and one to post the entry")


def _slack_returns(scene: Scene) -> None:
    scene.slack.server.platform.faults.clear()


SLACK_DOWN: Final = Scenario(
    "slack-down",
    "Slack's API fails in the middle: people go on, and everything arrives afterwards, once and in order.",
    (
        *_begin(
            "Replication stopped on PROD-DB-01",
            "dmitri",
            description="The replica is 14 minutes behind and does not move.",
        ),
        Step("Slack's API answers nothing but errors from now on", _slack_goes_down),
        _click("dmitri"),
        Step("NopeSight learns of it all the same", lambda scene: scene.see_status("acknowledged", "dmitri")),
        Step("The bot tries in vain to show it in Slack", _tried_in_vain),
        Step("Slack works again", _slack_returns),
        Step("The card says that Dmitri has it", lambda scene: scene.see_state("acknowledged")),
        Step("So does the thread", lambda scene: scene.see_entry("acknowledged")),
        *_resolved("dmitri", "A slot had run full; dropped it and resynchronised."),
    ),
)


def _acknowledge_there(scene: Scene) -> None:
    scene.nopesight.acknowledge(scene.event.id, "ben")


def _not_told_again(scene: Scene) -> None:
    told = [call for call in scene.nopesight.calls("set_event_status") if call.body.get("status") == "acknowledged"]
    if told:
        raise ExpectationFailed("NopeSight was told what it had said itself")


ACKNOWLEDGED_IN_NOPESIGHT: Final = Scenario(
    "acknowledged-in-nopesight",
    "Somebody takes the event in NopeSight: the incident follows, and NopeSight is not told its own news.",
    (
        *_begin("Memory 97% on PROD-WEB-02", "ben", description="The application's processes have grown since 13:00."),
        Step("Ben acknowledges the event at NopeSight's own screen", _acknowledge_there),
        Step("The card says that it is acknowledged", lambda scene: scene.see_state("acknowledged")),
        Step("So does the thread", lambda scene: scene.see_entry("acknowledged", containing="Ben Okafor")),
        Step("NopeSight is not told what it said itself", _not_told_again),
        *_resolved("ben", "The leak is in 2.4.1; rolled back."),
    ),
)

OWNER_WITHOUT_SLACK: Final = Scenario(
    "owner-without-slack",
    "The only owner has no Slack account: the thread names her, and nobody is guessed.",
    (
        *_begin("Error rate 40% on PAYMENTS-API", description="Two of five payments fail."),
        Step("The thread names Kira, who could not be reached",
             lambda scene: scene.see_entry("owner_invited", containing="Kira Novak")),
        _click("ivy"),
        *_acknowledged("ivy"),
        *_resolved("ivy", "The provider had an outage; it is over."),
    ),
)  # fmt: skip


def _die_after_click(scene: Scene) -> None:
    scene.slack.click(scene.card, "acknowledge_incident", as_="ben")
    scene.bot.kill()


BOT_KILLED: Final = Scenario(
    "bot-killed",
    "The bot is killed the moment it took a click: nothing is lost, and nothing is said twice.",
    (
        *_begin("Certificate expired on PROD-WEB-02", "ben", description="Browsers refuse the shop's second server."),
        Step("Ben clicks Acknowledge, and the bot is killed in that instant", _die_after_click),
        Step("The bot starts again", lambda scene: scene.bot.start()),
        *_acknowledged("ben"),
        *_resolved("ben", "Renewed it, and the renewal is now watched."),
    ),
)


def _type_create(scene: Scene) -> None:
    done = scene.slack.slash("/incident", "create Checkout is slow --severity high --ci Checkout", as_="ana")
    if not done.ok:
        raise ExpectationFailed(f"Slack shows Ana an error: {done.error}")
    scene.slack.expect_ephemeral("ana", containing="Checkout is slow")


def _mention_note(scene: Scene) -> None:
    scene.slack.mention(scene.card, "note The search index is being rebuilt", as_="ivy")


TYPED_BY_HAND: Final = Scenario(
    "typed-by-hand",
    "Nobody monitors it: Ana types /incident create, and people talk to the bot in the thread.",
    (
        Step("Ana types /incident create Checkout is slow --severity high --ci Checkout", _type_create),
        Step("The card appears in #incidents", lambda scene: scene.see_card(containing="Checkout is slow")),
        Step("Its thread begins", lambda scene: scene.see_entry("created")),
        Step("Ivy and Ben, who own Checkout, get a direct message", lambda scene: scene.see_invitations("ivy", "ben")),
        Step("The thread says who was invited and why", lambda scene: scene.see_entry("owner_invited")),
        _click("ivy"),
        Step("The card says that Ivy has it", lambda scene: scene.see_state("acknowledged")),
        Step("So does the thread", lambda scene: scene.see_entry("acknowledged")),
        Step("Ivy mentions the bot in the thread to keep a note", _mention_note),
        Step("The note stands in the timeline", lambda scene: scene.see_entry("note", containing="search index")),
        Step("Ivy resolves it", lambda scene: scene.resolve("ivy", "The index is rebuilt.")),
        Step("The card turns green", lambda scene: scene.see_state("resolved")),
        Step("The thread has the note", lambda scene: scene.see_entry("resolved")),
        _IN_ORDER,
    ),
)

SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        CRITICAL_SERVER,
        TWO_PEOPLE_CLICK,
        SLACK_DOWN,
        ACKNOWLEDGED_IN_NOPESIGHT,
        OWNER_WITHOUT_SLACK,
        BOT_KILLED,
        TYPED_BY_HAND,
    )
}
