"""One NopeSight: its state, its API, its webhooks, and everything that a test or the page can make happen in it."""

import re
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request as HttpRequest

from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.company import CIS, CompanyCi
from incidentbot.sandbox.nopesight.answers import Answers, analysis_of
from incidentbot.sandbox.nopesight.automation import Playbooks, Reports
from incidentbot.sandbox.nopesight.cmdb import Cmdb
from incidentbot.sandbox.nopesight.dialects import Dialect, iso, write_event
from incidentbot.sandbox.nopesight.events import SYSTEM, Events
from incidentbot.sandbox.nopesight.faults import Faults
from incidentbot.sandbox.nopesight.records import ApiCall, Ci, Comment, Event, User, user
from incidentbot.sandbox.nopesight.webhooks import Delivery, Webhooks
from incidentbot.sandbox.slack.changes import Change, Feed

TOKEN = "nsa_k_c2FuZGJveC1ub3Blc2lnaHQ"  # noqa: S105 - a token of this sandbox alone
WEBHOOK_SECRET = "6e6f70657369676874576562686f6f6b536563726574"  # noqa: S105 - as above
_LOOK_AGAIN = 0.25
WEB_URL = "https://nopesight.acme.example"


class Sight:
    """A NopeSight in memory: what is in it and what happens there.

    May be used from any thread. `feed` tells everything that happens (kinds: nopesight_event, nopesight_call,
    nopesight_delivery, nopesight_faults); `latency` delays every answer; `echo` off keeps changes that came through
    the API from being told to subscribers.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        cis: tuple[CompanyCi, ...] = CIS,
        dialect: Dialect = Dialect.INSTANCE,
        token: str = TOKEN,
        retry_scale: float = 1.0,
        delivery_workers: int = 1,
        feed: Feed | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.dialect = dialect
        self.token = token
        self.health = "operational"
        self.latency = 0.0
        self.echo = True
        self.lock = threading.RLock()
        self.answered: dict[tuple[str, str], Any] = {}
        now = self.clock.now
        self.feed = feed or Feed(now)
        self.faults = Faults(lambda: self._note("nopesight_faults", active=len(self.faults.active())))
        self.cmdb = Cmdb(now, cis)
        self.events = Events(now, self._tell)
        self.playbooks = Playbooks(now)
        self.reports = Reports(now, WEB_URL)
        self.answers = Answers(self.events, self.cmdb)
        self.webhooks = Webhooks(now, self._note_delivery, retry_scale=retry_scale, workers=delivery_workers)
        self._calls: list[ApiCall] = []

    # --- what happens in NopeSight itself ----------------------------------------------------------------------------

    def fire(
        self, title: str = "CPU 98% on PROD-WEB-01", severity: str = "critical", ci: str = "", **facts: Any
    ) -> Event:
        """Something broke: a new event. `ci` is a name or id; without it, the CI that the title names is affected.

        `facts` are other fields of an event (service, category, correlation_id, signature, tags, ci_ids …).
        """
        with self.lock:
            affected = self._affected(title, ci) if "ci_ids" not in facts else self.cmdb.known(facts["ci_ids"])
            facts.setdefault("ci_ids", tuple(one.id for one in affected))
            return self.events.create(
                title, severity, **{**_placed(affected), **self._analysed(title, severity, facts)}
            )

    def storm(self, number: int, groups: int = 10, severity: str = "critical") -> list[Event]:
        """Many events at once, of `groups` correlated groups in turn; another storm's groups are others."""
        names = [ci.name for ci in self.cmdb.all()]
        before = len(self.events.all())
        return [
            self.fire(
                f"Connection refused by {names[one % groups % len(names)]} ({one + 1} of {number})",
                severity,
                names[one % groups % len(names)],
                correlation_id=f"corr_storm_{before}_{one % groups + 1}",
            )
            for one in range(number)
        ]

    def acknowledge(self, event_id: str, by: str = "ben", comment: str = "") -> Event:
        """Somebody takes an event at NopeSight's own screen; `by` is a person's key, e-mail address or name."""
        with self.lock:
            return self.events.set_status(event_id, "acknowledged", user(by), comment=comment)

    def resolve(self, event_id: str, by: str = "ben", notes: str = "") -> Event:
        """Somebody resolves an event there."""
        with self.lock:
            return self.events.set_status(event_id, "resolved", user(by), notes=notes)

    def suppress(self, event_id: str, by: str = "ben") -> Event:
        """Somebody suppresses an event there."""
        with self.lock:
            return self.events.set_status(event_id, "suppressed", user(by))

    def unsuppress(self, event_id: str, by: str = "ben") -> Event:
        """Somebody opens a suppressed event again there."""
        with self.lock:
            return self.events.set_status(event_id, "open", user(by))

    def update(self, event_id: str, **facts: Any) -> Event:
        """NopeSight learns more about an event (a correlation id, another severity, …)."""
        with self.lock:
            return self.events.update(event_id, SYSTEM, **facts)

    def comment(self, event_id: str, text: str, by: str = "ben") -> Comment:
        """Somebody comments on an event there."""
        with self.lock:
            return self.events.comment(event_id, text, user(by))

    def ingest(self, body: dict[str, Any]) -> Event:
        """Take an event in, as `POST /events/ingest` does."""
        ci = str(body.get("ciId") or "")
        facts = {
            "source_id": str(body.get("sourceId") or ""),
            "description": str(body.get("description") or ""),
            "tags": tuple(str(tag) for tag in body.get("tags") or ()),
            "ci_ids": tuple(one.id for one in self.cmdb.known((ci,))),
        }
        if body.get("service"):
            facts["service"] = str(body["service"])
        return self.events.ingest(body, facts)

    def user(self, key_or_email: str) -> User:
        """A user of NopeSight, by the key or the e-mail address of a person of the company."""
        return user(key_or_email)

    # --- who is told --------------------------------------------------------------------------------------------------

    def connect(self, url: str, secret: str = WEBHOOK_SECRET, events: tuple[str, ...] = ()) -> None:
        """Tell this address of every event from now on; again with another secret: sign with that one from now on."""
        self.webhooks.subscribe(url, secret, events)

    def subscribe(self, *, after: int | None = None) -> AsyncIterator[Change]:
        """Everything that happens from now on, as an async iterator of changes (see Feed.subscribe)."""
        return self.feed.subscribe(after=after)

    def close(self) -> None:
        """Stop telling anybody."""
        self.webhooks.close()

    # --- what was called ----------------------------------------------------------------------------------------------

    def calls(self, operation: str = "") -> tuple[ApiCall, ...]:
        """The calls so far, of one operation if it is named, oldest first."""
        with self.feed.lock:
            return tuple(call for call in self._calls if operation in ("", call.operation))

    def wait_for(self, condition: Callable[[], bool], timeout: float = 60.0) -> bool:
        """Wait until something holds; whether it came about in time.

        It is looked at after everything that happens here, and now and then: it may be about something else too.
        """
        until = time.monotonic() + timeout
        with self.feed.changed:
            while not (holds := condition()) and (rest := until - time.monotonic()) > 0:
                self.feed.changed.wait(min(rest, _LOOK_AGAIN))
            return holds

    def wait_for_call(self, operation: str, number: int = 1, timeout: float = 60.0) -> ApiCall:
        """The `number`th call of an operation; an AssertionError that tells what was called if it does not come."""
        if not self.wait_for(lambda: len(self.calls(operation)) >= number, timeout):
            told = ", ".join(call.operation for call in self.calls()) or "nothing"
            raise AssertionError(f"call {number} of {operation} never came; called were: {told}")
        return self.calls(operation)[number - 1]

    def log_call(self, operation: str, http: HttpRequest, body: Any, status: int) -> None:
        """Remember a call."""
        with self.feed.lock:
            call = ApiCall(
                number=len(self._calls) + 1,
                operation=operation,
                method=http.method,
                path=http.url.path,
                query=dict(http.query_params),
                body=body,
                status=status,
                at=self.clock.now(),
                request_id=http.headers.get("x-request-id", ""),
                idempotency_key=http.headers.get("idempotency-key", ""),
            )
            self._calls.append(call)
            self._note("nopesight_call", operation=operation, status=status, number=call.number)

    # --- how it is written --------------------------------------------------------------------------------------------

    def write_event(self, event: Event) -> dict[str, Any]:
        """An event as this NopeSight writes it."""
        return write_event(event, self.cmdb.known(event.ci_ids), self.dialect)

    def write_ci(self, ci: Ci, *, whole: bool = True) -> dict[str, Any]:
        """A CI as this NopeSight writes it."""
        return self.cmdb.write(ci, self.dialect, whole=whole)

    def relationships(self, ci_id: str) -> list[dict[str, Any]]:
        """The relationships of a CI, and those of others to it."""
        ci = self.cmdb.get(ci_id)
        others = self.cmdb.depending_on(ci_id)
        told = self.cmdb.relationships(ci, self.dialect)
        for other in others:
            place = other.depends_on.index(ci_id) + 1
            reverse = {"id": f"rel_{other.id}_{place}", "type": "depends_on", "source_ci": other.id}
            told.append({**reverse, "source_name": other.name, "target_ci": ci.id, "target_name": ci.name})
        return told

    def _affected(self, title: str, ci: str) -> list[Ci]:
        if ci:
            return [self.cmdb.named(ci)]
        return [one for one in self.cmdb.all() if re.search(rf"\b{re.escape(one.name)}\b", title, re.IGNORECASE)]

    def _analysed(self, title: str, severity: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Critical and major events get an analysis, as NopeSight's own documentation says."""
        if severity in ("critical", "major", "high") and "ai_summary" not in facts:
            draft = Event("", "", title, severity, 0.0)
            facts["ai_summary"], facts["recommended_action"] = analysis_of(draft, self.cmdb.known(facts["ci_ids"]))
            facts.setdefault("anomaly_score", 87)
        return facts

    def _tell(self, kind: str, event: Event, changes: tuple[str, ...], by: User) -> None:
        data: dict[str, Any] = {"event": self.write_event(event)}
        if changes:
            data["changes"] = list(changes)
        data["actor"] = {"name": by.name, "email": by.email, "source": by.source, "externalId": by.external_id}
        if self.echo or by.source in ("nopesight", "system"):
            self.webhooks.publish(kind, data, event.department, iso(self.clock.now()) or "")
        self._note("nopesight_event", type=kind, event=event.id, title=event.title, status=event.status)

    def _note_delivery(self, delivery: Delivery) -> None:
        facts = {"type": delivery.type, "delivery": delivery.id, "status": delivery.status}
        self._note("nopesight_delivery", tries=len(delivery.attempts), **facts)

    def _note(self, kind: str, **facts: Any) -> None:
        self.feed.emit(kind, data=facts)


def _placed(affected: list[Ci]) -> dict[str, Any]:
    """Where an event is, as the first affected CI tells it."""
    if not affected:
        return {}
    first = affected[0]
    fields = first.custom_fields
    return {
        "hostname": first.name,
        "service": fields.get("service", ""),
        "environment": fields.get("environment", ""),
        "department": fields.get("department", ""),
    }
