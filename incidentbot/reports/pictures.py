"""A picture of each chart."""

from functools import partial
from typing import assert_never

from matplotlib.figure import Figure

from incidentbot.domain.charts import Chart, Course, HeatMap, OverTime, Top, Trend
from incidentbot.reports import course
from incidentbot.reports.bars import paint_over_time, paint_top
from incidentbot.reports.canvas import Drawn, draw
from incidentbot.reports.heat_map import paint_heat_map
from incidentbot.reports.trend import paint_trend

_TREND_HEIGHT = 400


def picture(chart: Chart) -> Drawn:
    """The picture of `chart`; where there is nothing to show, of the sentence that says so."""
    if not _holds(chart):
        return draw(partial(_nothing, title=chart.title, finding=chart.finding))
    match chart:
        case OverTime():
            return draw(partial(paint_over_time, chart=chart))
        case Trend():
            return draw(partial(paint_trend, chart=chart), _TREND_HEIGHT)
        case HeatMap():
            return draw(partial(paint_heat_map, chart=chart))
        case Top():
            return draw(partial(paint_top, chart=chart))
        case Course():
            return draw(partial(course.paint_course, chart=chart), course.HEIGHT)
        case _:
            assert_never(chart)


def _holds(chart: Chart) -> bool:
    """Whether there is anything to be drawn."""
    match chart:
        case OverTime() | Top():
            return any(chart.totals)
        case Trend():
            return any(chart.acknowledged) or any(chart.resolved)
        case HeatMap():
            return any(map(any, chart.counts))
        case Course():
            return True
        case _:
            assert_never(chart)


def _nothing(figure: Figure, title: str, finding: str) -> None:
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_title(title)
    axes.text(0.5, 0.5, finding, ha="center", va="center", transform=axes.transAxes, wrap=True)
