"""P2: a click on Acknowledge, from the signed request to its answer, with state and effects committed in between.

Run: .venv/bin/python -m benchmarks.click [ROUNDS]
Goal: p50 at most 1.5x that of bare Bolt with `process_before_response`, which stores nothing, and at most 0.1x that of
Bolt as it comes; with 16 clients at least 0.7x the rate of the former. Each round measures all of them in turn.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks import stand
from incidentbot.cli.child import held_port
from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.severity import Severity
from incidentbot.render.card import card
from incidentbot.render.ids import ACKNOWLEDGE_INCIDENT
from incidentbot.sandbox.slack.blockkit.completion import completed
from incidentbot.sandbox.slack.model import Author, Content
from incidentbot.sandbox.slack.payloads import Payloads, action_json
from incidentbot.sandbox.slack.people import find_element
from incidentbot.sandbox.slack.signing import signed_headers
from incidentbot.store import Store
from incidentbot.usecases import Cause, Done, create

ONE_BY_ONE: Final = 100
AT_ONCE: Final = 400
CLIENTS: Final = 16
# The default sleeps; a few of its clicks tell enough.
DEFAULT_BOLT: Final = 40
CHANNEL: Final = "C0INCIDENT"
DESCRIPTION: Final = "Free space on /var is below 2 % and falls by 100 MB a minute. The database stops when it is full."


class MachineClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Clicks:
    """Signed clicks on the cards of incidents that are open and whose cards are posted; each can be made once."""

    def __init__(self, on: stand.Stage, store: Store) -> None:
        self._on = on
        self._store = store
        self._workspace = on.slack.workspace
        self._payloads = Payloads(on.slack.server.platform, self._workspace)

    def make(self, count: int) -> list[bytes]:
        """So many, each for an incident of its own."""
        return [self._click(self._incident()) for _ in range(count)]

    def _incident(self) -> Incident:
        cause = Cause(self._workspace.team_id, uuid4().hex, Actor(Source.CLI, name="benchmark"), "cli")
        outcome = create(self._store, cause, Draft("Disk full on PROD-DB-01", Severity.HIGH, DESCRIPTION))
        assert isinstance(outcome, Done)
        return outcome.incident

    def _click(self, incident: Incident) -> bytes:
        shown = card(incident)
        blocks = completed(list(shown.blocks))
        bot = self._workspace.installation
        message = self._workspace.post(CHANNEL, Author(bot.bot_user_id, bot.bot_id), Content(str(shown.text), blocks))
        with self._store.begin(self._workspace.team_id) as tx:
            tx.incidents.place_card(incident.number, CHANNEL, message.ts)
        element, block_id = find_element(blocks, ACKNOWLEDGE_INCIDENT)
        action = action_json(element, block_id, None, message.ts)
        payload = self._payloads.message_action(self._on.slack.person("ana"), message, action)
        body = urlencode({"payload": json.dumps(payload, separators=(",", ":"))}).encode()
        headers = signed_headers(self._on.environ["SLACK_SIGNING_SECRET"], body, MachineClock().now().timestamp())
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return stand.request("/slack/events", body, {**form, **headers})


@contextmanager
def bolt(on: stand.Stage, folder: Path, manner: str) -> Iterator[int]:
    """Bolt alone on a port."""
    with held_port() as port:
        command = [sys.executable, "-m", "benchmarks.bare_bolt", str(port), manner]
        with stand.process(command, f"http://127.0.0.1:{port}/healthz", folder, on.environ):
            yield port


class Measured:
    """p50 one by one and requests a second of many at once, of each round."""

    def __init__(self) -> None:
        self.p50: list[float] = []
        self.p99: list[float] = []
        self.rate: list[float] = []

    def one_by_one(self, port: int, clicks: Sequence[bytes]) -> None:
        run = stand.load(port, clicks, 1)
        assert run.statuses == {200}, run.statuses
        self.p50.append(stand.milliseconds(run.times))
        self.p99.append(stand.milliseconds(run.times, 0.99))

    def at_once(self, port: int, clicks: Sequence[bytes]) -> None:
        run = stand.load(port, clicks, CLIENTS)
        assert run.statuses == {200}, run.statuses
        self.rate.append(run.rate)


def measure(engine: str, folder: Path, rounds: int) -> dict[str, Measured]:
    """All of them in turn, `rounds` times."""
    found = {"incidentbot": Measured(), "before": Measured(), "default": Measured()}
    with stand.database(engine, folder) as url, stand.stage(url) as on, ExitStack() as stack:
        stack.enter_context(stand.served(on, folder))
        ports = {"incidentbot": on.port}
        ports |= {manner: stack.enter_context(bolt(on, folder, manner)) for manner in ("before", "default")}
        store = Store(url, clock=MachineClock(), policy=Policy(incidents_channel=CHANNEL, posting=False))
        clicks = Clicks(on, store)
        for port in ports.values():
            stand.load(port, clicks.make(20), 4)  # warm
        for _ in range(rounds):
            _round(found, ports, clicks.make)
        store.close()
    return found


def _round(found: dict[str, Measured], ports: dict[str, int], make: Callable[[int], list[bytes]]) -> None:
    for name in ("before", "incidentbot"):
        found[name].one_by_one(ports[name], make(ONE_BY_ONE))
        found[name].at_once(ports[name], make(AT_ONCE))
    found["default"].one_by_one(ports["default"], make(DEFAULT_BOLT))


def tell(engine: str, found: dict[str, Measured]) -> None:
    ours, before, default = found["incidentbot"], found["before"], found["default"]
    stand.heading(f"P2 on {engine}, medians of {len(ours.p50)} rounds")
    for name, one in found.items():
        many = f"{stand.median(one.rate):6.0f}/s with {CLIENTS} clients" if one.rate else ""
        print(f"  {name:12} p50 {stand.median(one.p50):6.2f} ms  p99 {stand.median(one.p99):6.2f} ms  {many}")
    to_before = stand.median([a / b for a, b in zip(ours.p50, before.p50, strict=True)])
    to_default = stand.median([a / b for a, b in zip(ours.p50, default.p50, strict=True)])
    rate = stand.median([a / b for a, b in zip(ours.rate, before.rate, strict=True)])
    print(f"  p50 {to_before:.2f}x bare Bolt (goal 1.50), {to_default:.3f}x default Bolt (goal 0.100)")
    print(f"  rate {rate:.2f}x bare Bolt (goal 0.70)")


if __name__ == "__main__":
    for database in stand.ENGINES:
        with tempfile.TemporaryDirectory() as temporary:
            tell(database, measure(database, Path(temporary), stand.count(5)))
