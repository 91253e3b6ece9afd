"""What all pictures have in common: their size, their fonts, and colours that nobody confuses.

The colours are those of Okabe and Ito, which people with any colour vision tell apart; the worst severity is also the
darkest, and hatched, so that a black-and-white print still tells. The background is white also where Slack is dark:
Slack shows pictures as they are.
"""

import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# CSS pixels; twice as many are drawn. On a phone it is shown at about half this width, where the text is still read.
WIDTH: Final = 640
HEIGHT: Final = 340
DENSITY: Final = 2
_PIXELS_AN_INCH: Final = 100

INK: Final = "#1d1c1d"
FAINT: Final = "#5b5b5b"
GRID: Final = "#e3e3e3"
ACKNOWLEDGED: Final = "#0072b2"
RESOLVED: Final = "#00664b"
SEVERITIES: Final[Mapping[str, tuple[str, str]]] = {
    "critical": ("#b5442b", "////"),
    "high": ("#e69f00", ""),
    "medium": ("#56b4e9", ""),
    "low": ("#c9ccd1", ""),
}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("#b5442b", "////"),
    "acknowledged": ("#e69f00", ""),
    "resolved": ("#2f9e77", ""),
}
EMOJI: Final = "Noto Emoji"
# Names of services and people may hold anything: nothing in them is mathematics.
_LOOK: Final[Mapping[Any, Any]] = {
    "font.family": ["DejaVu Sans", EMOJI],
    "font.size": 10.5,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "hatch.color": "#ffffff",
    "hatch.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "svg.hashsalt": "incidentbot",
    "axes.unicode_minus": True,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture for screens (PNG) and for paper (SVG)."""

    png: bytes
    svg: bytes


def draw(paint: Callable[[Figure], None], height: int = HEIGHT) -> Drawn:
    """What `paint` puts on a figure of WIDTH and `height`; the same data gives the same bytes."""
    with _look():
        figure = Figure(figsize=(WIDTH / _PIXELS_AN_INCH, height / _PIXELS_AN_INCH), layout="constrained")
        paint(figure)
        return Drawn(_saved(figure, "png"), _saved(figure, "svg"))


def _saved(figure: Figure, form: str) -> bytes:
    held = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    figure.savefig(held, format=form, dpi=DENSITY * _PIXELS_AN_INCH, metadata=metadata)
    return held.getvalue()


@contextmanager
def _look() -> Iterator[None]:
    """Our style for one picture. A character that no font has is drawn as a box, which is no reason to warn."""
    # An emoji in a bold title is drawn as it is: that there is no bolder one need not be told each time.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    if EMOJI not in font_manager.fontManager.get_font_names():
        font_manager.fontManager.addfont(str(files("incidentbot.reports") / "fonts" / "NotoEmoji-Regular.ttf"))
    with warnings.catch_warnings(), mpl.rc_context():
        mpl.rcParams.update({**mpl.rcParamsDefault, "backend": "agg"})
        mpl.rcParams.update(_LOOK)
        warnings.simplefilter("ignore", UserWarning)
        yield


def legend_above(axes: Axes, columns: int) -> None:
    """A legend in one row between title and picture, where it covers nothing."""
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=columns, fontsize=9, handlelength=1.2, borderpad=0.1)


def thinned(labels: tuple[str, ...], most: int) -> dict[int, str]:
    """At most `most` of the labels, evenly, by their place; the first is always among them."""
    every = max(1, -(-len(labels) // most))
    return {place: label for place, label in enumerate(labels) if place % every == 0}
