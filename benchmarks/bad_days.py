"""Bad days: the same story played to incidentbot and to Alertmanager, side by side; P8; and the drain after an outage.

Run: .venv/bin/python -m benchmarks.bad_days
Every story fires alerts, each of which is to be told once. What counts is read from Slack's own history: an alert that
is not there is lost, one that is there more often than once was doubled. As Prometheus does, the sender repeats what
still fires once the receiver is back from a crash.
"""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import httpx

from benchmarks import alertmanager, stand
from incidentbot.cli.child import Bot, held_port
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.slack.faults import Fault, FaultKind, Faults
from incidentbot.sandbox.slack.limits import LimitRules
from incidentbot.sandbox.slack.platform import Rules

# The limits are on, and faster than Slack's, so that a story takes seconds.
A_SECOND, BURST = 20.0, 20
ALERTS: Final = 60
POSTS: Final = ("chat.postMessage", "webhook")
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Story:
    """`weather` is switched on before the alerts fire and cleared after `lasts` seconds; they resolve after `short`.

    With `kill` the receiver dies that long after the first message stands in Slack, and is started again.
    """

    name: str
    weather: Callable[[Faults], None] = lambda _faults: None
    lasts: float = 0.0
    short: float = 0.0
    kill: float | None = None


def _busy(faults: Faults) -> None:
    for method in POSTS:
        faults.rate_limit(method, retry_after="2", times=None)


def _deaf(faults: Faults) -> None:
    for method in POSTS:
        faults.lose_replies(method, times=10)


def _flaky(faults: Faults) -> None:
    for method in POSTS:
        faults.add(Fault(FaultKind.STATUS, method, chance=0.05, status=500))
        faults.lose_replies(method, times=None, chance=0.02)


def _down(faults: Faults) -> None:
    for method in POSTS:
        faults.down(503, method=method)


STORIES: Final = (
    Story("fair weather"),
    Story("kill -9 while it tells", kill=0.3),
    Story("10 replies lost after acceptance", weather=_deaf),
    Story("8 s of 429, alerts of 4 s", weather=_busy, lasts=8, short=4),
    Story("P8: 5 % answered 500, 2 % replies lost", weather=_flaky, lasts=PATIENCE),
    Story("Slack answers 503 for 15 s", weather=_down, lasts=15),
)


class Receiver(Protocol):
    """Whoever is told of alerts and tells Slack of them."""

    channel: str

    def send(self, told: list[dict[str, Any]]) -> None:
        """Alerts as Prometheus has them."""

    def restart(self) -> None:
        """Killed, and started again."""

    def tells(self, slack: Harness, name: str) -> int:
        """How many messages in Slack tell of the alert."""


class Ours:
    """incidentbot: an incident an alert, told by card and thread; what is there most often counts."""

    channel = "#incidents"

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def send(self, told: list[dict[str, Any]]) -> None:
        for alert in told:
            body = stand.notification([alert])
            url = f"{self._bot.url}/webhooks/alertmanager"
            httpx.post(url, content=body, headers=stand.BEARER, trust_env=False, timeout=20).raise_for_status()

    def restart(self) -> None:
        self._bot.restart()

    def tells(self, slack: Harness, name: str) -> int:
        cards = [one for one in slack.history(self.channel) if one.event_type == "incident" and name in one.shown]
        entries = Counter(reply.payload["seq"] for card in cards for reply in card.replies())
        return max([len(cards), *entries.values()])


class Theirs:
    """Alertmanager: a message an alert."""

    channel = alertmanager.CHANNEL

    def __init__(self, one: alertmanager.Alertmanager) -> None:
        self._one = one

    def send(self, told: list[dict[str, Any]]) -> None:
        self._one.send(told)

    def restart(self) -> None:
        self._one.kill()
        self._one.start()

    def tells(self, slack: Harness, name: str) -> int:
        return sum(1 for shown in slack.history(self.channel) if name in str(shown.record.content))


@contextmanager
def ours(on: stand.Stage, folder: Path) -> Iterator[Receiver]:
    environ = {**on.environ, **stand.limits(folder, a_second=A_SECOND, burst=BURST)}
    with held_port() as port:
        bot = Bot(folder, port, environ)
        bot.start()
        try:
            yield Ours(bot)
        finally:
            bot.stop()


@contextmanager
def theirs(on: stand.Stage, _folder: Path) -> Iterator[Receiver]:
    with alertmanager.running(on) as one:
        yield Theirs(one)


def play(story: Story, on: stand.Stage, receiver: Receiver) -> str:
    """What became of the story's alerts."""
    slack, faults = on.slack, on.slack.server.platform.faults
    # The name of one is no part of another's.
    names = [f"alert-{number:03}-of-{abs(hash(story.name)) % 1000:03}" for number in range(ALERTS)]
    began = datetime.now(UTC)
    started = time.monotonic()
    firing = stand.alerts(names, began=began)
    story.weather(faults)
    receiver.send(firing)
    if story.kill is not None:
        _wait(lambda: receiver.tells(slack, names[0]) > 0, PATIENCE)
        threading.Event().wait(story.kill)
        receiver.restart()
        receiver.send(firing)
    if story.short:
        threading.Event().wait(max(0.0, story.short - (time.monotonic() - started)))
        receiver.send(stand.alerts(names, began=began, ended=datetime.now(UTC)))
    _wait(lambda: _all_told(receiver, slack, names), story.lasts)
    if story.lasts < PATIENCE:
        threading.Event().wait(max(0.0, story.lasts - (time.monotonic() - started)))
        faults.clear()
    cleared = time.monotonic()
    _wait(lambda: _all_told(receiver, slack, names), PATIENCE)
    drained = time.monotonic() - cleared
    faults.clear()
    threading.Event().wait(3)
    told = [receiver.tells(slack, name) for name in names]
    lost, doubled = told.count(0), sum(count - 1 for count in told if count > 1)
    return f"{lost:3} lost {doubled:3} doubled, all there {drained:4.1f} s after it had cleared up"


def _all_told(receiver: Receiver, slack: Harness, names: list[str]) -> bool:
    return all(receiver.tells(slack, name) for name in names)


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        threading.Event().wait(0.1)


def measure(engine: str) -> None:
    ideal = (ALERTS - BURST) / A_SECOND
    stand.heading(f"Bad days on {engine}: {ALERTS} alerts, at {A_SECOND:.0f}/s ideally told within {ideal:.1f} s")
    sides = {"incidentbot": ours} | ({"alertmanager": theirs} if alertmanager.available() else {})
    for story in STORIES:
        print(f"  {story.name}")
        for side, receiving in sides.items():
            with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
                folder = Path(temporary)
                rules = Rules(limits=LimitRules(per_second=A_SECOND, burst=BURST, posts_per_minute=100_000))
                url = stack.enter_context(stand.database(engine, folder))
                on = stack.enter_context(stand.stage(url, rules=rules))
                receiver = stack.enter_context(receiving(on, folder))
                print(f"    {side:12} {play(story, on, receiver)}")


if __name__ == "__main__":
    for database in stand.ENGINES:
        measure(database)
