"""How long the other side asks us to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from incidentbot.clients.retry_after import retry_after

NOW = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "expected"),
    (
        ({}, None),
        ({"retry-after": "30"}, 30),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "-7"}, 1),
        ({"retry-after": "1000000000"}, 900),
        ({"retry-after": "1e999"}, 900),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "abc"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90),
        ({"retry-after": format_datetime(NOW - timedelta(days=1), usegmt=True)}, 1),
        ({"x-ratelimit-reset": "12"}, 12),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 45)}, 45),
        ({"retry-after": "3", "x-ratelimit-reset": "12"}, 3),
        ({"retry-after": "soon", "x-ratelimit-reset": "12"}, 12),
    ),
)
def test_the_wait_is_read_from_either_header_within_bounds(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after(headers, NOW) == expected
