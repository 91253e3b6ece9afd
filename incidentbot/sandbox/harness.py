"""The language of the tests: expect a message, click its button as somebody, submit the modal, move the clock.

Synchronous, over a running `SandboxServer`. Every message of the app that nobody expected is kept, and
`assert_nothing_unexpected` (which leaving the harness as a context manager calls) fails with its text. Waiting is for
changes of the workspace, never for time to pass.
"""

import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.shown import Modal, Shown
from incidentbot.sandbox.slack.changes import Change
from incidentbot.sandbox.slack.model import Ephemeral, FunctionExecution, Json, Kind, Message, View
from incidentbot.sandbox.slack.people import Interaction
from incidentbot.sandbox.slack.records import CallRecord
from incidentbot.sandbox.slack.seats import Seat
from incidentbot.sandbox.world import Person

T = TypeVar("T")
Where = Callable[[Shown], bool]
# Nobody waits so long for what comes: this much is for a machine that has a bad day.
PATIENCE = 60.0
_LOOK_AGAIN = 0.25


class ExpectationFailed(AssertionError):
    """What was expected did not come, or something came that nobody expected."""


class Harness:
    """Acts and expectations in one workspace (the server's first, unless `team` says another).

    `as_`, `who` and the like take a person's key, handle or id; channels are `#name` or an id.
    """

    def __init__(self, server: SandboxServer, *, team: str = "", patience: float = PATIENCE) -> None:
        self.server = server
        self.workspace = server.platform.workspaces[team] if team else server.workspace
        self.people = server.slack.people(self.workspace.team_id)
        self.patience = patience
        self._unclaimed: list[Shown] = []
        self._notices: list[str] = []
        self._stop = server.platform.feed.listen(self._hear)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
        if kind is None:
            self.assert_nothing_unexpected()

    def leave(self) -> None:
        """Hear nothing from now on."""
        self._stop()

    def _hear(self, change: Change) -> None:
        if change.team != self.workspace.team_id:
            return
        if change.kind == "notice":
            self._notices.append(change.data["text"])
        record = change.data.get("message") if change.kind == "message_posted" else None
        record = change.data.get("ephemeral") if change.kind == "ephemeral_posted" else record
        if record is not None and record.author.bot_id:
            self._unclaimed.append(Shown(self.workspace, record))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run an act in the server's loop and wait for its result."""
        return self.server.run(work)

    # --- who and where --------------------------------------------------------------------------------------------

    def person(self, who: str) -> Person:
        """Somebody of the workspace."""
        return self.workspace.person(who)

    def seat(self, who: str) -> Seat:
        """What that person has open and was told."""
        return self.workspace.seat(self.person(who).id)

    def history(self, channel: str) -> list[Shown]:
        """The top-level messages of a channel, oldest first."""
        conversation = self.workspace.channel(channel)
        return [Shown(self.workspace, conversation.messages[ts]) for ts in conversation.timeline]

    def direct_messages(self, who: str) -> list[Shown]:
        """The messages of the direct message between the app and a person, oldest first."""
        return self.history(self.workspace.direct(self.person(who).id).id)

    def calls(self, method: str = "") -> list[CallRecord]:
        """The app's calls so far, of one method or all."""
        records = self.server.platform.records
        return records.calls_of(method) if method else list(records.calls)

    # --- acts -----------------------------------------------------------------------------------------------------

    def slash(self, command: str, text: str = "", *, as_: str, channel: str = "#incidents") -> Interaction:
        """Type a slash command. The acknowledgement's body is in the result's `ack.body`."""
        return self.run(self.people.slash(as_, channel, command, text))

    def say(self, text: str, *, as_: str, channel: str = "", thread: Shown | None = None) -> Shown:
        """Write into a channel, or into the thread of a message."""
        place = thread.channel if thread else self.workspace.channel(channel).id
        root = (thread.thread_ts or thread.ts) if thread else ""
        return Shown(self.workspace, self.people.say(as_, place, text, thread_ts=root))

    def mention(self, thread: Shown, text: str, *, as_: str) -> Shown:
        """Mention the app in the thread of a message."""
        return self.say(f"@{self._bot().handle} {text}", as_=as_, thread=thread)

    def mention_in(self, channel: str, text: str, *, as_: str) -> Shown:
        """Mention the app in a channel."""
        return self.say(f"@{self._bot().handle} {text}", as_=as_, channel=channel)

    def _bot(self) -> Person:
        return self.workspace.people[self.workspace.installation.bot_user_id]

    def write_to_app(self, text: str, *, as_: str) -> Shown:
        """Write to the app in its messages tab."""
        return Shown(self.workspace, self.people.write_to_app(as_, text))

    def click(self, message: Shown, action_id: str, *, as_: str, option: str = "", value: Any = None) -> Interaction:
        """Click a message's button, or choose `option` in its select."""
        return self.run(self.people.act(as_, message.record, action_id, value, option=option))

    def react(self, message: Shown, name: str, *, as_: str) -> None:
        """Add a reaction."""
        self.people.react(as_, _real(message), name)

    def unreact(self, message: Shown, name: str, *, as_: str) -> None:
        """Take a reaction away."""
        self.people.unreact(as_, _real(message), name)

    def edit(self, message: Shown, text: str, *, as_: str) -> None:
        """Edit one's own message."""
        self.people.edit(as_, _real(message), text)

    def delete(self, message: Shown, *, as_: str) -> None:
        """Delete a message as its author or as an admin."""
        self.people.delete(as_, _real(message))

    def shortcut(self, callback_id: str, *, as_: str) -> Interaction:
        """Run a global shortcut."""
        return self.run(self.people.shortcut(as_, callback_id))

    def message_shortcut(self, message: Shown, callback_id: str, *, as_: str) -> Interaction:
        """Run a shortcut on a message."""
        return self.run(self.people.message_shortcut(as_, _real(message), callback_id))

    def suggest(self, where: Shown | View, action_id: str, query: str, *, as_: str) -> list[Json]:
        """Type into an external select; what the app offers."""
        place = where if isinstance(where, View) else _real(where)
        return self.run(self.people.suggest(as_, place, action_id, query))

    def open_home(self, *, as_: str, tab: str = "home") -> None:
        """Look at the app's Home tab."""
        self.people.open_home(as_, tab=tab)

    def click_home(self, action_id: str, *, as_: str, option: str = "", value: Any = None) -> Interaction:
        """Click an element of the Home tab."""
        home = self.seat(as_).home
        if home is None:
            raise ExpectationFailed(f"{as_} has no Home tab")
        return self.run(self.people.act(as_, home, action_id, value, option=option))

    def open_details(self, entity: Json, *, as_: str) -> str:
        """Click a thing of the app that is shown below a link; answers the trigger."""
        return self.people.open_details(as_, entity)

    def expect_details(self, who: str, *, timeout: float | None = None) -> Json:
        """What the app shows somebody of it in the side pane."""

        def found() -> Json | None:
            return self.seat(who).details

        return self.wait_until(found, timeout=timeout, what=f"details for {who}") or {}

    def expect_unfurl(self, message: Shown, url: str, *, timeout: float | None = None) -> Json:
        """What the app shows of the link `url` below a message."""
        record = _real(message)
        self.wait_until(lambda: url in record.unfurled, timeout=timeout, what=f"{url} shown")
        return record.unfurled[url]

    def run_step(self, callback_id: str, *, as_: str = "", **inputs: Any) -> FunctionExecution:
        """Let a workflow, run by `as_`, run one of the app's steps; wait for `step.status` not to be running."""
        return self.people.run_step(callback_id, inputs, run_by=as_)

    def at_once(self, *acts: Callable[[], T]) -> list[T]:
        """Do several things at the same moment, each in a thread of its own; their results in order."""
        with ThreadPoolExecutor(len(acts)) as pool:
            return [future.result() for future in [pool.submit(act) for act in acts]]

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock: triggers and response URLs age, limits recover, retries fall due."""
        self.server.clock.advance(seconds)

    # --- expectations ---------------------------------------------------------------------------------------------

    def wait_until(self, condition: Callable[[], T], *, timeout: float | None = None, what: str = "") -> T:
        """Wait until `condition` gives something true; what it gave is returned.

        It is looked at after every change of the workspace, and now and then: it may be about something else too.
        """
        until = time.monotonic() + (self.patience if timeout is None else timeout)
        changed = self.server.platform.feed.changed
        with changed:
            while not (found := condition()):
                rest = until - time.monotonic()
                if rest <= 0:
                    raise ExpectationFailed(f"{what or 'it'} did not happen\n{self.report()}")
                changed.wait(min(rest, _LOOK_AGAIN))
            return found

    def expect_message(
        self,
        *,
        channel: str = "#incidents",
        containing: str = "",
        event_type: str = "",
        where: Where | None = None,
        timeout: float | None = None,
    ) -> Shown:
        """A top-level message of the app in a channel, now or soon; it counts as expected from then on."""
        place = self.workspace.channel(channel).id

        def fits(shown: Shown) -> bool:
            return shown.channel == place and not shown.ephemeral and not _is_reply(shown)

        wanted = _description("a message in", channel, containing, event_type)
        return self._claim(_all(fits, _matcher(containing, event_type, where)), wanted, timeout)

    def expect_reply(
        self,
        message: Shown,
        *,
        containing: str = "",
        event_type: str = "",
        where: Where | None = None,
        timeout: float | None = None,
    ) -> Shown:
        """A reply of the app in the thread of a message."""
        root = message.thread_ts or message.ts

        def fits(shown: Shown) -> bool:
            return shown.channel == message.channel and shown.thread_ts == root and not shown.ephemeral

        wanted = _description("a reply to", repr(message), containing, event_type)
        return self._claim(_all(fits, _matcher(containing, event_type, where)), wanted, timeout)

    def expect_dm(
        self,
        who: str,
        *,
        containing: str = "",
        event_type: str = "",
        where: Where | None = None,
        timeout: float | None = None,
    ) -> Shown:
        """A direct message of the app to a person."""
        person = self.person(who)

        def fits(shown: Shown) -> bool:
            conversation = self.workspace.conversations[shown.channel]
            return conversation.kind is Kind.IM and conversation.user == person.id and not shown.ephemeral

        wanted = _description("a direct message to", who, containing, event_type)
        return self._claim(_all(fits, _matcher(containing, event_type, where)), wanted, timeout)

    def expect_ephemeral(
        self, who: str, *, containing: str = "", where: Where | None = None, timeout: float | None = None
    ) -> Shown:
        """A message that only this person sees, wherever it is."""
        person = self.person(who)

        def fits(shown: Shown) -> bool:
            return isinstance(shown.record, Ephemeral) and shown.record.user == person.id

        wanted = _description("an ephemeral message to", who, containing, "")
        return self._claim(_all(fits, _matcher(containing, "", where)), wanted, timeout)

    def expect_edit(
        self, message: Shown, *, containing: str = "", where: Where | None = None, timeout: float | None = None
    ) -> Shown:
        """The message comes to fit, mostly by an edit: what happens before it is posted is in it from the start."""
        fits = _matcher(containing, "", where)
        wanted = _description("an edit of", repr(message), containing, "")
        self.wait_until(lambda: fits(message), timeout=timeout, what=wanted)
        return message

    def expect_reaction(self, message: Shown, name: str, *, timeout: float | None = None) -> None:
        """Somebody reacts (or has reacted) so."""
        self.wait_until(lambda: name in message.reactions, timeout=timeout, what=f"the reaction :{name}:")

    def expect_modal(self, who: str, *, callback_id: str = "", timeout: float | None = None) -> Modal:
        """A modal is open on that person's screen, the topmost."""
        seat = self.seat(who)

        def found() -> View | None:
            view = seat.modal
            return view if view is not None and callback_id in ("", view.callback_id) else None

        view = self.wait_until(found, timeout=timeout, what=f"a modal {callback_id} for {who}")
        if view is None:
            raise ExpectationFailed(f"no modal for {who}")
        return Modal(self.server, self.workspace, view)

    def expect_home(
        self, who: str, *, where: Callable[[View], bool] | None = None, timeout: float | None = None
    ) -> View:
        """A Home tab is published for that person and fits."""
        seat = self.seat(who)

        def found() -> View | None:
            return seat.home if seat.home is not None and (where is None or where(seat.home)) else None

        home = self.wait_until(found, timeout=timeout, what=f"a Home tab for {who}")
        if home is None:
            raise ExpectationFailed(f"no Home tab for {who}")
        return home

    def expect_notice(self, containing: str = "", *, timeout: float | None = None) -> str:
        """Slack itself tells somebody that the app failed."""

        def found() -> str:
            return next((one for one in self._notices if containing in one), "")

        notice = self.wait_until(found, timeout=timeout, what=f"an error line with {containing!r}")
        self._notices.remove(notice)
        return notice

    def ignore(self, where: Where) -> int:
        """Take every message that came so far and fits as expected; how many there were."""
        with self.server.platform.feed.lock:
            kept = [shown for shown in self._unclaimed if not where(shown)]
            taken = len(self._unclaimed) - len(kept)
            self._unclaimed[:] = kept
            return taken

    def unexpected(self) -> list[Shown]:
        """Messages of the app that nobody expected so far."""
        return list(self._unclaimed)

    def assert_nothing_unexpected(self) -> None:
        """Fail if the app said something that nobody expected, or failed in front of somebody."""
        left = [repr(one) for one in self._unclaimed if not one.deleted] + [repr(one) for one in self._notices]
        if left:
            raise ExpectationFailed("nobody expected:\n" + "\n".join(left))

    def report(self) -> str:
        """What came and was not claimed, and the app's last calls: for messages of failed expectations."""
        lines = [f"  unclaimed: {one!r}" for one in self._unclaimed]
        lines += [f"  error line: {one}" for one in self._notices]
        lines += [f"  called {one.method} -> {one.result}" for one in list(self.server.platform.records.calls)[-10:]]
        lines += [
            f"  delivered {one.kind} {one.what} -> {one.outcome}"
            for one in list(self.server.platform.records.deliveries)[-10:]
        ]
        return "\n".join(lines)

    def _claim(self, fits: Where, wanted: str, timeout: float | None) -> Shown:
        def found() -> Shown | None:
            return next((shown for shown in self._unclaimed if fits(shown)), None)

        shown = self.wait_until(found, timeout=timeout, what=wanted)
        if shown is None:
            raise ExpectationFailed(wanted)
        with self.server.platform.feed.lock:
            self._unclaimed.remove(shown)
        return shown


def _is_reply(shown: Shown) -> bool:
    return isinstance(shown.record, Message) and shown.record.is_reply


def _real(message: Shown) -> Message:
    if isinstance(message.record, Message):
        return message.record
    raise ExpectationFailed("an ephemeral message cannot be used so")


def _matcher(containing: str, event_type: str, where: Where | None) -> Where:
    def fits(shown: Shown) -> bool:
        if containing and containing not in shown.shown and containing not in shown.text:
            return False
        if event_type and shown.event_type != event_type:
            return False
        return where is None or where(shown)

    return fits


def _all(*tests: Where) -> Where:
    return lambda shown: all(test(shown) for test in tests)


def _description(what: str, where: str, containing: str, event_type: str) -> str:
    parts = [what, where]
    if containing:
        parts.append(f"containing {containing!r}")
    if event_type:
        parts.append(f"of type {event_type}")
    return " ".join(parts)
