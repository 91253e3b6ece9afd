"""What people say to the bot in a thread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.refusals import MissingArgument, Refusal, UnknownSubcommand
from incidentbot.slack.mention_words import Said, parse_mention

BOT = "U0BOT"

UNDERSTOOD = {
    "<@U0BOT>": Said("help"),
    "<@U0BOT> help": Said("help"),
    "<@U0BOT> ack": Said("ack"),
    "<@U0BOT|incidentbot> Ack": Said("ack"),
    "<@U0BOT>: ack": Said("ack"),
    "<@U0BOT> acknowledge, looking at it": Said("ack", "looking at it"),
    "hey <@U0BOT> unack": Said("unack"),
    "<@U0BOT> resolve replaced the disk": Said("resolve", "replaced the disk"),
    "<@U0BOT> close": Said("resolve"),
    "<@U0BOT> note <@U0BEN> has the spare &amp; the key": Said("note", "<@U0BEN> has the spare & the key"),
    "<@U0BOT> note two\nlines  here": Said("note", "two\nlines  here"),
    "<@U0BOT> status": Said("status"),
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_is_said_is_understood(text: str) -> None:
    assert parse_mention(text, BOT) == UNDERSTOOD[text]


def test_an_unknown_word_is_answered_with_the_nearest_known_one() -> None:
    assert parse_mention("<@U0BOT> statsu", BOT) == UnknownSubcommand("@bot", "statsu", "status")


def test_a_note_needs_a_text() -> None:
    assert isinstance(parse_mention("<@U0BOT> note  ", BOT), MissingArgument)


@given(st.text() | st.text().map(lambda text: f"<@U0BOT> {text}"))
def test_whatever_is_said_is_understood_or_refused(text: str) -> None:
    assert isinstance(parse_mention(text, BOT), Said | Refusal)
