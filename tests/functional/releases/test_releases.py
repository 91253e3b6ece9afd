"""Releases side by side: the one before works on the schema of the one after it, and whoever goes back finds it so."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from incidentbot.cli.child import held_port
from incidentbot.cli.manifest import manifest
from incidentbot.sandbox import nopesight as sight
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.world import demo_world
from incidentbot.store.tables import effects
from tests.databases import CHECKOUT, connected
from tests.functional.delivery.places import cards, seqs
from tests.functional.releases.before import NotHere, Release, before, bring, migrate_to_the_next, revision
from tests.functional.stories.running import API_TOKEN, environ_of, wait_for

# So that a second's wait is a tenth; and each event is an incident of its own.
FAST = """
integrations: {slack: {limits: {channel_posts_per_second: 10, workspace_posts_per_minute: 3000}}}
incidents: {group_by: [correlation_id]}
"""
HEADERS = {"Authorization": f"Bearer {API_TOKEN}"}
# Replicas of two releases are PostgreSQL's; SQLite is tried by `make prove-change`.
ENGINES = ("postgresql", pytest.param("sqlite", marks=pytest.mark.matrix))


@dataclass
class Outside:
    """Slack, NopeSight and a database; whoever serves at `port` meets them."""

    url: str
    port: int
    slack: Harness
    nopesight: NopeSight
    environ: dict[str, str]
    folder: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def outside(url: str, folder: Path) -> Iterator[Outside]:
    clock, world = Clock(), demo_world()
    nopesight = sight.create_nopesight(clock, retry_scale=0.1)
    mounts = Mounts(by_path={"/nopesight": nopesight})
    (folder / "fast.yaml").write_text(FAST, encoding="utf-8")
    with held_port() as port, SandboxServer(world, clock=clock, mounts=lambda _server: mounts) as server:
        address = f"http://127.0.0.1:{port}"
        server.platform.app = App.from_manifest(world.app, manifest(url=address, socket_mode=False, steps=False))
        server.platform.rules.limits.enabled = False
        nopesight.connect(f"{address}/webhooks/nopesight")
        environ = {
            "DATABASE_URL": url,
            "INCIDENTBOT_CONFIG": str(folder / "fast.yaml"),
            "INCIDENTBOT_SETTLE_DELAY": "1s",
            "INCIDENTBOT_LOG_FORMAT": "json",
            **environ_of(server, world, by_socket=False),
        }
        with Harness(server) as slack:
            try:
                yield Outside(url, port, slack, nopesight, environ, folder)
                slack.ignore(lambda _shown: True)  # what is told is looked at, not how
            finally:
                nopesight.close()


@contextmanager
def served(o: Outside, code: Path, *, port: int = 0) -> Iterator[Path]:
    """`incidentbot serve` by the code in a folder, until the end of the block; where its log is."""
    log = o.folder / f"{len(list(o.folder.glob('*.log')))}.log"
    at = port or o.port
    command = [sys.executable, "-m", "incidentbot", "serve", "--port", str(at)]
    environ = {**os.environ, **o.environ, "PYTHONPATH": str(code)}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=code, env=environ, stdout=out, stderr=out)
    try:
        wait_for(lambda: process.poll() is not None or ready(at), "it to serve")
        assert process.poll() is None, log.read_text()
        yield log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def ready(port: int) -> bool:
    """Whether it takes requests and knows its workspace."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/v1/stats", headers=HEADERS, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def main_job(o: Outside, number: int) -> None:
    """An event becomes incident `number`; it is acknowledged, noted and resolved, and all of it is told."""
    title = f"Trouble {number}"
    event = o.nopesight.fire(title=title, severity="critical", ci="PROD-WEB-01")
    o.slack.wait_until(lambda: [1, 2] in [seqs(one) for one in cards_of(o, title)], what="the card and its entries")
    o.slack.slash("/incident", f"ack INC-{number}", as_="ana")
    assert o.nopesight.wait_for(lambda: o.nopesight.events.get(event.id).status == "acknowledged")
    noted = httpx.post(
        f"{o.address}/v1/incidents/INC-{number}/notes", json={"text": "seen"}, headers=HEADERS, trust_env=False
    )
    assert noted.status_code == 200, noted.text
    o.slack.slash("/incident", f"resolve INC-{number} done", as_="ben")
    assert o.nopesight.wait_for(lambda: o.nopesight.events.get(event.id).status == "resolved")
    o.slack.wait_until(lambda: [seqs(one) for one in cards_of(o, title)] == [[1, 2, 3, 4, 5]], what="the whole thread")
    wait_for(lambda: not unfinished(o.url), "everything to be told")


def cards_of(o: Outside, title: str) -> list[Any]:
    return [one for one in cards(o.slack) if title in one.shown]


def unfinished(url: str) -> int:
    query = sa.select(sa.func.count()).where(effects.c.finished_at.is_(None), effects.c.attempts == 0)
    return _count(url, query.where(effects.c.kind.in_(("card", "entry", "invitation", "event_status"))))


def parked(url: str) -> int:
    return _count(url, sa.select(sa.func.count()).where(effects.c.outcome == "parked"))


def _count(url: str, query: sa.Select[int]) -> int:
    with connected(url) as connection:
        return connection.execute(query).scalar_one()


def errors(log: Path) -> list[str]:
    """What went wrong, as the service itself tells it."""
    lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if json.loads(line).get("level") in {"error", "critical"}]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_release_before_goes_on_while_the_database_becomes_ours(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> None:
    url: str = request.getfixturevalue(f"empty_{engine}_url")
    try:
        old: Release = before(tmp_path / "before")
    except NotHere as why:
        pytest.skip(str(why))
    bring(url, old.folder / "migrations")
    with outside(url, tmp_path) as o:
        with served(o, old.folder) as old_log:
            main_job(o, 1)
            bring(url, CHECKOUT / "migrations")
            assert revision(url) != old.head
            main_job(o, 2)
            with ExitStack() as beside:
                port = beside.enter_context(held_port())
                new_log = beside.enter_context(served(o, CHECKOUT, port=port))
                main_job(o, 3)
            # Whoever deployed the new release goes back: the old one has never stopped.
            main_job(o, 4)
        assert [*errors(old_log), *errors(new_log)] == []
    assert parked(url) == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_this_release_is_started_on_the_schema_of_the_next_one(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> None:
    url: str = request.getfixturevalue(f"{engine}_url")
    with outside(url, tmp_path) as o:
        with served(o, CHECKOUT) as log:
            main_job(o, 1)
            migrate_to_the_next(url, tmp_path / "next")
            main_job(o, 2)
        # Gone back to: it is this one that starts, and the database is ahead of it.
        with served(o, CHECKOUT) as again:
            main_job(o, 3)
        assert [*errors(log), *errors(again)] == []
        assert "database.newer_schema" in again.read_text()
    assert revision(url) == "next"
    assert parked(url) == 0


def test_migrating_a_database_that_is_ahead_changes_nothing_and_says_so(database_url: str, tmp_path: Path) -> None:
    migrate_to_the_next(database_url, tmp_path / "next")
    environ = {**os.environ, "DATABASE_URL": database_url, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "incidentbot", "migrate"]
    done = subprocess.run(command, cwd=CHECKOUT, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "which a newer version made" in done.stdout
    assert revision(database_url) == "next"
