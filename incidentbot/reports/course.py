"""The timeline of one incident: a bar of the states that it was in, and a mark for each thing that happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from incidentbot.domain.charts import Course
from incidentbot.domain.lengths import in_words
from incidentbot.languages import fill_plain, phrase, said
from incidentbot.reports.canvas import FAINT, INK, STATES

HEIGHT: Final = 280
_TICKS: Final = (
    10,
    60,
    300,
    600,
    1_800,
    3_600,
    10_800,
    21_600,
    43_200,
    86_400,
    172_800,
    604_800,
    2_592_000,
    31_536_000,
)
_MOST_TICKS: Final = 7
# What moves an incident is named; the rest are marks below it, a row a kind.
MOVES: Final = ("created", "acknowledged", "unacknowledged", "resolved", "reopened")
_MOST_ROWS: Final = 5
KINDS: Final[Mapping[str, str]] = {
    "severity_changed": phrase("severity"),
    "title_changed": phrase("title"),
    "assigned": phrase("people"),
    "note": phrase("note"),
    "owner_invited": phrase("invitation"),
    "event_linked": phrase("event linked"),
    "event_updated": phrase("event updated"),
    "playbook": phrase("playbook"),
    "captured": phrase("message captured"),
    "reminder": phrase("reminder"),
    "escalated": phrase("escalated"),
    "sync_failed": phrase("NopeSight behind"),
    "sync_recovered": phrase("NopeSight up to date"),
    "repaired": phrase("card posted again"),
    "moved": phrase("channel"),
    "corrected": phrase("time corrected"),
    "action_added": phrase("action item"),
    "action_changed": phrase("action item changed"),
    "action_done": phrase("action item done"),
    "action_reopened": phrase("action item open again"),
    "retrospective": phrase("retrospective written"),
}


def paint_course(figure: Figure, chart: Course) -> None:
    """Lengths from the beginning run to the right."""
    axes = figure.subplots()
    began = chart.stretches[0].since
    length = max((chart.stretches[-1].until - began).total_seconds(), 1.0)
    for stretch in chart.stretches:
        _stretch(axes, stretch.state, _seconds(began, stretch.since), _seconds(began, stretch.until), length)
    rows = _rows(chart)
    for row, (_, moments) in enumerate(rows, start=1):
        at = [min(max(_seconds(began, moment), 0), length) for moment in moments]
        axes.plot(at, [-row] * len(at), linestyle="none", marker="o", markersize=6, color=INK, alpha=0.7)
        axes.axhline(-row, color="#ececec", linewidth=1, zorder=0)
    axes.set_yticks(
        [0, *range(-1, -len(rows) - 1, -1)], [fill_plain("state"), *(f"{kind} ({len(at)})" for kind, at in rows)]
    )
    axes.set_ylim(-len(rows) - 0.6, 0.8)
    axes.set_xlim(-length * 0.01, length * 1.01)
    ticks = _ticks(length)
    axes.set_xticks(ticks, ["0" if tick == 0 else in_words(tick) for tick in ticks])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_title(chart.title)


def _stretch(axes: Axes, state: str, since: float, until: float, length: float) -> None:
    colour, hatch = STATES[state]
    axes.barh(0, until - since, 0.8, left=since, color=colour, hatch=hatch, edgecolor="#ffffff", linewidth=0)
    if until - since > length * 0.2:
        label = f"{said(state)} {in_words(until - since)}"
        box = {"boxstyle": "round,pad=0.2", "facecolor": "#ffffff", "edgecolor": "none", "alpha": 0.85}
        axes.text((since + until) / 2, 0, label, ha="center", va="center", fontsize=9, color=INK, bbox=box)
    if since > 0:
        axes.axvline(since, color=FAINT, linewidth=0.8, linestyle=":", zorder=0)


def _rows(chart: Course) -> list[tuple[str, list[datetime]]]:
    """The moments by kind, the most frequent kinds first; beyond a few kinds they share the last row."""
    found: dict[str, list[datetime]] = {}
    for moment in chart.moments:
        if moment.kind not in MOVES:
            found.setdefault(said(KINDS[moment.kind]), []).append(moment.at)
    rows = sorted(found.items(), key=lambda row: (-len(row[1]), row[0]))
    if len(rows) <= _MOST_ROWS:
        return rows
    others = [at for _, moments in rows[_MOST_ROWS - 1 :] for at in moments]
    return [*rows[: _MOST_ROWS - 1], (fill_plain("other"), others)]


def _ticks(length: float) -> Sequence[float]:
    step = next((tick for tick in _TICKS if length / tick <= _MOST_TICKS), _TICKS[-1])
    return [float(place * step) for place in range(int(length // step) + 1)]


def _seconds(began: datetime, moment: datetime) -> float:
    return (moment - began).total_seconds()
