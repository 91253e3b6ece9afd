"""Socket Mode: up to ten connections of the app, envelopes to any of them, acknowledgements back."""

import asyncio
import contextlib
import itertools
import json
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from incidentbot.sandbox.slack.ids import new_secret
from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.outbound import NOBODY_LISTENS, OPTIONS, TIMED_OUT, Ack, Outbound
from incidentbot.sandbox.slack.platform import Platform

MOST_CONNECTIONS = 10
_REFRESH_SECONDS = 18_060
_POLICY_VIOLATION = 1008
# Old and new connection live side by side for a moment, so that the app has switched before the old one ends.
_OVERLAP = 0.2


@dataclass(eq=False, slots=True)
class _Connection:
    """One connection; `drained` ones get nothing new any more."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    drained: bool = False


class SocketHub:
    """The app's open connections. Everything happens in the server's own event loop."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._connections: list[_Connection] = []
        self._turn = itertools.count()
        self._arrival = asyncio.Event()

    @property
    def connected(self) -> int:
        """How many connections take envelopes now."""
        return sum(1 for one in self._connections if not one.drained)

    async def serve(self, socket: WebSocket) -> None:
        """Speak Socket Mode until the connection ends."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._platform.tickets or self.connected >= MOST_CONNECTIONS:
            await socket.close(_POLICY_VIOLATION)
            return
        self._platform.tickets.discard(ticket)
        await socket.accept()
        connection = _Connection(socket)
        self._connections.append(connection)
        self._arrival.set()
        await socket.send_text(json.dumps(self._hello()))
        self._tell()
        try:
            await self._listen(connection)
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(connection)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.connected,
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": _REFRESH_SECONDS,
            },
            "connection_info": {"app_id": self._platform.app.seed.app_id},
        }

    async def _listen(self, connection: _Connection) -> None:
        while True:
            text = await connection.socket.receive_text()
            if self._platform.faults.deaf_socket:
                continue
            try:
                frame = json.loads(text)
            except ValueError:
                continue
            waiting = connection.waiting.pop(str(frame.get("envelope_id", "")), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame.get("payload") or {})

    def _forget(self, connection: _Connection) -> None:
        self._connections.remove(connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.cancel()
        self._tell()

    def _tell(self) -> None:
        self._platform.feed.emit("socket", data={"connections": self.connected})

    async def send(self, outbound: Outbound) -> Ack:
        """Deliver once, to whichever connection has its turn."""
        live = [one for one in self._connections if not one.drained]
        if not live:
            return Ack(error=NOBODY_LISTENS)
        connection = live[next(self._turn) % len(live)]
        envelope = _envelope(outbound)
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = waiting
        try:
            async with asyncio.timeout(self._platform.rules.ack_timeout):
                if not self._platform.faults.deaf_socket:
                    await connection.socket.send_text(json.dumps(envelope))
                return Ack(await waiting)
        except TimeoutError:
            return Ack(error=TIMED_OUT)
        except (WebSocketDisconnect, RuntimeError):
            return Ack(error=NOBODY_LISTENS)
        except asyncio.CancelledError:
            # The connection ended under the envelope; a cancelled delivery itself goes on being cancelled.
            if not waiting.cancelled() or _being_cancelled():
                raise
            return Ack(error="connection_closed")
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str = "refresh_requested", *, patience: float = 10.0) -> None:
        """Tell every connection to reconnect, as Slack does every few hours; `warning` is the notice before that.

        The old connections get nothing new, may still acknowledge, and close once the app has come anew, at the latest
        after `patience` seconds.
        """
        old = [one for one in self._connections if not one.drained]
        frame = json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}})
        for connection in old:
            connection.drained = reason != "warning"
            with contextlib.suppress(WebSocketDisconnect):
                await connection.socket.send_text(frame)
        if reason != "warning":
            await self._await_successors(len(old), patience)
            await self.drop(old)

    async def _await_successors(self, number: int, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                while self.connected < number:
                    self._arrival.clear()
                    await self._arrival.wait()
        except TimeoutError:
            return
        await asyncio.sleep(_OVERLAP)

    async def drop(self, connections: list[_Connection] | None = None) -> None:
        """Close connections (all of them by default) without a word; those that the app closed itself are gone."""
        for connection in list(self._connections) if connections is None else connections:
            if connection.socket.application_state is WebSocketState.CONNECTED:
                with contextlib.suppress(WebSocketDisconnect):
                    await connection.socket.close()


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _envelope(outbound: Outbound) -> Json:
    kind = "interactive" if outbound.kind == OPTIONS else outbound.kind
    envelope: Json = {
        "envelope_id": f"{new_secret(8)}-{new_secret(4)}-{new_secret(12)}",
        "type": kind,
        "payload": outbound.payload,
        "accepts_response_payload": outbound.wants_answer,
    }
    if outbound.kind == "events_api":
        envelope["retry_attempt"] = outbound.retry_attempt
        envelope["retry_reason"] = outbound.retry_reason
    return envelope
