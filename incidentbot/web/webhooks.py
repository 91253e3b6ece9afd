"""Webhooks of monitoring systems: verified on the raw bytes, read once, stored, answered. Folding comes later."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from prometheus_client import Counter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from incidentbot import tracing
from incidentbot.domain import nopesight_event
from incidentbot.domain.event_sources.source import EventSource
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.guard import NOPESIGHT, Turned, admit
from incidentbot.domain.permissions import Right
from incidentbot.domain.strict_json import BadJson
from incidentbot.usecases import Receipt, Received, receive
from incidentbot.web.bearer import check_bearer
from incidentbot.web.group_commit import GroupCommitter
from incidentbot.web.headers import single
from incidentbot.web.parts import WebParts
from incidentbot.web.problems import Problem

_STATUS: Final[Mapping[Receipt, int]] = {Receipt.STORED: 202, Receipt.KNOWN: 200}
_DELIVERY_ID: Final = re.compile(r"[\x21-\x7e]{1,200}\Z")


class Webhooks:
    """The endpoints of all sources. Deliveries are committed in groups; 2xx means that one is stored."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._committer: Final = GroupCommitter(self._store)
        self._counter: Final = Counter(
            "incidentbot_webhooks", "Webhook deliveries by what became of them.", ["source", "result"],
            registry=parts.registry,
        )  # fmt: skip

    def routes(self) -> list[Route]:
        """One path a source."""
        return [
            Route("/webhooks/nopesight", self.nopesight, methods=["POST"]),
            *(
                Route(f"/webhooks/{source.name}", self._endpoint(source), methods=["POST"])
                for source in self._parts.sources.values()
            ),
        ]

    async def nopesight(self, request: Request) -> Response:
        """A delivery of NopeSight, by whatever type; types without an event are stored, and ignored later."""
        body = await request.body()
        self._admit(request, body)
        try:
            delivery = nopesight_event.read_delivery(body)
        except (BadJson, BadShape) as error:
            raise self._unreadable(nopesight_event.SOURCE, error) from None
        delivery_id = single(request.headers.raw, b"x-nopesight-delivery") or delivery.id
        if not _DELIVERY_ID.match(delivery_id):
            raise Problem(400, "bad_delivery_id", "X-NopeSight-Delivery names the delivery in 1 to 200 characters.")
        return await self._take(nopesight_event.SOURCE, delivery_id, body)

    def _endpoint(self, source: EventSource) -> Callable[[Request], Awaitable[Response]]:
        """A system besides NopeSight. Its deliveries have no id of their own; the same body is the same delivery."""

        async def endpoint(request: Request) -> Response:
            check_bearer(request, self._parts, Right.CREATE)
            body = await request.body()
            try:
                source.read(body)
            except (BadJson, BadShape) as error:
                raise self._unreadable(source.name, error) from None
            return await self._take(source.name, hashlib.sha256(body).hexdigest(), body)

        return endpoint

    def _admit(self, request: Request, body: bytes) -> None:
        secrets, now = self._parts.nopesight_secrets, self._parts.now().timestamp()
        try:
            admit(NOPESIGHT, request.headers.raw, body, secrets, now)
        except Turned as turned:
            if turned.status != HTTPStatus.UNAUTHORIZED:
                raise Problem(turned.status) from None
            self._counter.labels(nopesight_event.SOURCE, "unverified").inc()
            raise Problem(401, "unverified", "The signature or its time is not valid.") from None

    def _unreadable(self, source: str, error: BadJson | BadShape) -> Problem:
        self._counter.labels(source, "unreadable").inc()
        if isinstance(error, BadShape):
            return Problem(400, "bad_shape", f"{error}.", {"path": error.path, "expected": error.expected})
        return Problem(400, "bad_json", f"{error}.")

    async def _take(self, source: str, delivery_id: str, body: bytes) -> Response:
        delivery = Received(source, f"{source}:{delivery_id}", body, tracing.traceparent())
        receipt = await self._committer.submit(delivery)
        self._counter.labels(source, receipt.value).inc()
        if receipt is Receipt.CONFLICT:
            message = "This delivery came before with another body. The first one is kept."
            raise Problem(409, "delivery_conflict", message, {"delivery": delivery_id})
        return JSONResponse({"delivery": delivery_id, "result": receipt.value}, _STATUS[receipt])

    async def _store(self, deliveries: Sequence[Received]) -> Sequence[Receipt]:
        return await self._parts.store.run(receive, deliveries)
