"""Sending to the app, by whichever way it is reached, with a record of every attempt."""

import time

from incidentbot.sandbox.slack.http_transport import HttpTransport
from incidentbot.sandbox.slack.outbound import EVENT, NOBODY_LISTENS, Ack, Outbound
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.records import DeliveryRecord
from incidentbot.sandbox.slack.socket_mode import SocketHub


class Deliverer:
    """Chooses Socket Mode or HTTP as the app's settings say."""

    def __init__(self, platform: Platform, http: HttpTransport, sockets: SocketHub) -> None:
        self._platform = platform
        self._http = http
        self._sockets = sockets

    @property
    def by_socket(self) -> bool:
        """True where the next delivery goes through Socket Mode."""
        wanted = self._platform.app.socket_mode
        return self._sockets.connected > 0 if wanted is None else wanted

    @property
    def reachable(self) -> bool:
        """True where the app has said how to reach it."""
        return self.by_socket or bool(self._platform.app.request_url)

    async def send(self, outbound: Outbound) -> Ack:
        """Deliver once."""
        started = time.perf_counter()
        by_socket = self.by_socket
        if self._platform.faults.silent_deliveries:
            ack = Ack(error="lost")
        elif by_socket:
            ack = await self._sockets.send(outbound)
        elif self._platform.app.request_url:
            ack = await self._http.send(outbound)
        else:
            ack = Ack(error=NOBODY_LISTENS)
        self._record(outbound, "socket" if by_socket else "http", ack, time.perf_counter() - started)
        return ack

    async def send_event(self, event: Outbound) -> Ack:
        """Deliver an event and, while it is not acknowledged, send it again three times."""
        ack = await self.send(event)
        for attempt, delay in enumerate(self._platform.rules.retry_delays, 1):
            if ack.ok or ack.no_retry:
                break
            await self._platform.clock.sleep(delay * self._platform.rules.retry_scale)
            again = Outbound(EVENT, event.what, event.payload, retry_attempt=attempt, retry_reason=_reason(ack))
            ack = await self.send(again)
        return ack

    def _record(self, outbound: Outbound, transport: str, ack: Ack, seconds: float) -> None:
        record = DeliveryRecord(
            at=self._platform.clock.now(),
            kind=outbound.kind,
            what=outbound.what,
            transport=transport,
            attempt=outbound.retry_attempt,
            outcome=ack.error or "ok",
            seconds=seconds,
            payload=outbound.payload,
        )
        self._platform.records.deliveries.append(record)
        data = {"kind": record.kind, "what": record.what, "outcome": record.outcome, "seconds": seconds}
        self._platform.feed.emit("delivery", data={**data, "attempt": record.attempt})


def _reason(ack: Ack) -> str:
    if ack.error == "operation_timeout":
        return "http_timeout"
    if ack.error.startswith("http_"):
        return "http_error"
    return ack.error if ack.error == "too_many_redirects" else "connection_failed"
