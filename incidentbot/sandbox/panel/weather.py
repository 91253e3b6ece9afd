"""What goes wrong, as switches: each turns faults of the Slack and of the NopeSight on and off."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from incidentbot.sandbox.nopesight.faults import Faults as SightFaults
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from incidentbot.sandbox.slack.faults import Faults as SlackFaults

SLOW_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing that can go wrong; `watch` says what to look at while it does."""

    name: str
    title: str
    watch: str


SWITCHES: Final = (
    Switch(
        "slack-limiting",
        "Slack limits",
        "Every second message is answered “429, come back in 2 seconds”: the queue grows, the order holds.",
    ),
    Switch("slack-down", "Slack is down", "Every call gets a 503: buttons still work, and everything arrives later."),
    Switch(
        "replies-lost",
        "Replies lost",
        "Half of Slack's answers never arrive: the bot looks before it repeats, and nothing appears twice.",
    ),
    Switch("slow", "Everything is slow", f"Slack and NopeSight take {SLOW_SECONDS:.0f} seconds for every answer."),
    Switch("nopesight-down", "NopeSight is down", "Incidents go on in Slack; NopeSight learns of it afterwards."),
)


class Weather:
    """Which switches are on. What others switched off meanwhile (a story that ends) is off here too."""

    def __init__(self, slack: SlackFaults, nopesight: SightFaults) -> None:
        self._slack = slack
        self._nopesight = nopesight
        self._acts: Final[dict[str, Callable[[], tuple[set[int], set[int]]]]] = {
            "slack-limiting": lambda: ({slack.add(_limiting())}, set()),
            "slack-down": lambda: ({slack.down(503)}, set()),
            "replies-lost": lambda: ({slack.lose_replies("chat.*", times=None, chance=0.5)}, set()),
            "slow": lambda: ({slack.delay(SLOW_SECONDS)}, {nopesight.slow(SLOW_SECONDS)}),
            "nopesight-down": lambda: (set(), {nopesight.down()}),
        }
        self._on: dict[str, tuple[set[int], set[int]]] = {}

    def is_on(self, name: str) -> bool:
        """Whether that goes wrong at this moment."""
        of_slack, of_nopesight = self._on.get(name, (set(), set()))
        return bool(
            of_slack & {fault.number for fault in self._slack.active()}
            or of_nopesight & {fault.number for fault in self._nopesight.active()}
        )

    def turn(self, name: str) -> None:
        """Switch it on if it is off, else off. KeyError if there is no such switch."""
        act = self._acts[name]
        if self.is_on(name):
            of_slack, of_nopesight = self._on.pop(name)
            for number in of_slack:
                self._slack.remove(number)
            for number in of_nopesight:
                self._nopesight.remove(number)
        else:
            self._on[name] = act()

    def clear(self) -> None:
        """All is well again."""
        self._on.clear()
        self._slack.clear()
        self._nopesight.clear()


def _limiting() -> Fault:
    return Fault(FaultKind.RATE_LIMITED, "chat.*", chance=0.5, retry_after="2", hold=True)
