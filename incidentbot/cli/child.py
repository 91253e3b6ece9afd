"""The bot as a child process: the ordinary `incidentbot serve`, watched, killed and started again by the demo."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

import incidentbot
from incidentbot.settings import child_environment

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
_LOOK_AGAIN: Final = 0.05


class BotFailed(Exception):
    """The bot did not come up; the message holds the last lines of its log."""


class Bot:
    """One `incidentbot serve` on `port`, its data and its log in `folder`. Not running until `start`.

    `environ` has to set INCIDENTBOT_API_TOKEN; `connected` says whether Slack reaches it by Socket Mode, if it has to.
    """

    def __init__(
        self, folder: Path, port: int, environ: Mapping[str, str], *, connected: Callable[[], bool] = lambda: True
    ) -> None:
        self.port: Final = port
        self.url: Final = f"http://127.0.0.1:{self.port}"
        self.log: Final = folder / "incidentbot.log"
        self._folder = folder
        self._connected = connected
        # The child finds the same incidentbot as this process, installed or not.
        package = str(Path(incidentbot.__file__).resolve().parents[1])
        self._environ = child_environment({**environ, "PYTHONPATH": package, "PYTHONUNBUFFERED": "1"})
        self._headers = {"Authorization": f"Bearer {environ['INCIDENTBOT_API_TOKEN']}"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and return once it takes requests; BotFailed if it does not come up."""
        if self.running:
            return
        command = [sys.executable, "-m", "incidentbot", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, env=self._environ, stdout=log, stderr=log)
        self._wait_until_ready()

    def kill(self) -> None:
        """End it without warning, as a crash or a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Let it finish, and insist if it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        with httpx.Client(base_url=self.url, headers=self._headers, timeout=1.0, trust_env=False) as client:
            while not (_is_ready(client) and self._connected()):
                if not self.running or time.monotonic() > until:
                    raise BotFailed(f"the bot did not start\n{self.last_lines()}")
                time.sleep(_LOOK_AGAIN)

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


def _is_ready(client: httpx.Client) -> bool:
    """Whether it serves and knows its workspace: before that it refuses what people do, politely."""
    try:
        return client.get("/v1/incidents?limit=1").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@contextmanager
def held_port() -> Iterator[int]:
    """A port of this machine that nobody else is given in the block; whoever listens on it sets SO_REUSEADDR.

    A number that is merely free may be somebody else's by the time it is used, or while a server on it restarts.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port: int = holder.getsockname()[1]
        if sys.platform != "linux":  # elsewhere whoever holds it keeps it from everybody
            holder.close()
        yield port
