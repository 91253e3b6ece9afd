"""The document of a report: a tagged PDF with its fonts in it, set by Typst from data alone."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import typst

from incidentbot.domain.report_content import (
    Content,
    Happened,
    Row,
    Story,
    figures_head,
    happened_head,
    incidents_head,
    more_entries,
    more_rows,
)
from incidentbot.languages import fill_plain, said

# About a hundred pages: more than anybody reads, and less than it takes to fill a disk.
MOST_CHARACTERS: Final = 250_000
# A word that is longer than this may be broken after so many characters, since no column is as wide as it may be.
_LONG_WORD: Final = re.compile(r"\S{28,}")
_BREAK: Final = "\u200b"
_WHOLE: Final = frozenset({"url", "svg"})
# Matched to what a PDF can be made accessible by (ISO 14289-1); a reader for the blind reads it in order.
_STANDARDS: Final = "ua-1"
_HERE: Final = Path(__file__).parent


def document(content: Content, pictures: Sequence[str]) -> bytes:
    """The PDF. `pictures` are in SVG: those of the charts, then those of the stories that have one of their own."""
    made: bytes = typst.compile(
        _HERE / "document.typ",
        sys_inputs={"report": json.dumps(_data(bounded(content), pictures))},
        font_paths=[Path(mpl.get_data_path()) / "fonts" / "ttf", _HERE / "fonts"],
        ignore_system_fonts=True,
        pdf_standards=_STANDARDS,
    )
    return made


def bounded(content: Content, most: int = MOST_CHARACTERS) -> Content:
    """`content` with so many entries that the document has an end; what is left out is counted."""
    left, stories = most, []
    for story in content.stories:
        shown: list[Happened] = []
        for one in story.happened:
            left -= len(one.what) + len(one.words) + 80
            if left < 0:
                break
            shown.append(one)
        stories.append(Story(story.row, story.course, tuple(shown), story.more + len(story.happened) - len(shown)))
    return replace(content, stories=tuple(stories))


def _data(content: Content, pictures: Sequence[str]) -> Mapping[str, Any]:
    plain = asdict(replace(content, charts=(), stories=()))
    of_charts, of_stories = pictures[: len(content.charts)], pictures[len(content.charts) :]
    charts = [{"svg": svg, "finding": one.finding} for one, svg in zip(content.charts, of_charts, strict=True)]
    stories = [_story(story, svg) for story, svg in zip_longest(content.stories, of_stories, fillvalue="")]
    told = {
        **plain,
        "rows": [_row(row) for row in content.rows],
        "short": content.name[:60],
        "charts": charts,
        "stories": stories,
        "words": _words(content),
    }
    return {key: _breakable(value, key) for key, value in told.items()}


def _row(row: Row) -> Mapping[str, str]:
    return {**asdict(row), "sign": row.severity, "severity": said(row.severity), "state": said(row.state)}


def _words(content: Content) -> Mapping[str, Any]:
    """What stands around the content, in its language; `lang` is its code without a region."""
    return {
        "lang": content.language.partition("-")[0],
        "made": fill_plain("made {when}", when=content.made),
        "clocks": fill_plain("clocks of {zone}", zone=content.zone),
        "page": fill_plain("Page {n} of {all}", n="{n}", all="{all}"),
        "figures": fill_plain("Key figures"),
        "figures_head": [*figures_head()],
        "pictures": fill_plain("Pictures"),
        "incidents": fill_plain("Incidents"),
        "incidents_head": [*incidents_head()],
        "more": more_rows(content.more_rows),
        "happened": fill_plain("What happened"),
        "happened_head": [*happened_head()],
    }


def _story(story: Any, svg: str) -> Mapping[str, Any]:
    """A story among others has its own picture; that of a report about it alone stands among the report's."""
    told = asdict(story)
    left = more_entries(story.more)
    return {"row": told["row"], "happened": told["happened"], "more": left, "svg": svg, "finding": story.course.finding}


def _breakable(value: Any, key: str) -> Any:
    """Everything with places at which long words may be broken; addresses and pictures stay as they are."""
    if isinstance(value, str):
        return value if key in _WHOLE else _LONG_WORD.sub(lambda word: _BREAK.join(_pieces(word[0], 20)), value)
    if isinstance(value, Mapping):
        return {name: _breakable(one, name) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_breakable(one, key) for one in value]
    return value


def _pieces(word: str, length: int) -> list[str]:
    return [word[start : start + length] for start in range(0, len(word), length)]
