"""How long it took to acknowledge and to resolve, as it went: the middle, and the band from 25 to 90 %."""

from collections.abc import Sequence
from itertools import pairwise
from math import nan

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from incidentbot.domain.charts import Spread, Trend
from incidentbot.domain.lengths import in_words
from incidentbot.languages import fill_plain
from incidentbot.reports.canvas import ACKNOWLEDGED, RESOLVED, thinned

_LABELS = 10
_LENGTHS = (1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000)


def paint_trend(figure: Figure, chart: Trend) -> None:
    """Two panels above each other, each with its own scale: minutes and days do not share one."""
    above, below = figure.subplots(2, 1, sharex=True)
    _panel(above, chart.acknowledged, fill_plain("Time to acknowledge"), ACKNOWLEDGED)
    _panel(below, chart.resolved, fill_plain("Time to resolve"), RESOLVED)
    shown = thinned(chart.labels, _LABELS)
    below.set_xticks(list(shown), list(shown.values()))
    below.set_xlim(-0.5, len(chart.labels) - 0.5)


def _panel(axes: Axes, spreads: Sequence[Spread | None], title: str, colour: str) -> None:
    places = [float(place) for place in range(len(spreads))]
    middle = [_value(spread and spread.median) for spread in spreads]
    low = [_value(spread and spread.low) for spread in spreads]
    high = [_value(spread and spread.high) for spread in spreads]
    axes.fill_between(places, low, high, color=colour, alpha=0.22, linewidth=0, label=fill_plain("25 to 90 %"))
    # A step between two that are not known would be lost in an area; a stroke shows it.
    axes.vlines(places, low, high, color=colour, alpha=0.35, linewidth=1.5)
    axes.plot(places, middle, color=colour, marker="o", markersize=4, linewidth=1.8, label=fill_plain("half of them"))
    axes.set_yscale("log")
    known = [value for value in (*low, *middle, *high) if value == value]  # noqa: PLR0124 - nan alone differs from itself
    _scale(axes, known)
    axes.set_title(title, fontsize=11)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=2, fontsize=9, handlelength=1.2)
    axes.grid(visible=True, axis="y")


def _value(seconds: float | None) -> float:
    return nan if seconds is None else max(seconds, 1.0)


def _scale(axes: Axes, known: Sequence[float]) -> None:
    """Lines at lengths that people count in, just around what there is."""
    least, most = (min(known), max(known)) if known else (60.0, 3_600.0)
    around = [pair for pair in pairwise(_LENGTHS) if pair[1] >= least and pair[0] <= most] or [(60, 600)]
    ticks = sorted({length for pair in around for length in pair})
    axes.set_yticks(ticks, [in_words(tick) for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set_ylim(ticks[0] * 0.8, ticks[-1] * 1.25)
