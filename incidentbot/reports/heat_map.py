"""When in the week incidents begin: a field an hour, with its number where there is one."""

import matplotlib as mpl
from matplotlib.figure import Figure

from incidentbot.domain.charts import HeatMap
from incidentbot.reports.canvas import GRID, INK

_MOST_DIGITS = 3


def paint_heat_map(figure: Figure, chart: HeatMap) -> None:
    """From white to dark in one colour, whose lightness alone tells."""
    axes = figure.subplots()
    most = max(map(max, chart.counts))
    axes.imshow(chart.counts, cmap=mpl.colormaps["Blues"], vmin=0, vmax=max(most, 1), aspect="auto")
    for day, row in enumerate(chart.counts):
        for hour, count in enumerate(row):
            if count:
                _number(figure, day, hour, count, dark=count > 0.55 * most)
    axes.set_yticks(range(7), [name[:3] for name in chart.days])
    axes.set_xticks(range(0, 24, 3), [f"{hour:02}" for hour in range(0, 24, 3)])
    axes.set_xticks([hour - 0.5 for hour in range(25)], minor=True)
    axes.set_yticks([day - 0.5 for day in range(8)], minor=True)
    axes.grid(visible=True, which="minor", color=GRID, linewidth=1)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(chart.title)


def _number(figure: Figure, day: int, hour: int, count: int, *, dark: bool) -> None:
    shown = str(count) if count < 10**_MOST_DIGITS else f"{count // 1000}k"
    figure.axes[0].text(hour, day, shown, ha="center", va="center", fontsize=8.5, color="#ffffff" if dark else INK)
