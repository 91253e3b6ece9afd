import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.sandbox.slack.model import Content
from incidentbot.sandbox.slack.mrkdwn import IN_BLOCK, VERBATIM, Live, Node, live, live_in, parse


@pytest.mark.parametrize(
    ("text", "mentions", "links"),
    (
        ("<@U0ANA00001> look", ("U0ANA00001",), ()),
        ("<@U0ANA00001|ana>", ("U0ANA00001",), ()),
        ("<!subteam^S0ONCALL00>", ("S0ONCALL00",), ()),
        ("<!channel>", ("channel",), ()),
        ("<!here|here>", ("here",), ()),
        ("<#C0INCIDENT|incidents>", ("C0INCIDENT",), ()),
        ("<https://evil.example|bank.example>", (), ("https://evil.example",)),
        ("<mailto:a@b.example|mail>", (), ("mailto:a@b.example",)),
        ("see https://acme.example/x.", (), ("https://acme.example/x.",)),
        ("*bold <@U0ANA00001>*", ("U0ANA00001",), ()),
        ("`<!channel>`", ("channel",), ()),
        ("```<!channel>```", ("channel",), ()),
        ("> quoted <!everyone>", ("everyone",), ()),
        ("<!date^1700000000^{date}^https://acme.example|then>", (), ("https://acme.example",)),
        ("<unknown https://acme.example>", (), ("https://acme.example",)),
    ),
)
def test_what_works_is_found(text: str, mentions: tuple[str, ...], links: tuple[str, ...]) -> None:
    assert live(text) == Live(mentions, links)


@pytest.mark.parametrize(
    "text",
    ("&lt;!channel&gt;", "&lt;@U0ANA00001&gt;", "@channel", "<nothing>", "a < b > c", "&amp;lt;!here&amp;gt;", ""),
)
def test_what_is_escaped_does_not_work(text: str) -> None:
    assert not live(text)


def test_names_in_a_block_are_mentions_unless_it_is_verbatim() -> None:
    assert live("@channel and #incidents", IN_BLOCK).mentions == ("channel", "incidents")
    assert not live("@channel and https://acme.example", VERBATIM)


def test_a_whole_message_is_searched() -> None:
    content = Content(
        text="plain",
        blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": "<!here>"}},
            {"type": "section", "text": {"type": "plain_text", "text": "<!channel>"}},
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "@here", "verbatim": True}]},
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "user", "user_id": "U1"}, {"type": "text", "text": "<@U2> @channel"}],
                    }
                ],
            },
            {"type": "actions", "elements": [{"type": "button", "url": "https://acme.example"}]},
            {"type": "markdown", "text": "[bank](https://evil.example)"},
        ],
    )
    assert live_in(content) == Live(("here", "U1"), ("https://acme.example", "https://evil.example"))


def test_formatting_nests() -> None:
    [bold] = parse("*bold _and italic_*")
    assert bold.kind == "bold"
    assert bold.children == (Node("text", "bold "), Node("italic", children=(Node("text", "and italic"),)))


def test_markers_inside_words_are_text() -> None:
    assert parse("snake_case_name 2*3*4") == [Node("text", "snake_case_name 2*3*4")]


def test_a_fence_is_code_and_the_rest_is_not() -> None:
    assert [node.kind for node in parse("before ```x = *1*``` :tada:")] == ["text", "pre", "text", "emoji"]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader_and_escaping_always_helps(text: str) -> None:
    parse(text)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert live(escaped, VERBATIM) == Live()
