"""Text of others never becomes markup, and nothing is cut within what is seen as one character."""

import ast
import os
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate
from pathlib import Path

import mypy.api
import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot import render
from incidentbot.domain.people import Actor, Source
from incidentbot.render import mrkdwn
from incidentbot.render.mrkdwn import Escaped
from incidentbot.render.plain import without_tokens, words
from incidentbot.render.vocabulary import duration, person
from tests.unit.render.hostile_text import FAMILY, any_text
from tests.unit.render.slack_rules import FORMAT, TOKEN, check_strings, entities_are_whole, units

SOURCES = tuple(sorted(source for folder in render.__path__ for source in Path(folder).glob("*.py")))


@given(any_text, st.integers(1, 300))
def test_escaped_text_is_one_short_line_without_any_live_markup(text: str, limit: int) -> None:
    shown = mrkdwn.escape(text, limit)
    assert not TOKEN.findall(shown)
    assert not FORMAT.findall(shown)
    assert "\n" not in shown
    assert entities_are_whole(shown)
    assert units(words(shown)) <= limit
    check_strings(shown)


@given(any_text)
def test_code_holds_whatever_was_typed_and_ends_where_it_should(text: str) -> None:
    shown = mrkdwn.code(text, 80)
    assert shown.count("`") == (2 if shown else 0)
    assert not TOKEN.findall(shown)
    assert entities_are_whole(shown)


@pytest.mark.parametrize("text", ("PROD_WEB_01", "/var/log/*", "~/.ssh", "a*b*c", "2 * 3 = 6"))
def test_what_slack_would_not_format_can_be_copied_as_it_is(text: str) -> None:
    assert mrkdwn.escape(text) == text


@given(st.lists(st.sampled_from((FAMILY, "🇩🇪", "e\u0301", "👍🏽", "x", "कि")), max_size=40), st.integers(12, 60))
def test_a_cut_keeps_visible_characters_whole(characters: list[str], limit: int) -> None:
    text = "".join(characters)
    shown = mrkdwn.cut(text, limit)
    assert units(shown) <= limit
    if shown != text:
        assert shown.removesuffix("…") in accumulate(characters, initial="")


@given(any_text, st.integers(1, 100))
def test_shortened_text_says_how_much_is_missing(text: str, limit: int) -> None:
    whole, none_left = mrkdwn.shortened(text, 100_000)
    shown, left = mrkdwn.shortened(text, limit)
    assert none_left == 0
    assert units(shown) <= limit
    assert (left == 0) == (shown == whole)
    assert left <= len(whole)


@given(st.lists(any_text, max_size=8), st.integers(10, 400))
def test_markup_is_shortened_only_between_its_pieces(texts: list[str], limit: int) -> None:
    pieces = [mrkdwn.user("U0ANA00001"), *map(mrkdwn.escape, texts), mrkdwn.date(datetime(2025, 1, 20, tzinfo=UTC))]
    shown = mrkdwn.fit(mrkdwn.joined(pieces), limit)
    assert units(shown) <= limit
    assert entities_are_whole(shown)


@pytest.mark.parametrize(
    "url", ("javascript:alert(1)", "ftp://x", "https://a b", "https://a|b", "https://a>b", "", "https://" + "x" * 999)
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert mrkdwn.link(url, mrkdwn.escape("runbook")) == "runbook"


def test_an_address_is_encoded_so_that_it_stays_below_its_base() -> None:
    assert mrkdwn.address("https://n.example/cis/", "../a b?é") == "https://n.example/cis/..%2Fa%20b%3F%C3%A9"


@pytest.mark.parametrize("value", ("!channel", "U1|x", "here", "U0EVIL> <!here", "u0ana00001", ""))
def test_only_ids_become_mentions(value: str) -> None:
    assert not TOKEN.findall(mrkdwn.user(value))


def test_dates_are_utc_for_those_who_see_no_token() -> None:
    berlin = timezone(timedelta(hours=1))
    shown = mrkdwn.date(datetime(2025, 1, 20, 13, 3, tzinfo=berlin))
    assert shown == "<!date^1737374580^{date_short_pretty} {time}|2025-01-20 12:03 UTC>"


def test_a_list_says_how_many_it_leaves_out() -> None:
    names = [mrkdwn.escape(f"ci-{n}") for n in range(100)]
    assert mrkdwn.listed(names, most=2, limit=1000) == "ci-0, ci-1, and 98 more"
    assert mrkdwn.listed(names, most=50, limit=30) == "ci-0, and 99 more"
    assert mrkdwn.listed(names[:1], most=5, limit=100) == "ci-0"
    assert mrkdwn.listed([], most=5, limit=100) == ""


@pytest.mark.parametrize(
    ("seconds", "shown"),
    ((-5, "0 s"), (0, "0 s"), (40, "40 s"), (60, "1 min"), (4320, "1 h 12 min"), (86_400, "1 d"), (97_200, "1 d 3 h")),
)
def test_durations_name_their_two_largest_units(seconds: int, shown: str) -> None:
    assert duration(timedelta(seconds=seconds)) == shown


def test_a_person_is_mentioned_only_where_slack_vouches_for_them() -> None:
    assert person(Actor(Source.SLACK, "U0ANA00001", "Ana")) == "<@U0ANA00001>"
    assert person(Actor(Source.NOPESIGHT, "", "Ann Lee")) == "Ann Lee in NopeSight"
    assert person(Actor(Source.SLACK, "<!here>", "Ana")) == "Ana"
    assert all(person(Actor(source)) for source in Source)


def test_markup_of_slack_becomes_words_that_do_nothing() -> None:
    written = "<@U1|ana> <#C1|general> <!subteam^S1|@oncall> <https://x.example|docs> <https://y.example> a < b > c"
    assert without_tokens(written) == "@ana #general @oncall docs (https://x.example) https://y.example a < b > c"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_markup_comes_from_literals_of_ours_alone(source: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)]
    for call in calls:
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        where = f"{source.name}:{call.lineno}"
        assert name != Escaped.__name__ or source.stem == "mrkdwn", f"{where} makes Escaped by itself"
        if name == mrkdwn.fill.__name__:
            assert isinstance(call.args[0], ast.Constant), f"{where} fills a template that is no literal"


def test_a_plain_str_where_markup_goes_is_a_type_error() -> None:
    program = (
        "from incidentbot.render import blocks\n"
        "from incidentbot.render.mrkdwn import escape, fill\n"
        "foreign: str = input()\n"
        "blocks.section(escape(foreign))\n"
        "blocks.section(foreign)\n"
        "fill('{who}', who=foreign)\n"
    )
    report, _, _ = mypy.api.run(["--strict", "--cache-dir", os.devnull, "-c", program])
    assert [line.split(":")[1] for line in report.splitlines() if "[arg-type]" in line] == ["5", "6"]
