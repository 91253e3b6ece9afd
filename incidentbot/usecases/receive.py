"""receive: webhook deliveries are stored, many in one transaction; folding them into incidents comes later."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from incidentbot.crashpoints import crashpoint
from incidentbot.store import Store, Transaction
from incidentbot.store.database import OutcomeUnknown


@dataclass(frozen=True, slots=True)
class Received:
    """A verified delivery: `source` is nopesight or alertmanager, `key` unique for the delivery.

    `traceparent` is the request that brought it, which shares its transaction with others.
    """

    source: str
    key: str
    body: bytes
    traceparent: str | None = None


class Receipt(StrEnum):
    """What became of a delivery."""

    STORED = "stored"
    KNOWN = "known"
    CONFLICT = "conflict"  # the same key came before with another body; the first is kept


_RECEIPTS = {True: Receipt.STORED, False: Receipt.KNOWN, None: Receipt.CONFLICT}


def receive(store: Store, deliveries: Sequence[Received]) -> list[Receipt]:
    """Store deliveries in the order given; after this they survive anything."""
    try:
        receipts = store.database.retrying(lambda: _once(store, deliveries))
    except OutcomeUnknown:
        receipts = store.database.retrying(lambda: _once(store, deliveries))
    crashpoint("after_commit")
    store.effects_waiting()
    return receipts


def _once(store: Store, deliveries: Sequence[Received]) -> list[Receipt]:
    with store.begin("") as tx:
        receipts = [_stored(tx, delivery) for delivery in deliveries]
        tx.notify()
        crashpoint("before_commit")
    return receipts


def _stored(tx: Transaction, delivery: Received) -> Receipt:
    stored = tx.inbox.store(delivery.key, delivery.source, delivery.body, tx.now, traceparent=delivery.traceparent)
    return _RECEIPTS[stored]
