"""The lag of the last minute as a line to be drawn."""

from collections.abc import Iterable
from typing import Final

WIDTH: Final = 120
HEIGHT: Final = 28
# A lag of a second or two is the ordinary course of things, and shall not look like a mountain.
_LOWEST_TOP: Final = 5.0


def line_of(lags: Iterable[float]) -> str:
    """Points of an SVG polyline in a box of WIDTH by HEIGHT: the newest at the right, the greatest lag at the top."""
    values = list(lags)[-WIDTH:]
    top = max([_LOWEST_TOP, *values])
    start = WIDTH - len(values)
    return " ".join(
        f"{start + place},{HEIGHT - 1 - (HEIGHT - 2) * value / top:.1f}" for place, value in enumerate(values)
    )
