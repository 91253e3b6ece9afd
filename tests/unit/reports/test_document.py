"""The document and the page of a report: all of what it says and nothing of what that might do."""

import re
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from incidentbot.domain.report_content import Content, Happened, Story
from incidentbot.reports.document import bounded, document
from incidentbot.reports.pictures import picture
from incidentbot.web.report_page import page
from tests.unit.reports.contents import ALONE, COURSE, ORDINARY, ROW, STRANGE


def made(content: Content) -> pdfium.PdfDocument:
    courses = [story.course for story in content.stories] if content.rows else []
    return pdfium.PdfDocument(document(content, [picture(one).svg.decode() for one in (*content.charts, *courses)]))


def words(pdf: pdfium.PdfDocument) -> str:
    return " ".join("".join(one.get_textpage().get_text_range() for one in pdf).split())


def test_a_document_says_all_of_the_report_is_tagged_and_numbers_its_pages() -> None:
    pdf = made(ORDINARY)
    told = words(pdf)
    for word in ("Payments are down", "Ωμέγα шлюз Łódź", "120", "Cards are refused", "118 more incidents", "INC-8"):
        assert word in told
    assert f"Page {len(pdf)} of {len(pdf)}" in told
    assert raw.FPDFCatalog_IsTagged(pdf.raw)
    assert pdf.get_metadata_dict()["Title"] == "Incidents"


def test_its_fonts_are_in_it() -> None:
    found = document(ALONE, [picture(COURSE).svg.decode()])
    assert b"/FontFile" in found
    assert b"NotoEmoji" in document(ORDINARY, ["<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"] * 5)


def test_what_strangers_wrote_is_text_in_it() -> None:
    told = words(made(STRANGE))
    for word in ('#eval("1") */ [x](y)', "$x^2$", "=HYPERLINK(1)", "<b>&amp;"):
        assert word in told


def test_a_document_ends_however_much_there_is_to_tell() -> None:
    many = tuple(Happened("10:30", "w" * 1500, "w" * 1500) for _ in range(300))
    (story,) = bounded(replace(ALONE, stories=(Story(ROW, COURSE, many, 2),))).stories
    assert len(story.happened) < 100
    assert len(story.happened) + story.more == 302


@pytest.mark.parametrize("content", (ORDINARY, ALONE, STRANGE), ids=("ordinary", "alone", "strange"))
def test_a_page_has_no_script_and_loads_nothing(content: Content) -> None:
    shown = page(content, ["<svg xmlns='http://www.w3.org/2000/svg'/>"] * 9)
    assert "<script" not in shown
    assert not re.search(r"(src|href)=\"(?!data:image/svg|https://acme\.slack\.com/)", shown)
    assert "<b>" not in shown


def test_a_page_says_all_of_the_report() -> None:
    shown = page(ORDINARY, [])
    for word in ("Payments are down", "Ωμέγα шлюз Łódź 🔥", "117", "Cards are refused", "118 more incidents"):
        assert word in shown
