"""What others wrote is shown by Markdown as it was written, and makes nothing of the document."""

from html import unescape

import pytest
from markdown_it import MarkdownIt

from incidentbot.render.markdown import plain, quoted

LINES = (
    "1. first",
    "12) twelfth",
    "- item",
    "+ item",
    "---",
    "- - -",
    "===",
    "=",
    "-",
    "# heading",
    "&lt;b&gt; &#35;",
    "a * b",
)


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_others_is_shown_as_it_is(line: str) -> None:
    assert unescape(MarkdownIt().render(plain(line))) == f"<p>{line}</p>\n"


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_others_makes_no_heading_of_the_one_above_it(line: str) -> None:
    shown = unescape(MarkdownIt().render(quoted(f"Before\n{line}")))
    assert shown == f"<blockquote>\n<p>Before\n{line}</p>\n</blockquote>\n"
