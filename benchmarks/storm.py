"""P6 and P7: storms under Slack's limits.

Run: .venv/bin/python -m benchmarks.storm
P6: 1,000 events of 10 services. Goal: the last service is visible within 1.05x of the ideal, no 429, at most two calls
a service. The ideal is what the limit of one channel allows: a burst at once, then one message a second.
P7: 100 incidents at once in one channel. Goal: all cards within 1.02x of the ideal, no 429, one call a message, the
most severe first, and everything visible within 3 s.
"""

import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks import alertmanager, stand
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.slack.limits import LimitRules

RULES: Final = LimitRules()
SERVICES, EVENTS, BATCH = 10, 1000, 50
CROWD: Final = 100
CLIENTS: Final = 4


def ideal(messages: int) -> float:
    """Seconds until the last of so many messages can stand in a channel."""
    return (messages - RULES.burst) / RULES.per_second


def service(name: str, numbers: range, severity: str = "critical") -> list[dict[str, Any]]:
    """Alerts of one service, which belong together."""
    told = stand.alerts([f"{name} check {number}" for number in numbers], began=datetime.now(UTC))
    for alert in told:
        alert["labels"] |= {"service": name, "severity": severity}
    return told


def names(slack: Harness, wanted: list[str], channel: str) -> dict[str, float]:
    """When each of `wanted` was first to be read in the channel, in Slack's own time."""
    found: dict[str, float] = {}
    for shown in slack.history(channel):
        for name in wanted:
            if name in shown.shown + str(shown.record.content.attachments):
                found.setdefault(name, float(shown.ts))
    return found


def until_all(slack: Harness, wanted: list[str], channel: str, patience: float) -> dict[str, float]:
    """The same once all are there, or patience has ended."""
    until = time.monotonic() + patience
    while len(found := names(slack, wanted, channel)) < len(wanted) and time.monotonic() < until:
        threading.Event().wait(0.25)
    return found


def p6(engine: str) -> None:
    wanted = [f"service-{number:02}" for number in range(SERVICES)]
    each = EVENTS // SERVICES
    stand.heading(f"P6 on {engine}: {EVENTS} events of {SERVICES} services, ideal {ideal(SERVICES):.1f} s")
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        on = stack.enter_context(stand.stage(stack.enter_context(stand.database(engine, folder))))
        stack.enter_context(stand.served(on, folder))
        batches = [
            stand.notification(service(name, range(first, first + BATCH)), name)
            for first in range(0, each, BATCH)
            for name in wanted
        ]
        before = len(on.slack.calls())
        started = on.slack.server.clock.now()
        stand.load(on.port, [stand.request("/webhooks/alertmanager", body, stand.BEARER) for body in batches], CLIENTS)
        found = until_all(on.slack, wanted, "#incidents", 60)
        threading.Event().wait(ideal(SERVICES) + 5)  # the entries follow the cards
        _tell("incidentbot", found, started, on.slack, before, SERVICES)
    if alertmanager.available():
        _p6_alertmanager(wanted, each)


def _p6_alertmanager(wanted: list[str], each: int) -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        on = stack.enter_context(stand.stage(stack.enter_context(stand.database("sqlite", Path(temporary)))))
        one = stack.enter_context(alertmanager.running(on, group_by="service"))
        webhooks = Answers(on.slack)
        started = on.slack.server.clock.now()
        for first in range(0, each, BATCH):
            for name in wanted:
                one.send(service(name, range(first, first + BATCH)))
        found = until_all(on.slack, wanted, alertmanager.CHANNEL, 60)
        last = max(found.values(), default=started) - started
        print(f"  alertmanager: {len(found)} of {SERVICES} visible, the last after {last:.1f} s; {webhooks}")


class Answers:
    """Counts what is posted by incoming webhooks, which the log of calls does not hold."""

    def __init__(self, slack: Harness) -> None:
        self._posted = 0
        slack.server.platform.feed.listen(lambda change: self._count(change.kind))

    def _count(self, kind: str) -> None:
        self._posted += kind == "message_posted"

    def __str__(self) -> str:
        return f"{self._posted} messages"


def _tell(who: str, found: dict[str, float], started: float, slack: Harness, before: int, wanted: int) -> None:
    calls = slack.calls()[before:]
    refused = sum(1 for call in calls if call.result == "429")
    posts = sum(1 for call in calls if call.method == "chat.postMessage" and call.arguments["channel"][:1] != "U")
    last = max(found.values(), default=started) - started
    print(
        f"  {who}: {len(found)} of {wanted} visible, the last after {last:.1f} s = {last / ideal(wanted):.2f}x ideal;"
        f" {posts} messages, {len(calls)} calls, {refused} answered 429"
    )


def p7(engine: str) -> None:
    severities = ("critical", "high", "medium", "low")
    wanted = [f"host-{number:03}" for number in range(CROWD)]
    rank = {name: number % 4 for number, name in enumerate(wanted)}
    stand.heading(f"P7 on {engine}: {CROWD} incidents at once, ideal {ideal(CROWD):.0f} s")
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        on = stack.enter_context(stand.stage(stack.enter_context(stand.database(engine, folder))))
        path = folder / "all.yaml"
        path.write_text("incidents: {create_when: \"severity in ['critical', 'high', 'medium', 'low']\"}\n")
        stack.enter_context(stand.served(on, folder, {"INCIDENTBOT_CONFIG": str(path)}))
        bodies = [stand.notification(service(name, range(1), severities[rank[name]]), name) for name in wanted]
        before = len(on.slack.calls())
        started = on.slack.server.clock.now()
        stand.load(on.port, [stand.request("/webhooks/alertmanager", body, stand.BEARER) for body in bodies], CLIENTS)
        until_all(on.slack, wanted, "#incidents", 30)
        cards = _cards(on.slack, wanted, ideal(CROWD) + 60)
        _tell("incidentbot", cards, started, on.slack, before, CROWD)
        seen = max(names(on.slack, wanted, "#incidents").values(), default=started) - started
        order = [rank[name] for name in sorted(cards, key=cards.__getitem__)]
        out_of_order = sum(1 for one, other in pairwise(order) if other < one)
        print(f"  everything visible after {seen:.1f} s (goal 3 s); {out_of_order} cards behind a less severe one")


def _cards(slack: Harness, wanted: list[str], patience: float) -> dict[str, float]:
    """When the card of each stood in the channel."""
    until = time.monotonic() + patience
    while True:
        cards = [shown for shown in slack.history("#incidents") if shown.event_type == "incident"]
        found = {name: float(shown.ts) for shown in cards for name in wanted if name in shown.shown}
        if len(found) == len(wanted) or time.monotonic() > until:
            return found
        threading.Event().wait(0.25)


if __name__ == "__main__":
    for database in stand.ENGINES:
        p6(database)
        p7(database)
