"""Foreign text in one normal form."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.text import clean_line, clean_text, cut

FAMILY = "👨\u200d👩\u200d👧"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
ANY_TEXT = st.text(st.characters(), max_size=300)
NASTY = st.text(
    st.sampled_from("ae\u0301\x00\u200d\u200b\u202e\ufe0f\ud800👨👩🏽🇫🇷🏴\U000e0067\U000e007f\n\t …"), max_size=60
)


@pytest.mark.parametrize(
    ("told", "clean"),
    (
        ("CPU 98% on PROD-WEB-01", "CPU 98% on PROD-WEB-01"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("pass\u200bword\ufeff", "password"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("dos\r\nold mac\rparagraph\u2029end", "dos\nold mac\nparagraph\nend"),
        ("e\u0301", "é"),
        (f"a family {FAMILY}", f"a family {FAMILY}"),
        ("not\u200djoined", "notjoined"),
        (f"flag {SCOTLAND}", f"flag {SCOTLAND}"),
        ("hidden\U000e0041\U000e0042 tags", "hidden tags"),
        ("שלום עולם", "שלום עולם"),
    ),
)
def test_what_hides_or_harms_goes_and_what_is_seen_stays(told: str, clean: str) -> None:
    assert clean_text(told, 1000) == clean


@given(ANY_TEXT | NASTY, st.integers(1, 80))
def test_the_result_fits_can_be_stored_and_is_clean_already(text: str, limit: int) -> None:
    clean = clean_text(text, limit)
    assert len(clean) <= limit
    assert "\x00" not in clean
    clean.encode("utf-8")
    assert clean_text(clean, limit) == clean


@given(ANY_TEXT | NASTY)
def test_clean_text_is_in_normal_form(text: str) -> None:
    clean = clean_text(text, 1000)
    assert unicodedata.is_normalized("NFC", clean)
    assert not set(clean) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")


@given(ANY_TEXT | NASTY, st.integers(1, 80))
def test_a_line_has_no_ends_of_lines(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert line.split("\n") == [line]
    assert clean_line(line, limit) == line


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    (
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc…"),
        (f"ab{FAMILY}cd", 5, "ab…"),
        ("ab🇫🇷🇩🇪", 5, "ab🇫🇷…"),
        ("ab🇫🇷🇩🇪", 4, "ab…"),
        ("ab👍🏽cd", 4, "ab…"),
        ("abx\u0323\u0307cd", 4, "ab…"),
        ("abc", 1, "…"),
    ),
)
def test_text_is_not_cut_within_a_visible_character(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


def test_a_pile_of_marks_is_cut_all_the_same() -> None:
    assert len(clean_text("a" + "\u0323" * 10_000, 100)) == 100
