"""Telling subscribers what happened: signed, retried until taken, in any order and number that a test asks for."""

import hashlib
import hmac
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

_TIMEOUT = 10.0
_LONGEST_PAUSE = 3600.0
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody who wants to be told. An empty `events` means every type."""

    id: str
    url: str
    secret: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver. `status` is 0 where there was no answer."""

    at: float
    status: int


@dataclass(slots=True)
class Delivery:
    """Something to be told to one subscriber. `id` stays the same however often it is tried."""

    id: str
    type: str
    subscription: Subscription
    body: bytes
    attempts: list[Attempt] = field(default_factory=list)
    settled: bool = False
    due: float = 0.0

    @property
    def status(self) -> int:
        """The last answer, 0 if there was none yet."""
        return self.attempts[-1].status if self.attempts else 0


@dataclass(slots=True)
class Mischief:
    """What happens to deliveries on the way: each told `copies` times, `shuffled` among those that wait, or `held`."""

    copies: int = 1
    shuffled: bool = False
    held: bool = False


class Webhooks:
    """Sends deliveries from threads of its own, started by the first one. May be used from any thread.

    `retry_scale` shortens the pauses between tries (1 second, doubled each time, up to an hour, for a day).
    """

    def __init__(
        self,
        now: Callable[[], float],
        on_attempt: Callable[[Delivery], None],
        *,
        retry_scale: float = 1.0,
        workers: int = 1,
        seed: int = 0,
    ) -> None:
        self._now = now
        self._on_attempt = on_attempt
        self._retry_scale = retry_scale
        self._workers = workers
        self._random = random.Random(seed)  # noqa: S311 - an order for a test, not a secret
        self._subscriptions: dict[str, Subscription] = {}
        self._deliveries: list[Delivery] = []
        self._waiting: list[Delivery] = []
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._in_flight = 0
        self._closed = False
        self.mischief = Mischief()

    def subscribe(self, url: str, secret: str, events: tuple[str, ...] = ()) -> Subscription:
        """Tell this address from now on; a second time for the same address replaces the first (a new secret, say)."""
        with self._changed:
            found = self._subscriptions.get(url)
            made = Subscription(found.id if found else f"whk_{len(self._subscriptions) + 1}", url, secret, events)
            self._subscriptions[url] = made
            return made

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Everybody who is told."""
        with self._changed:
            return tuple(self._subscriptions.values())

    def publish(self, kind: str, data: dict[str, Any], department: str, timestamp: str) -> None:
        """Tell every subscriber of this type; returns before anybody was told."""
        with self._changed:
            for one in self._subscriptions.values():
                if not one.events or kind in one.events:
                    self._enqueue(one, kind, {"timestamp": timestamp, "department": department, "data": data})
            self._changed.notify_all()

    def deliveries(self) -> tuple[Delivery, ...]:
        """All deliveries so far, oldest first."""
        with self._changed:
            return tuple(replace(one, attempts=list(one.attempts)) for one in self._deliveries)

    def repeat(self, delivery_id: str, body: bytes | None = None) -> None:
        """Send a delivery once more, as a retry that came late; with another body under the same id if one is given."""
        with self._changed:
            found = next(one for one in self._deliveries if one.id == delivery_id)
            again = replace(found, body=body or found.body, attempts=[], settled=False, due=time.monotonic())
            self._waiting.append(again)
            self._changed.notify_all()

    def hold(self) -> None:
        """Keep what is to be told until `release`."""
        with self._changed:
            self.mischief.held = True

    def release(self) -> None:
        """Send what was kept, shuffled if mischief says so."""
        with self._changed:
            self.mischief.held = False
            self._changed.notify_all()

    def wait_settled(self, timeout: float = 60.0) -> bool:
        """Wait until nothing is left to be told; whether that came about in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._in_flight, timeout)

    def close(self) -> None:
        """Stop telling anybody."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(_TIMEOUT + 1)

    def _enqueue(self, one: Subscription, kind: str, rest: dict[str, Any]) -> None:
        delivery_id = str(uuid.uuid4())
        number = len(self._deliveries) + 1
        body = json.dumps({"id": f"whd_{number:02}", "type": kind, **rest}, ensure_ascii=False).encode()
        made = Delivery(delivery_id, kind, one, body, due=time.monotonic())
        self._deliveries.append(made)
        self._waiting.extend([made] * self.mischief.copies)
        if not self._threads:
            for _ in range(self._workers):
                thread = threading.Thread(target=self._work, name="nopesight-webhooks", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _work(self) -> None:
        with httpx.Client(timeout=_TIMEOUT, trust_env=False) as http:
            while (delivery := self._next()) is not None:
                status = self._send(http, delivery)
                self._settle(delivery, status)

    def _next(self) -> Delivery | None:
        """The next delivery that is due; waits for it. None when closed."""
        with self._changed:
            while not self._closed:
                moment = time.monotonic()
                due = [one for one in self._waiting if one.due <= moment] if not self.mischief.held else []
                if due:
                    chosen = self._random.choice(due) if self.mischief.shuffled else due[0]
                    self._waiting.remove(chosen)
                    self._in_flight += 1
                    return chosen
                self._changed.wait(self._pause(moment))
            return None

    def _pause(self, moment: float) -> float | None:
        if self.mischief.held or not self._waiting:
            return None
        return max(0.0, min(one.due for one in self._waiting) - moment)

    def _send(self, http: httpx.Client, delivery: Delivery) -> int:
        secret = self._subscriptions[delivery.subscription.url].secret
        headers = {"Content-Type": "application/json", **signed(delivery, secret, int(self._now()))}
        try:
            return http.post(delivery.subscription.url, content=delivery.body, headers=headers).status_code
        except httpx.HTTPError:
            return 0

    def _settle(self, delivery: Delivery, status: int) -> None:
        with self._changed:
            self._in_flight -= 1
            delivery.attempts.append(Attempt(self._now(), status))
            pause = min(2.0 ** (len(delivery.attempts) - 1), _LONGEST_PAUSE)
            taken = 200 <= status < 300  # noqa: PLR2004 - the successful statuses
            if taken or delivery.attempts[-1].at - delivery.attempts[0].at > _DAY:
                delivery.settled = True
            elif not delivery.settled:
                delivery.due = time.monotonic() + pause * self._retry_scale
                self._waiting.append(delivery)
            self._changed.notify_all()
        self._on_attempt(delivery)


def signed(delivery: Delivery, secret: str, moment: int) -> dict[str, str]:
    """The headers of a delivery, signed for this moment."""
    content = str(moment).encode() + b"." + delivery.body
    signature = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return {
        "X-NopeSight-Event": delivery.type,
        "X-NopeSight-Delivery": delivery.id,
        "X-NopeSight-Timestamp": str(moment),
        "X-NopeSight-Signature": f"sha256={signature}",
    }
