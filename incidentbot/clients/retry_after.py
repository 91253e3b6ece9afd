"""How long the other side asks us to wait, read from its headers."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

SHORTEST: Final = 1.0
LONGEST: Final = 900.0
# Below this an X-RateLimit-Reset is a number of seconds, above it a moment: the headers of the world use both.
EARLIEST_EPOCH: Final = 1_000_000_000.0


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, between 1 and 900, from `Retry-After` or else `X-RateLimit-Reset`; None if neither can be read.

    `headers` must look names up in any case (as httpx's and aiohttp's do) or use lower case.
    """
    wait = _seconds_or_date(headers.get("retry-after"), now)
    if wait is None:
        wait = _reset(headers.get("x-ratelimit-reset"), now)
    return None if wait is None else min(max(wait, SHORTEST), LONGEST)


def _seconds_or_date(value: str | None, now: datetime) -> float | None:
    if value is None:
        return None
    number = _number(value)
    return number if number is not None else _until_date(value, now)


def _reset(value: str | None, now: datetime) -> float | None:
    number = _number(value or "")
    if number is None or number < EARLIEST_EPOCH:
        return number
    return number - now.timestamp()


def _number(value: str) -> float | None:
    try:
        number = float(value.strip())
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _until_date(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
