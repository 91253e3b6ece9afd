"""P4: from an alert's arrival to the first message about it in Slack, against Alertmanager that waits for nothing.

Run: .venv/bin/python -m benchmarks.first_call [ALERTS]
Goal: p50 at most 10 ms, and at most 0.7x Alertmanager's.
"""

import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks import alertmanager, stand
from incidentbot.sandbox.slack.changes import Change
from incidentbot.sandbox.slack.limits import LimitRules
from incidentbot.sandbox.slack.platform import Rules

PAUSE = 0.3


def milliseconds_of(on: stand.Stage, name: str, send: Callable[[str], None]) -> float:
    """From just before the alert is sent to the moment at which Slack has its first message."""
    seen, at = threading.Event(), [0.0]

    def hear(change: Change) -> None:
        if change.kind == "message_posted" and not seen.is_set():
            at[0] = time.perf_counter()
            seen.set()

    stop = on.slack.server.platform.feed.listen(hear)
    started = time.perf_counter()
    send(name)
    assert seen.wait(20), name
    stop()
    threading.Event().wait(PAUSE)
    return at[0] - started


def measure(engine: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        url = stack.enter_context(stand.database(engine, folder))
        on = stack.enter_context(stand.stage(url, rules=Rules(limits=LimitRules(enabled=False))))
        stack.enter_context(stand.served(on, folder, stand.limits(folder, a_second=100, burst=100)))
        client = stack.enter_context(httpx.Client(trust_env=False, timeout=20))

        def ours(name: str) -> None:
            body = stand.notification(stand.alerts([name], began=datetime.now(UTC)))
            client.post(f"{on.url}/webhooks/alertmanager", content=body, headers=stand.BEARER).raise_for_status()

        sides = {"incidentbot": ours}
        if alertmanager.available():
            theirs = stack.enter_context(alertmanager.running(on))
            sides["alertmanager"] = lambda name: theirs.send(stand.alerts([name], began=datetime.now(UTC)))
        times: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(count):
            for side, send in sides.items():
                times[side].append(milliseconds_of(on, f"{side} {number}", send))
    stand.heading(f"P4 on {engine}: {count} alerts, one after the other; goal 10 ms and 0.7x")
    for side, taken in times.items():
        print(f"  {side:12} p50 {stand.milliseconds(taken):6.1f} ms  best {min(taken) * 1000:6.1f} ms")


if __name__ == "__main__":
    for database in stand.ENGINES:
        measure(database, stand.count(30))
