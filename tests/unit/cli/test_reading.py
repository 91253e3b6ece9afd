"""A message at a terminal: what somebody would read in Slack, with names instead of ids."""

import pytest
from rich.console import Console

from incidentbot.cli.reading import Reader
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.changes import Feed
from incidentbot.sandbox.slack.model import Author, Content, Json
from incidentbot.sandbox.slack.workspace import Workspace
from incidentbot.sandbox.world import demo_world

BEN = "U0BEN00002"


@pytest.fixture
def workspace() -> Workspace:
    clock = Clock()
    return Workspace(demo_world(), clock, Feed(clock.now))


def read(workspace: Workspace, *blocks: Json, text: str = "text") -> str:
    author = Author(workspace.installation.bot_user_id, workspace.installation.bot_id)
    message = workspace.post("C0INCIDENT", author, Content(text, list(blocks)))
    workspace.react(message, "eyes", BEN)
    console = Console(width=100, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(Reader(workspace).message(Shown(workspace, message)))
    return capture.get()


@pytest.mark.parametrize(
    ("mrkdwn", "words"),
    (
        (f"by <@{BEN}>", "by @Ben Okafor"),
        ("in <#C0INCIDENT>", "in #incidents"),
        ("for <!subteam^S0ONCALL00>", "for @oncall"),
        ("*bold* and `code`", "bold and code"),
        ("<https://nopesight.example/1|the event>", "the event"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("[not] markup", "[not] markup"),
    ),
)
def test_markup_is_read_as_slack_shows_it(workspace: Workspace, mrkdwn: str, words: str) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}
    assert words in read(workspace, section)
    assert words in read(workspace, text=mrkdwn)


def test_a_card_shows_its_fields_buttons_quotations_and_reactions(workspace: Workspace) -> None:
    shown = read(
        workspace,
        {"type": "header", "text": {"type": "plain_text", "text": "INC-1"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*State*\nOpen"}]},
        {"type": "divider"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_quote",
                    "elements": [{"type": "text", "text": "one\ntwo "}, {"type": "user", "user_id": BEN}],
                }
            ],
        },
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Resolve"}}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "#1"}]},
    )
    lines = [line.strip() for line in shown.splitlines()]
    assert lines[0].startswith("incidentbot")
    assert lines[1:] == ["INC-1", "State: Open", "▏one", "▏two @Ben Okafor", "[ Resolve ]", "#1", "👀 1"]
