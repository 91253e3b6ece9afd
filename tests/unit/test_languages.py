"""Which language is spoken, and where."""

import asyncio

import pytest

from incidentbot.languages import fill_plain, said, said_of, speaking, understood
from incidentbot.render.mrkdwn import Words, fill, number


@pytest.mark.parametrize(
    ("locale", "language"),
    (("de-DE", "de"), ("de_AT", "de"), ("DE", "de"), ("en-GB", "en"), ("tlh-QO", "en"), ("", "en"), ("/../de", "en")),
)
def test_a_locale_is_understood_as_a_language_that_there_is(locale: str, language: str) -> None:
    assert understood(locale) == language


def test_english_stands_in_the_code() -> None:
    assert said("Nobody ever translated this") == "Nobody ever translated this"
    assert said_of(1, "{count} thing", "{count} things") == "{count} thing"
    assert said_of(2, "{count} thing", "{count} things") == "{count} things"
    assert said("") == ""


def test_what_has_no_translation_is_said_in_english_and_so_is_a_language_that_there_is_not() -> None:
    with speaking("de"):
        assert fill("Nobody ever translated {this}", this=fill("it")) == "Nobody ever translated it"
    with speaking("tlh"):
        assert number(1_234_567) == "1,234,567"


def test_a_language_ends_with_what_is_said_in_it() -> None:
    words = Words({1: fill("1,000")})
    with speaking("de"):
        assert (number(1_234), words[1], words.get(1), fill_plain("1,000")) == ("1.234", "1.000", "1.000", "1.000")
    assert (number(1_234), words[1], number(-1_234), number(999)) == ("1,234", "1,000", "-1,234", "999")


async def test_what_is_begun_in_a_language_goes_on_in_it() -> None:
    async def later() -> str:
        await asyncio.sleep(0)
        return number(1_000)

    with speaking("de"):
        begun = asyncio.create_task(later())
    assert (await begun, number(1_000)) == ("1.000", "1,000")
