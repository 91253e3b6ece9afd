"""What the terminal shows of the sandbox: a story step by step, who was told what, and the whole thread at the end."""

import queue
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final, NoReturn

import typer
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from incidentbot.cli.child import BotFailed
from incidentbot.cli.reading import Reader, clock
from incidentbot.cli.stage import Stage, stage
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.nopesight import Event
from incidentbot.sandbox.scenarios import SCENARIOS
from incidentbot.sandbox.scenes import Scenario, Scene, Step
from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.changes import Change
from incidentbot.sandbox.slack.people import NotPossible

# A step that does not come about within this time is missing; all of them together take a few seconds.
PATIENCE: Final = 30.0


@contextmanager
def staged(show: "Show", port: int, *, by_socket: bool) -> Iterator[Stage]:
    """The stage, set up and taken down; ends with a sentence where it cannot be, and quietly on Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, _end)
    with ExitStack() as stack:
        try:
            with show.waiting("Starting a Slack workspace, a NopeSight and the bot …"):
                running = stack.enter_context(stage(port, by_socket=by_socket))
            yield running
        except OSError as error:
            show.fail(f"Port {port} cannot be used ({error.strerror}). Choose another: --port 0 takes any free one.")
        except BotFailed as error:
            show.fail(str(error))
        except KeyboardInterrupt:
            show.say("Ending.")


def _end(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


class Show:
    """What the terminal shows of a story: each step as it comes about, what was said to whom, and the whole thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._heard: queue.SimpleQueue[Change] = queue.SimpleQueue()
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        """A plain line."""
        self._console.print(text, markup=False)

    def fail(self, text: str) -> NoReturn:
        """A sentence about what is wrong, and the end."""
        self._console.print(Text(text, style="red"))
        raise typer.Exit(1)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """A sign of life while something takes its time."""
        with self._console.status(Text(text)):
            yield

    def play(self, scenario: Scenario, staged: Stage) -> bool:
        """Play it through and print the thread; whether everything arrived. What did not is named."""
        self._started = time.monotonic()
        self._console.print(Panel(Text(scenario.summary), title=scenario.name, title_align="left", expand=False))
        slack = Harness(staged.server, patience=PATIENCE)
        stop = staged.server.platform.feed.listen(self._heard.put)
        scene = Scene(slack, staged.nopesight, staged.bot)
        reader = Reader(slack.workspace)
        try:
            missing = self._steps(scenario, scene, reader)
            scene.make_whole()
        finally:
            stop()
        self._print_thread(scene, reader)
        self._conclude(missing, staged)
        return not missing

    def _steps(self, scenario: Scenario, scene: Scene, reader: Reader) -> list[str]:
        """What did not come about: the step that failed and those that could not be tried after it."""
        for number, step in enumerate(scenario.steps):
            problem = self._step(step, scene)
            self._print_heard(scene, reader)
            if problem:
                self._console.print(Padding(Text(problem, style="red"), (0, 0, 0, 4)))
                return [missed.tells for missed in scenario.steps[number:]]
        return []

    def _step(self, step: Step, scene: Scene) -> str:
        problem = ""
        with self.waiting(step.tells):
            try:
                step.act(scene)
            except (AssertionError, NotPossible, BotFailed) as error:
                problem = str(error) or "it did not happen"
        passed = time.monotonic() - self._started
        sign = ("✗", "red") if problem else ("✓", "green")
        self._console.print(Text.assemble(sign, (f" {passed:5.1f} s  ", "dim"), step.tells))
        return problem

    def _print_heard(self, scene: Scene, reader: Reader) -> None:
        """What the bot said meanwhile, a line each; the whole of it stands in the thread below."""
        while not self._heard.empty():
            change = self._heard.get()
            record = change.data.get("message" if change.kind == "message_posted" else "ephemeral")
            if change.kind in {"message_posted", "ephemeral_posted"} and record is not None and record.author.bot_id:
                shown = Shown(scene.slack.workspace, record)
                self._console.print(
                    Padding(Text.assemble(_place(shown, scene), reader.text(shown.text)), (0, 0, 0, 12))
                )

    def _print_thread(self, scene: Scene, reader: Reader) -> None:
        try:
            card = scene.card
        except AssertionError:
            return
        title = f"{card.where}, the thread of {card.payload.get('incident', 'the incident')}"
        self._console.print()
        self._console.print(Panel(reader.thread(card), title=title, title_align="left", padding=(1, 2)))
        with suppress(AssertionError):  # nobody monitored it: there is no event
            self._console.print(Panel(_event(scene.event), title="NopeSight", title_align="left", padding=(0, 2)))

    def _conclude(self, missing: list[str], staged: Stage) -> None:
        if not missing:
            passed = time.monotonic() - self._started
            self._console.print(Text(f"Everything arrived, in {passed:.1f} seconds.", style="bold green"))
            return
        self._console.print(Text("Not everything arrived. Missing:", style="bold red"))
        for tells in missing:
            self._console.print(Text(f"  · {tells}", style="red"))
        self.say(f"The last lines of the bot's log:\n{staged.bot.last_lines()}")

    def serve(self, staged: Stage) -> None:
        """Go on until Ctrl-C; at a terminal, take commands."""
        self.say(f"Open {staged.server.url}/ in a browser. Ctrl-C ends everything.")
        if not sys.stdin.isatty():
            signal.pause()
        names = [*staged.commands, "play NAME"]
        self.say(f"Commands: {', '.join(names)}. Stories: {', '.join(SCENARIOS)}.")
        for line in sys.stdin:
            self._obey(line.strip(), staged)

    def _obey(self, line: str, staged: Stage) -> None:
        word, _, rest = line.partition(" ")
        if word in staged.commands:
            staged.commands[word]()
            self.say(f"The bot is {'running' if staged.bot.running else 'dead'}.")
        elif word == "play" and rest in SCENARIOS:
            self.play(SCENARIOS[rest], staged)
        elif word:
            self.say(f"There is no command {word!r}: {', '.join(staged.commands)}, play {'|'.join(SCENARIOS)}.")


def _event(event: Event) -> Text:
    """What NopeSight shows of the event now."""
    lines = [f"{event.event_id} · {event.severity} · {event.title}"]
    if event.acknowledged_by and event.acknowledged_at:
        lines.append(f"{clock(event.acknowledged_at)}  acknowledged by {event.acknowledged_by.name}")
    if event.resolved_by and event.resolved_at:
        notes = f": {event.resolution_notes}" if event.resolution_notes else ""
        lines.append(f"{clock(event.resolved_at)}  resolved by {event.resolved_by.name}{notes}")
    lines += [f"{clock(one.created_at)}  {one.author.name}: {one.text}" for one in event.comments]
    return Text("\n".join(lines))


def _place(shown: Shown, scene: Scene) -> Text:
    """Where it was said, as a prefix of fixed words."""
    if shown.ephemeral:
        person = scene.slack.workspace.people[getattr(shown.record, "user", "")]
        return Text(f"seen by {person.real_name} alone: ", style="magenta")
    conversation = scene.slack.workspace.conversations[shown.channel]
    if conversation.user:
        return Text(f"to {scene.slack.workspace.people[conversation.user].real_name} alone: ", style="magenta")
    return Text(f"{shown.where}{', in the thread' if shown.thread_ts else ''}: ", style="magenta")
