"""The bot as the panel knows it: an address of figures, and commands that somebody else carries out."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

REMEMBERED: Final = 120
_STATES: Final = ("waiting", "in_flight", "held", "parked")


class CommandFailed(Exception):
    """What was asked of the bot did not come about; the message says why."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that whoever supervises the bot can do to it.

    `run` may take seconds, returns when it is done, and raises CommandFailed where it cannot be done.
    """

    name: str
    title: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class SupervisedBot:
    """A bot in a process of its own. `metrics_url` answers in Prometheus' text format, while it runs.

    Stories that end and start the bot use the commands `kill` and `start`.
    """

    metrics_url: str
    commands: tuple[Command, ...]
    running: Callable[[], bool]

    def command(self, name: str) -> Command:
        """The command called so; KeyError if there is none."""
        for command in self.commands:
            if command.name == name:
                return command
        raise KeyError(name)

    def kill(self) -> None:
        """End it without warning."""
        self.command("kill").run()

    def start(self) -> None:
        """Start it and wait until it takes requests."""
        self.command("start").run()


@dataclass(frozen=True, slots=True)
class Truth:
    """What the bot itself says of what it has to tell: how many effects wait, are in flight, are held or parked.

    `sent` counts since the panel began to watch, over every restart; `oldest` is the age in seconds of the oldest
    effect that is not done. `known` is false while nothing was read yet.
    """

    waiting: int = 0
    in_flight: int = 0
    held: int = 0
    parked: int = 0
    sent: int = 0
    oldest: float = 0.0
    running: bool = False
    known: bool = False


@dataclass(slots=True)
class Watch:
    """The truth of now, and how the lag was before; fed with what the bot's address answered."""

    truth: Truth = field(default_factory=Truth)
    lags: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _sent_before: float = 0.0

    def read(self, text: str) -> Truth:
        """Take in one answer of the bot's address of figures."""
        values = _values(text)
        states = {state: int(values.get(f"effects/{state}", 0)) for state in _STATES}
        total = values.get("effects_sent", 0.0)
        # A counter begins at nought again after a restart.
        sent = self.truth.sent + int(total - self._sent_before if total >= self._sent_before else total)
        self._sent_before = total
        oldest = values.get("effects_oldest_waiting_seconds", 0.0)
        self.truth = Truth(**states, sent=sent, oldest=oldest, running=True, known=True)
        self.lags.append(oldest)
        return self.truth

    def miss(self, seconds: float) -> Truth:
        """The bot did not answer: what it last said still waits, and grows older by `seconds`."""
        waits = self.truth.waiting + self.truth.in_flight + self.truth.held
        oldest = self.truth.oldest + seconds if waits else 0.0
        self.truth = replace(self.truth, running=False, oldest=oldest)
        self.lags.append(oldest)
        return self.truth


def _values(text: str) -> dict[str, float]:
    """The bot's figures by name (without its own first word) and state."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        _, _, name = family.name.partition("_")
        for sample in family.samples:
            if sample.name.endswith("_created"):
                continue
            state = sample.labels.get("state")
            key = f"{name}/{state}" if state else name
            found[key] = found.get(key, 0.0) + sample.value
    return found
