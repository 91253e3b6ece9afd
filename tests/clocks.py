"""A clock for tests."""

from dataclasses import dataclass
from datetime import datetime


@dataclass
class HandClock:
    """Stands still until a test moves it."""

    at: datetime

    def now(self) -> datetime:
        return self.at
