"""Two pictures in bars: incidents over time, and the services with the most of them; both by severity."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from incidentbot.domain.charts import OverTime, Top
from incidentbot.domain.text import cut
from incidentbot.languages import said
from incidentbot.reports.canvas import SEVERITIES, legend_above, thinned

_LABELS = 10
_NAME = 26


def paint_over_time(figure: Figure, chart: OverTime) -> None:
    """A column a step, the worst severity at its foot, where lengths compare best."""
    axes = figure.subplots()
    below = [0] * len(chart.labels)
    for severity, counts in chart.counts.items():
        colour, hatch = SEVERITIES[severity]
        axes.bar(range(len(counts)), counts, 0.8, bottom=below, color=colour, hatch=hatch, label=said(severity))
        below = [low + count for low, count in zip(below, counts, strict=True)]
    shown = thinned(chart.labels, _LABELS)
    axes.set_xticks(list(shown), list(shown.values()))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_ylim(0, max(*below, 1) * 1.08)
    axes.grid(visible=True, axis="y")
    axes.set_title(chart.title, pad=22)
    legend_above(axes, len(chart.counts))


def paint_top(figure: Figure, chart: Top) -> None:
    """A bar a name, the longest first, with its number at its end."""
    axes = figure.subplots()
    places = range(len(chart.names))
    left = [0] * len(chart.names)
    for severity, counts in chart.counts.items():
        colour, hatch = SEVERITIES[severity]
        axes.barh(places, counts, 0.7, left=left, color=colour, hatch=hatch, label=said(severity))
        left = [at + count for at, count in zip(left, counts, strict=True)]
    for place, total in enumerate(left):
        axes.annotate(str(total), (total, place), (4, 0), textcoords="offset points", va="center")
    axes.set_yticks(list(places), [cut(name, _NAME) for name in chart.names])
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlim(0, max(*left, 1) * 1.1)
    axes.grid(visible=True, axis="x")
    axes.set_title(chart.title, pad=22)
    legend_above(axes, len(chart.counts))
