"""Prometheus Alertmanager as the yardstick: Debian's, told to say everything at once into one channel."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks import stand
from incidentbot.cli.child import held_port

COMMAND: Final = "prometheus-alertmanager"
CHANNEL: Final = "#alerts"

CONFIGURATION: Final = """
route: {{receiver: slack, group_by: ['{group_by}'], group_wait: 0s, group_interval: 1s, repeat_interval: 4h}}
receivers:
  - name: slack
    slack_configs:
      - {{api_url: '{webhook}', channel: '{channel}', send_resolved: false, text: '{text}', title: ''}}
"""
TEXT: Final = "{{ range .Alerts }}{{ .Annotations.summary }} {{ end }}"


def available() -> bool:
    """Whether it is installed; says so where it is not."""
    if shutil.which(COMMAND):
        return True
    print(f"  ({COMMAND} is not installed, so nothing is compared with it)", file=sys.stderr)
    return False


class Alertmanager:
    """One process, its data in `folder`; it posts by an incoming webhook of the stage's Slack."""

    def __init__(self, on: stand.Stage, folder: Path, port: int, *, group_by: str = "instance") -> None:
        self.port: Final = port
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        webhook = on.slack.server.platform.webhook_url(CHANNEL)
        text = CONFIGURATION.format(webhook=webhook, channel=CHANNEL, group_by=group_by, text=TEXT)
        (folder / "alertmanager.yml").write_text(text)

    def start(self) -> None:
        """Return once it is ready."""
        command = [
            COMMAND,
            f"--config.file={self._folder / 'alertmanager.yml'}",
            f"--storage.path={self._folder / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
            "--log.level=error",
        ]
        with (self._folder / "alertmanager.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ))
        until = time.monotonic() + 20
        with httpx.Client(trust_env=False, timeout=2) as client:
            while time.monotonic() < until and self._process.poll() is None:
                try:
                    if client.get(f"http://127.0.0.1:{self.port}/-/ready").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.05)
        raise RuntimeError((self._folder / "alertmanager.log").read_text()[-2000:])

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def send(self, told: Sequence[Mapping[str, Any]]) -> None:
        """As Prometheus sends alerts."""
        answer = httpx.post(f"http://127.0.0.1:{self.port}/api/v2/alerts", json=list(told), trust_env=False, timeout=10)
        answer.raise_for_status()


@contextmanager
def running(on: stand.Stage, *, group_by: str = "instance") -> Iterator[Alertmanager]:
    """One, ready, until the end of the block."""
    with tempfile.TemporaryDirectory() as folder, held_port() as port:
        one = Alertmanager(on, Path(folder), port, group_by=group_by)
        one.start()
        try:
            yield one
        finally:
            one.kill()
