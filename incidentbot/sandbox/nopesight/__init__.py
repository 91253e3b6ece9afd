"""The fake NopeSight: every path, field and refusal that our side of it knows of, in memory, over HTTP."""

from incidentbot.sandbox.nopesight.dialects import Dialect
from incidentbot.sandbox.nopesight.faults import Fault, FaultKind, Faults
from incidentbot.sandbox.nopesight.records import ApiCall, Event
from incidentbot.sandbox.nopesight.server import NopeSight, create_nopesight
from incidentbot.sandbox.nopesight.webhooks import Delivery, Mischief
from incidentbot.sandbox.nopesight.world import TOKEN, WEB_URL, WEBHOOK_SECRET

__all__ = [
    "TOKEN",
    "WEBHOOK_SECRET",
    "WEB_URL",
    "ApiCall",
    "Delivery",
    "Dialect",
    "Event",
    "Fault",
    "FaultKind",
    "Faults",
    "Mischief",
    "NopeSight",
    "create_nopesight",
]
