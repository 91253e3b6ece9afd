"""Calling NopeSight."""

from incidentbot.clients.nopesight.client import NopeSightClient
from incidentbot.clients.nopesight.cmdb_calls import CiConflict
from incidentbot.clients.nopesight.config import PATHS, NopeSightConfig
from incidentbot.clients.nopesight.event_calls import EventConflict
from incidentbot.clients.nopesight.requests import CiQuery, EventQuery, NewEvent, PlaybookRun, Question

__all__ = [
    "PATHS",
    "CiConflict",
    "CiQuery",
    "EventConflict",
    "EventQuery",
    "NewEvent",
    "NopeSightClient",
    "NopeSightConfig",
    "PlaybookRun",
    "Question",
]
