"""Debian's Alertmanager, as it is, drives an incident open and resolved."""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from incidentbot.cli.child import held_port
from incidentbot.sandbox.harness import PATIENCE
from tests.functional.stories.running import API_TOKEN, story

PROGRAM: Final = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager") or ""
CONFIG: Final = """
route:
  receiver: incidentbot
  group_by: [service]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: incidentbot
    webhook_configs:
      - url: {url}/webhooks/alertmanager
        send_resolved: true
        http_config: {{authorization: {{credentials: {token}}}}}
"""

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Alertmanager is installed here")


@contextmanager
def alertmanager(folder: Path, port: int, target: str) -> Iterator[httpx.Client]:
    """An Alertmanager on `port` that tells `target`; its own API."""
    config = folder / "alertmanager.yml"
    config.write_text(CONFIG.format(url=target, token=API_TOKEN), encoding="utf-8")
    command = [PROGRAM, f"--config.file={config}", f"--storage.path={folder / 'data'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=PATIENCE) as client:
                _wait_until_ready(client)
                yield client
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_until_ready(client: httpx.Client) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if client.get("/-/ready").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            threading.Event().wait(0.05)
    raise AssertionError("Alertmanager did not start")


def tell(client: httpx.Client, name: str, *, began: datetime, ended: datetime | None = None) -> None:
    """As Prometheus tells it: firing, or over since `ended`."""
    labels = {"alertname": name, "service": "checkout", "severity": "critical", "instance": "web-01:9100"}
    alert: dict[str, Any] = {
        "labels": labels,
        "annotations": {"summary": f"{name} at the checkout", "description": "Half of all requests fail."},
        "startsAt": began.isoformat(),
        "endsAt": (ended or began + timedelta(hours=1)).isoformat(),
    }
    answer = client.post("/api/v2/alerts", content=json.dumps([alert]), headers={"content-type": "application/json"})
    assert answer.status_code == httpx.codes.OK, answer.text


def test_an_alert_opens_an_incident_and_its_end_resolves_it(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s, held_port() as port, alertmanager(tmp_path, port, s.url) as client:
        began = datetime.now(UTC)
        tell(client, "HighErrorRate", began=began)
        card = s.slack.expect_message(channel="#incidents", containing="HighErrorRate at the checkout")
        s.slack.expect_reply(card, containing="Half of all requests fail.")
        tell(client, "SlowRequests", began=began)
        s.slack.expect_reply(card, containing="SlowRequests")
        s.slack.click(card, "acknowledge_incident", as_="ana")
        s.slack.expect_reply(card, containing="Acknowledged")
        ended = datetime.now(UTC)
        tell(client, "HighErrorRate", began=began, ended=ended)
        tell(client, "SlowRequests", began=began, ended=ended)
        s.slack.expect_reply(card, containing="Resolved")
        s.slack.expect_edit(card, where=lambda shown: shown.payload["state"] == "resolved")
