"""A report is in one language, from its summary to the numbers of its pages."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pypdfium2 as pdfium
import pytest

from incidentbot.domain.moments import day_told, told
from incidentbot.domain.period import read_period
from incidentbot.domain.report_content import Content
from incidentbot.domain.reporting import figures_of, in_the, name_of, summary_of
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Figures, Statistics, Times
from incidentbot.domain.timeline import EntryKind
from incidentbot.languages import speaking
from incidentbot.reports.course import KINDS, MOVES
from incidentbot.reports.document import document
from incidentbot.reports.pictures import picture
from incidentbot.web.report_page import page
from tests.unit.reports.charts import NOW, all_charts
from tests.unit.reports.contents import ALONE, ORDINARY

GERMAN = replace(ORDINARY, language="de")
# Words of ours that no German sentence has.
ENGLISH = re.compile(
    r"\b(and|the|of|were|after|within|figures?|period|severity|incidents?|page|pictures|began|happened|resolved|made)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", all_charts())
def test_a_picture_is_titled_and_told_in_the_language_of_the_moment(name: str) -> None:
    with speaking("de"):
        chart = all_charts()[name]
        said = [chart.title, chart.finding]
        drawn = picture(chart)
    assert [ENGLISH.findall(one) for one in said] == [[], []]
    assert drawn != picture(chart)


def test_a_summary_and_its_figures_are_told_in_the_language_of_the_moment() -> None:
    by = {severity.value: Figures() for severity in Severity}
    now = Figures(1200, 1, 0, 3, 1, 1 / 3, Times(3, 1, 90, 60, None), Times(3, 1, 4000, 3600, None))
    found = Statistics(read_period("7d", NOW), now, Figures(created=6), by | {"critical": now})
    with speaking("de"):
        told_of = [*summary_of(found, 2, all_charts()["top"]), name_of("daily_summary")]  # type: ignore[arg-type]  # it is
        figures = figures_of(found)
    assert told_of[0] == "1.200 Vorfälle in den letzten 7 Tagen, 1.194 mehr als davor: 1.200 kritisch."
    assert [ENGLISH.findall(one) for one in (*told_of, *(one.name for one in figures))] == [[]] * (len(told_of) + 9)
    assert (figures[0].value, figures[4].value) == ("1.200", "noch nicht bekannt")


def test_days_are_told_as_the_language_has_them() -> None:
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
    with speaking("de"):
        assert (day_told(moment), told(moment, ZoneInfo("UTC"))) == ("1. März", "1. März 2026 08:00")
        assert in_the(read_period("1w", NOW)) == "in der letzten Woche"
    assert told(moment, ZoneInfo("UTC")) == "1 Mar 2026 08:00"


def test_a_document_frames_its_content_in_its_language() -> None:
    with speaking("de"):
        pictures = [picture(one).svg.decode() for one in (*GERMAN.charts, GERMAN.stories[0].course)]
        pdf = pdfium.PdfDocument(document(GERMAN, pictures))
    said = " ".join("".join(one.get_textpage().get_text_range() for one in pdf).split())
    for words in ("Kennzahlen", "Der Zeitraum davor", "Gelöst nach", "kritisch", "3 weitere Einträge", "Was", "Bilder"):
        assert words in said
    assert f"Seite {len(pdf)} von {len(pdf)}" in said


@pytest.mark.parametrize("content", (GERMAN, replace(ALONE, language="de")), ids=("of a period", "of one incident"))
def test_a_page_speaks_the_language_of_its_content_whoever_asks_for_it(content: Content) -> None:
    shown = page(content, ["<svg/>"] * 9)
    assert '<html lang="de">' in shown
    assert "Wann" in shown
    assert "erstellt" in shown
    headings = " ".join(re.findall(r"<(?:th[^>]*|h2)>([^<]*)<", shown))
    assert ENGLISH.findall(headings.replace("Payments are down", "")) == []


def test_every_kind_of_entry_has_a_word_beside_the_picture() -> None:
    assert {*KINDS, *MOVES} == {kind.value for kind in EntryKind}
