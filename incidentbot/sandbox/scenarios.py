"""Stories that the demo plays: what people and NopeSight do, and what has to arrive in Slack for it.

A scenario is a list of steps; each tells in a sentence what happens and does it or waits for it. A step that fails
raises ExpectationFailed (or NotPossible). They act on the workspace of `company` and on its NopeSight.
"""

from collections.abc import Callable
from typing import Final

from incidentbot.sandbox.harness import ExpectationFailed
from incidentbot.sandbox.scenes import Scenario, Scene, Step, check_thread

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
    "Critical server",
    "A server is in trouble: from NopeSight's event to the resolved incident.",
    "The card turns from red to yellow to green; the owners get a direct message; the thread tells every step.",
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
    "Two people click at once",
    "Two people click Acknowledge at the same instant: one has it, the other is told.",
    "One of the two clicks counts; the other person alone is told who was faster.",
    (
        *_begin("Disk full on PROD-WEB-02", "ben", description="0 of 40 GiB are free on /var."),
        Step("Ben and Ana click Acknowledge at the same instant", _click_at_once),
        Step("One of them has it, and the other is told who", _one_is_refused),
        Step("The card says who", lambda scene: scene.see_state("acknowledged")),
        Step("NopeSight learns that it is acknowledged", lambda scene: scene.see_status("acknowledged")),
        *_resolved("ben", "Old core dumps removed."),
    ),
)


def _tried_in_vain(scene: Scene) -> None:
    shown = {"chat.update", "chat.postMessage"}

    def failed() -> bool:
        return shown <= {call.method for call in scene.calls() if call.result == "status"}

    scene.slack.wait_until(failed, what="a try to edit the card and one to post the entry")


SLACK_DOWN: Final = Scenario(
    "slack-down",
    "Slack is down for a minute",
    "Slack's API fails in the middle: people go on, and everything arrives afterwards, once and in order.",
    "The age of the oldest message grows while Slack is away; then the thread heals, in order.",
    (
        *_begin(
            "Replication stopped on PROD-DB-01",
            "dmitri",
            description="The replica is 14 minutes behind and does not move.",
        ),
        Step("Slack's API answers nothing but errors from now on", Scene.take_slack_down),
        _click("dmitri"),
        Step("NopeSight learns of it all the same", lambda scene: scene.see_status("acknowledged", "dmitri")),
        Step("The bot tries in vain to show it in Slack", _tried_in_vain),
        Step("Slack works again", Scene.bring_slack_back, before=50.0),
        Step("The card says that Dmitri has it", lambda scene: scene.see_state("acknowledged")),
        Step("So does the thread", lambda scene: scene.see_entry("acknowledged")),
        *_resolved("dmitri", "A slot had run full; dropped it and resynchronised."),
    ),
)


def _acknowledge_there(scene: Scene) -> None:
    scene.nopesight.acknowledge(scene.event.id, "ben")


def _not_told_again(scene: Scene) -> None:
    calls = [call for call in scene.nopesight.calls("set_event_status") if scene.event.id in call.path]
    if any(call.body.get("status") == "acknowledged" for call in calls):
        raise ExpectationFailed("NopeSight was told what it had said itself")


ACKNOWLEDGED_IN_NOPESIGHT: Final = Scenario(
    "acknowledged-in-nopesight",
    "Acknowledged in NopeSight",
    "Somebody takes the event in NopeSight: the incident follows, and NopeSight is not told its own news.",
    "The card follows within a moment, and the list of calls shows that NopeSight is not told its own news.",
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
    "Owner without Slack",
    "The only owner has no Slack account: the thread names her, and nobody is guessed.",
    "The thread says that Kira could not be reached, instead of keeping quiet about it.",
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
    scene.kill_bot()


BOT_KILLED: Final = Scenario(
    "bot-killed",
    "Bot killed after a click",
    "The bot is killed the moment it took a click: nothing is lost, and nothing is said twice.",
    "Nothing moves while the bot is dead; seconds after its start the card and the thread have it all.",
    (
        *_begin("Certificate expired on PROD-WEB-02", "ben", description="Browsers refuse the shop's second server."),
        Step("Ben clicks Acknowledge, and the bot is killed in that instant", _die_after_click),
        Step("The bot starts again", Scene.start_bot, before=8.0),
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
    "Typed by hand",
    "Nobody monitors it: Ana types /incident create, and people talk to the bot in the thread.",
    "A slash command does all that an event does; in the thread people talk to the bot by mentioning it.",
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

SERVICES: Final = 10
STORM: Final = 500
# Slack takes one message a second and channel: a storm is told in about a minute, whoever tells it.
STORM_SECONDS: Final = 120.0


def _storm_breaks(scene: Scene) -> None:
    scene.storm = scene.nopesight.storm(STORM, SERVICES)


def _a_card_each(scene: Scene) -> None:
    scene.see_cards(SERVICES, timeout=STORM_SECONDS)


def _everything_told(scene: Scene) -> None:
    def told() -> bool:
        return all(any(reply.payload.get("kind") == "event_linked" for reply in card.replies()) for card in scene.cards)

    scene.slack.wait_until(told, timeout=STORM_SECONDS, what="an entry about further events in every thread")


def _never_refused(scene: Scene) -> None:
    refused = [call.method for call in scene.calls() if call.result == "429"]
    if refused:
        raise ExpectationFailed(f"Slack refused {len(refused)} calls, which were too many: {', '.join(set(refused))}")


def _storm_ends(scene: Scene) -> None:
    for event in scene.storm:
        scene.nopesight.resolve(event.id, "hugo", "The core switch is back.")


def _all_green(scene: Scene) -> None:
    def green() -> bool:
        return all(card.payload.get("state") == "resolved" for card in scene.cards)

    scene.slack.wait_until(green, timeout=STORM_SECONDS, what="ten green cards")


def _threads_whole(scene: Scene) -> None:
    def last() -> bool:
        return all(card.replies()[-1].payload.get("kind") == "resolved" for card in scene.cards)

    scene.slack.wait_until(last, timeout=STORM_SECONDS, what="the last entry in every thread")
    for card in scene.cards:
        check_thread(card)


ALERT_STORM: Final = Scenario(
    "alert-storm",
    "Alert storm",
    "A core switch fails, and 500 events of ten services arrive within a second: ten incidents, told in order.",
    "Ten cards instead of 500 messages; the lag grows and shrinks again, and Slack never has to refuse a call.",
    (
        Step("NopeSight reports 500 critical events of ten services at once", _storm_breaks),
        Step("One card for each service appears in #incidents", _a_card_each),
        Step("Each thread tells of the further events", _everything_told),
        Step("Slack did not have to refuse a single call", _never_refused),
        Step("The switch is back: NopeSight resolves all 500 events", _storm_ends),
        Step("All ten cards turn green", _all_green),
        Step("Each thread tells all of it once and in order", _threads_whole),
    ),
)

SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        CRITICAL_SERVER,
        TWO_PEOPLE_CLICK,
        SLACK_DOWN,
        ALERT_STORM,
        ACKNOWLEDGED_IN_NOPESIGHT,
        OWNER_WITHOUT_SLACK,
        BOT_KILLED,
        TYPED_BY_HAND,
    )
}
