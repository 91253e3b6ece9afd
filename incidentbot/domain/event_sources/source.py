"""What a monitoring system besides NopeSight is to us: a name, and a way to read what it posts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from incidentbot.domain.monitoring import MonitoringEvent

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,15}\Z")


@dataclass(frozen=True, slots=True)
class EventSource:
    """A system whose webhook is `POST /webhooks/{name}`, by bearer token; the same body is the same delivery.

    `read` makes events of a body, each with `source` = `name`; BadJson or BadShape says what cannot be read.
    """

    name: str
    read: Callable[[bytes], tuple[MonitoringEvent, ...]]

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ValueError(f"{self.name!r} is no name of a source: 2 to 16 of a-z, 0-9 and _")
