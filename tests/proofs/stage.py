"""A sandbox in a thread of its own, a database, and a client that writes down what it asks and is answered."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from incidentbot.cli.manifest import manifest
from incidentbot.queries.audit import verify_audit
from incidentbot.sandbox import nopesight as sight
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.slack.limits import LimitRules
from incidentbot.sandbox.slack.platform import Rules
from incidentbot.sandbox.world import demo_world
from incidentbot.store import Store
from tests import databases
from tests.proofs.history import History, watch


class Now:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


API_TOKEN = "proofs-token-" + "x" * 32
PATIENCE = 300.0


@dataclass
class Stage:
    """Everything outside of the service; `history` may be written from any thread."""

    database_url: str
    server: SandboxServer
    nopesight: NopeSight
    environ: dict[str, str]
    history: History
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, **facts: Any) -> None:
        """Write down that something happened now."""
        with self.lock:
            self.history.note(time.monotonic(), what, **facts)

    @property
    def members(self) -> list[str]:
        """People who can be asked for and invited."""
        people = self.server.workspace.world.people
        return [person.id for person in people if not (person.deleted or person.is_bot)]

    def settle(self, settle_delay: float) -> None:
        """Wait until nothing is left to be done, and until a sweep has been; then look into the database."""
        self.server.platform.faults.clear()
        wait_for(lambda: not unfinished(self.database_url), "nothing to be left")
        time.sleep(settle_delay * 2)
        wait_for(lambda: not unfinished(self.database_url), "nothing to be left after the sweep")
        with databases.connected(self.database_url) as connection:
            for row in connection.exec_driver_sql(STORED).mappings():
                self.note("stored", **row)
        audited(self.database_url, self.history, time.monotonic())


def audited(url: str, history: History, at: float) -> None:
    """Walk the audit chains, as `incidentbot audit verify` does, and write down what came of it."""
    store = Store(url, clock=Now() if url.startswith("sqlite") else None)
    heads, broken = verify_audit(store)
    store.close()
    problem = "; ".join(map(str, broken)) or ("" if heads else "nothing was ever noted")
    history.note(at, "audited", ok=not problem, problem=problem)


STORED = "SELECT id, kind, lane, seq, incident, outcome, remote_id, problem FROM effects ORDER BY lane, seq"


def unfinished(url: str) -> int:
    """How many effects and deliveries still wait."""
    with databases.connected(url) as connection:
        effects = connection.exec_driver_sql("SELECT count(*) FROM effects WHERE finished_at IS NULL").scalar_one()
        inbox = connection.exec_driver_sql("SELECT count(*) FROM inbox WHERE done_at IS NULL").scalar_one()
    return int(effects) + int(inbox)


def wait_for(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """What happens inside other processes is told by no event."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"in {seconds} s it did not come to {what}"
        time.sleep(0.05)


@contextmanager
def stage(database_url: str) -> Iterator[Stage]:
    """The outside of a service on `database_url`. Slack's limits are tried elsewhere, and would make hours of this."""
    clock = Clock()
    nopesight = sight.create_nopesight(clock, retry_scale=0.05)
    world = demo_world()
    mounts = Mounts(by_path={"/nopesight": nopesight})
    rules = Rules(limits=LimitRules(enabled=False))
    with SandboxServer(world, clock=clock, rules=rules, mounts=lambda _server: mounts) as server:
        made = manifest(url="http://127.0.0.1:9", socket_mode=False, steps=False)
        server.platform.app = App.from_manifest(world.app, made)
        environ = {
            "DATABASE_URL": database_url,
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": world.bot_token,
            "SLACK_SIGNING_SECRET": world.app.signing_secret,
            "NOPESIGHT_API_URL": f"{server.url}/nopesight",
            "NOPESIGHT_API_TOKEN": sight.TOKEN,
            "NOPESIGHT_WEBHOOK_SECRET": sight.WEBHOOK_SECRET,
            "INCIDENTBOT_API_TOKEN": API_TOKEN,
        }
        history = History()
        watch(server.platform, history)
        try:
            yield Stage(database_url, server, nopesight, environ, history)
        finally:
            nopesight.close()


def python_path(places: Sequence[str]) -> dict[str, str]:
    """What a process of the tests needs to find the checkout."""
    return {"PYTHONPATH": ":".join(places)}
