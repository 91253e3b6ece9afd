"""A story played from the page: in a thread of its own, at the pace of life or as fast as it goes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.panel.bot import CommandFailed, SupervisedBot
from incidentbot.sandbox.scenarios import SCENARIOS
from incidentbot.sandbox.scenes import Scenario, Scene, Step
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.people import NotPossible

Pace = Literal["1x", "fast"]
Ended = Literal["done", "failed", "stopped"]
Mark = Literal["next", "now", "done", "failed"]
# At 1x every step leaves time to read it and to look at what it did.
READING_SECONDS: Final = 2.0
PATIENCE: Final = 30.0


@dataclass(slots=True)
class Line:
    """A step as it is shown; `problem` is told where it did not come about."""

    step: Step
    mark: Mark = "next"
    seconds: float = 0.0
    problem: str = ""


@dataclass(slots=True)
class Play:
    """One performance of a story."""

    scenario: Scenario
    pace: Pace
    lines: list[Line]
    state: Literal["playing"] | Ended = "playing"
    seconds: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)


class Player:
    """Plays one story at a time; `on_change` hears of every step, in the player's thread."""

    def __init__(self, server: SandboxServer, nopesight: NopeSight, on_change: Callable[[], object]) -> None:
        self._server = server
        self._nopesight = nopesight
        self._on_change = on_change
        self._lock = threading.Lock()
        self.play: Play | None = None

    @property
    def playing(self) -> bool:
        """Whether a story is on."""
        return self.play is not None and self.play.state == "playing"

    def start(self, name: str, pace: Pace, bot: SupervisedBot) -> bool:
        """Begin a story; False while another one is on. KeyError if there is none of that name."""
        scenario = SCENARIOS[name]
        with self._lock:
            if self.playing:
                return False
            self.play = Play(scenario, pace, [Line(step) for step in scenario.steps])
        thread = threading.Thread(target=self._perform, args=(self.play, bot), name="story", daemon=True)
        thread.start()
        return True

    def stop(self) -> None:
        """End the story after the step that it is at."""
        if self.play is not None:
            self.play.stop.set()

    def _perform(self, play: Play, bot: SupervisedBot) -> None:
        began = time.monotonic()
        slack = Harness(self._server, patience=PATIENCE)
        scene = Scene(slack, self._nopesight, bot)
        ended: Ended = "failed"
        try:
            ended = self._lines(play, scene)
            scene.make_whole()
        except CommandFailed:
            ended = "failed"
        finally:
            slack.leave()
            play.seconds = time.monotonic() - began
            play.state = ended
            self._on_change()

    def _lines(self, play: Play, scene: Scene) -> Ended:
        for line in play.lines:
            if play.stop.wait(line.step.before if play.pace == "1x" else 0.0):
                return "stopped"
            self._line(line, scene)
            if line.mark == "failed":
                return "failed"
            if play.stop.wait(READING_SECONDS if play.pace == "1x" else 0.0):
                return "stopped"
        return "done"

    def _line(self, line: Line, scene: Scene) -> None:
        line.mark = "now"
        self._on_change()
        began = time.monotonic()
        try:
            line.step.act(scene)
        except (AssertionError, NotPossible, CommandFailed) as error:
            line.mark, line.problem = "failed", str(error) or "it did not happen"
        else:
            line.mark = "done"
        line.seconds = time.monotonic() - began
        self._on_change()
