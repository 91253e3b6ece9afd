"""G7: requests spoilt in every way, over every path that is served: no 5xx, no traceback, none that costs a second.

Everything is the service's own but Slack's answers. Most requests are signed or bear the token, as what is not proven
to come from the right sender gets no further than the guard.
"""

import asyncio
import io
import random
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, quote_from_bytes

from incidentbot import log
from incidentbot.bootstrap import READERS, policy_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.guard import NOPESIGHT, SLACK, Scheme
from incidentbot.domain.incident import Draft
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.signing import sign
from incidentbot.domain.workspace import Workspace
from incidentbot.render.message import Message
from incidentbot.settings import load
from incidentbot.slack.app import SlackEntry, build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from incidentbot.usecases import Cause, create, fold
from incidentbot.web.access import ACCESS
from incidentbot.web.app import build_web
from incidentbot.web.parts import Oauth, WebParts
from tests import logs
from tests.proofs.budget import Budget, hold
from tests.proofs.forms_of_slack import BOT, CHANNEL, TEAM, Slacks
from tests.proofs.hostile import HOSTILE, Headers, spoil, spoil_bytes, spoil_headers, written

SECRET: Final = "of-slack-and-nopesight-0123456789abcdef"
TOKEN: Final = "of-the-api-0123456789abcdef-0123456789ab"
VIEWER: Final = "of-a-viewer-0123456789abcdef-0123456789a"
NOW: Final = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)
FOLDED_EVERY: Final = 50
SECOND: Final = 1.0
# What the loop of `_second` takes on a usual machine, generously.
USUAL: Final = 0.1
MEGABYTES: Final = 50
WARM: Final = 500


class StillNow:
    """Time stands still, so that a seed says it all."""

    def now(self) -> datetime:
        return NOW


class Nobody:
    """Takes every answer."""

    async def open_view(self, _team: str, _trigger: str, _view: Mapping[str, Any]) -> str:
        return "V0OPENED01"

    async def update_view(self, _team: str, _view_id: str, _view: Mapping[str, Any]) -> None: ...

    async def respond(self, _url: str, _message: Message) -> None: ...

    async def replace(self, _url: str, _message: Message) -> None: ...

    async def answer_ephemeral(
        self, _team: str, _channel: str, _user: str, _message: Message, _thread: str = ""
    ) -> None: ...

    async def find_person(self, _team: str, _name: str) -> str:
        return ""

    async def search_cis(self, _team: str, _text: str) -> Sequence[CiRef]:
        return ()


@dataclass(frozen=True)
class Asked:
    """One request, as the server hands it on."""

    method: str
    path: str
    query: bytes
    headers: Headers
    body: bytes


@dataclass
class Fuzzer:
    """Makes requests of every path in ACCESS, all of them from `dice`."""

    dice: random.Random
    slacks: Slacks
    seen: set[str] = field(default_factory=set)

    def request(self) -> Asked:
        method, path = self.dice.choice((*ACCESS, *[("POST", "/slack/events")] * len(ACCESS)))
        self.seen.add(f"{method} {path}")
        headers, body = self._of(path)
        if self.dice.random() < 0.15:
            headers = spoil_headers(headers, self.dice) if headers else headers
        if self.dice.random() < 0.03:
            method = self.dice.choice(("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "LOCK"))
        return Asked(method, self._address(path), self._query(), headers, body)

    def _address(self, path: str) -> str:
        ref = self.dice.choice(("INC-1", "1", "inc-2", *HOSTILE))
        return path.replace("{ref}", ref) + ("/" if self.dice.random() < 0.01 else "")

    def _query(self) -> bytes:
        names = ("state", "severity", "q", "limit", "cursor", "team", "code", "error", *HOSTILE[:4])
        said = ("", "open", "20", "T0FUZZED01", *HOSTILE)
        pairs = [(self.dice.choice(names), self.dice.choice(said)) for _ in range(self.dice.randrange(4))]
        raw = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()
        return spoil_bytes(raw, self.dice) if self.dice.random() < 0.05 else raw

    def _of(self, path: str) -> tuple[Headers, bytes]:
        if path == "/slack/events":
            return self._slack()
        if path == "/webhooks/nopesight":
            body = written(self._maybe_spoilt(_delivery(self.dice)), self.dice)
            headers = self._signed(NOPESIGHT, body)
            return [*headers, (b"x-nopesight-delivery", self._key()), (b"content-type", b"application/json")], body
        bearer = (b"authorization", b"Bearer " + self.dice.choice((TOKEN, TOKEN, TOKEN, VIEWER)).encode())
        form = _alerts(self.dice) if path.startswith("/webhooks/") else _asked(self.dice)
        body = written(self._maybe_spoilt(form), self.dice)
        return [bearer, (b"content-type", b"application/json"), (b"idempotency-key", self._key())], body

    def _slack(self) -> tuple[Headers, bytes]:
        payload = self._maybe_spoilt(self.slacks.payload())
        if isinstance(payload, dict) and "command" in payload:
            kind, body = FORM, "&".join(f"{_quoted(str(k))}={_quoted(str(v))}" for k, v in payload.items()).encode()
        elif isinstance(payload, dict) and payload.get("type") not in JSON_ONES:
            kind, body = FORM, b"payload=" + quote_from_bytes(written(payload, self.dice)).encode()
        else:
            kind, body = b"application/json", written(payload, self.dice)
        if self.dice.random() < 0.05:
            body = self.dice.choice((spoil_bytes(body, self.dice), b"ssl_check=1", b"payload=" * 300))
        return [*self._signed(SLACK, body), (b"content-type", kind)], body

    def _maybe_spoilt(self, value: Any) -> Any:
        while self.dice.random() < 0.6:
            value = spoil(value, self.dice)
        return value

    def _key(self) -> bytes:
        return self.dice.choice((b"", b"key", b"k" * 300, b"\xff", self.dice.randbytes(6).hex().encode()))

    def _signed(self, scheme: Scheme, body: bytes) -> Headers:
        timestamp = str(int(NOW.timestamp()) + self.dice.choice((0, 0, 0, 0, -300, 300, 301, -301)))
        signature = sign(SECRET, scheme.message(timestamp, body), prefix=scheme.prefix)
        return [(scheme.timestamp.encode(), timestamp.encode()), (scheme.signature.encode(), signature.encode())]


JSON_ONES: Final = ("event_callback", "url_verification", "app_rate_limited")
FORM: Final = b"application/x-www-form-urlencoded"


def _quoted(text: str) -> str:
    return quote(text, errors="surrogatepass")


def _delivery(dice: random.Random) -> dict[str, Any]:
    event = {
        "_id": f"665f{dice.randrange(200)}",
        "title": dice.choice(("Disk full", *HOSTILE)),
        "occurrenceCount": 2,
        "severity": dice.choice(("critical", "high", "low")),
        "status": dice.choice(("open", "resolved")),
        "timestamp": "2026-01-20T14:44:00Z",
        "updatedAt": "2026-01-20T14:44:30Z",
        "tags": ["web"],
        "affectedCis": [{"_id": "ci-1", "name": "PROD-WEB-01", "type": "server"}],
    }
    kind = dice.choice(("event.created", "event.updated", "event.resolved", "event.acknowledged", "event.deleted"))
    return {"id": f"whd_{dice.randrange(10**6)}", "type": kind, "department": "ops", "data": {"event": event}}


def _alerts(dice: random.Random) -> dict[str, Any]:
    alert = {
        "status": dice.choice(("firing", "resolved")),
        "fingerprint": f"c1c2{dice.randrange(100)}",
        "labels": {"alertname": "DiskFull", "instance": "db-01", "severity": dice.choice(("critical", "warning"))},
        "annotations": {"summary": dice.choice(HOSTILE)},
        "startsAt": "2026-01-20T14:40:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://169.254.169.254/",
    }
    return {
        "version": "4",
        "groupKey": "{}",
        "status": "firing",
        "receiver": "r",
        "alerts": [alert] * dice.randrange(3),
    }


def _asked(dice: random.Random) -> dict[str, Any]:
    fields = {
        "title": dice.choice(("Disk full", *HOSTILE)),
        "description": dice.choice(HOSTILE),
        "severity": "high",
        "ci_ids": ["ci-1"],
        "assignee": "U0PERSON01",
        "dedupe_key": dice.choice(("key", *HOSTILE)),
        "note": dice.choice(HOSTILE),
        "text": dice.choice(HOSTILE),
        "bot_token": "xoxb-1-a",
        "state": "resolved",
    }
    return dict(dice.sample(sorted(fields.items()), dice.randrange(len(fields) + 1)))


@dataclass
class Target:
    """The service without its sockets, and what it was seen to do wrong."""

    store: Store
    entry: SlackEntry
    app: Callable[..., Any]
    logged: io.StringIO

    async def serve(self, asked: Asked) -> tuple[int, bytes]:
        """Status and body of the answer; what is raised is told as the status 599."""
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": asked.body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        raw = asked.path.encode("utf-8", "surrogatepass")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "root_path": "",
            "method": asked.method,
            "path": raw.decode("utf-8", "replace"),
            "raw_path": raw,
            "state": {},
            "query_string": asked.query,
            "headers": asked.headers,
            "server": ("here", 80),
            "client": ("there", 1),
        }
        try:
            await self.app(scope, receive, send)
            await self.entry.drain(10)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            return 599, repr(error).encode()
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])

    def tracebacks(self) -> list[str]:
        """What was logged with an exception since the last time."""
        lines = self.logged.getvalue().splitlines()
        self.logged.seek(0)
        self.logged.truncate()
        return [line[-1_500:] for line in lines if '"exception":' in line]


def _target(url: str) -> Target:
    policy = policy_of(load({"SLACK_SIGNING_SECRET": SECRET}))
    policy = replace(policy, permissions=replace(policy.permissions, tokens={"viewer": "viewer"}))
    store = Store(url, clock=StillNow(), policy=policy)
    with store.begin("") as tx:
        home = Workspace(TEAM, "Fuzzed", "https://fuzzed.slack.com/", app_id="A0", bot_id="B0BOT", bot_user_id=BOT)
        tx.installations.save(home, tx.now)
    for number in (1, 2):
        cause = Cause(TEAM, f"seed-{number}", Actor(Source.API, name="api"), "rest")
        create(store, cause, Draft("Disk full", Severity.HIGH))
        with store.begin(TEAM) as tx:
            tx.incidents.place_card(number, CHANNEL, f"{number}.1")
    entry = build_slack(SlackParts(store, Nobody(), NopeSightInquirer(None), StillNow().now), signing_secrets=(SECRET,))
    oauth = Oauth("https://slack.example/oauth", "1.2", ("chat:write",))
    parts = WebParts(
        store,
        StillNow().now,
        slack=entry.handle,
        api_token=TOKEN,
        named_tokens=(("viewer", VIEWER),),
        nopesight_secrets=(SECRET,),
        oauth=oauth,
    )
    return Target(store, entry, build_web(parts), io.StringIO())


async def _attack(target: Target, seed: int, budget: Budget) -> dict[str, int]:
    dice, again = random.Random(seed), f"python -m tests.proofs fuzz-{target.store.database.engine.name} --seed {seed}"
    fuzzer = Fuzzer(dice, Slacks(target.entry.ways_in, dice))
    statuses: dict[int, int] = {}
    slowest, warm, number = 0.0, 0, 0
    for number in budget.rounds():
        asked, began = fuzzer.request(), time.process_time()
        status, body = await target.serve(asked)
        took = time.process_time() - began
        slowest = max(slowest, took)
        statuses[status] = statuses.get(status, 0) + 1
        wrong = [f"{status}: {body[:500]!r}"] if status >= 500 else []
        if number % FOLDED_EVERY == 0:
            fold(target.store, READERS)
        wrong += target.tracebacks()
        wrong += [f"it took {took:.1f} s"] if took > SECOND and took > _second() else []
        hold(
            [f"request {number}: {asked}"[:3_000], *wrong] if wrong else [],
            again,
        )
        warm = _megabytes() if number == WARM else warm
    grown = _megabytes() - warm if warm else 0
    hold([f"memory grew by {grown} MB"] if grown > MEGABYTES else [], again)
    taken = sum(count for status, count in statuses.items() if status < 400)
    return {
        "requests": number + 1,
        "taken": taken,
        "paths": len(fuzzer.seen),
        "MB grown": grown,
        "ms for the slowest": round(slowest * 1000),
    }


def _second() -> float:
    """What a second of work is on this machine at this moment: longer where it is slower than machines are."""
    began = time.process_time()
    sum(number * number for number in range(1_000_000))
    return SECOND * max(1.0, (time.process_time() - began) / USUAL)


def _megabytes() -> int:
    """The most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


def run(seed: int, budget: Budget, url: str) -> dict[str, int]:
    """So many requests, one after the other."""
    target = _target(url)
    try:
        with logs.kept():
            log.configure("json", "info", stream=target.logged)
            return asyncio.run(_attack(target, seed, budget))
    finally:
        target.store.close()
