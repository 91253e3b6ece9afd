"""Every block and element that Slack takes is drawn, on every surface where it may stand."""

import re
from typing import Any

import pytest

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.blockkit.blocks import BLOCKS, SURFACES
from incidentbot.sandbox.slack.blockkit.completion import completed
from incidentbot.sandbox.slack.blockkit.elements import ELEMENTS, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION
from incidentbot.sandbox.slack.blockkit.validation import check_message_blocks
from incidentbot.sandbox.slack.model import Author, Content
from incidentbot.sandbox.slack.views import checked_view, open_modal, publish_home
from tests.functional.sandbox.page.conftest import Browser

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


RUNS: list[Json] = [
    {"type": "text", "text": "rich"},
    {"type": "link", "url": "https://x.example"},
    {"type": "user", "user_id": "U0BEN00002"},
    {"type": "usergroup", "usergroup_id": "S0ONCALL00"},
    {"type": "channel", "channel_id": "C0GENERAL0"},
    {"type": "broadcast", "range": "here"},
    {"type": "emoji", "name": "tada"},
    {"type": "color", "value": "#ff0000"},
    {"type": "team", "team_id": "T0ACME0001"},
    {"type": "date", "timestamp": 1_795_521_600, "format": "{date}", "fallback": "then"},
]
SECTION: Json = {"type": "rich_text_section", "elements": RUNS}
RICH: Json = {
    "type": "rich_text",
    "elements": [
        SECTION,
        {"type": "rich_text_list", "style": "bullet", "elements": [SECTION]},
        {"type": "rich_text_quote", "elements": RUNS},
        {"type": "rich_text_preformatted", "elements": RUNS[:1]},
    ],
}
OPTIONS: list[Json] = [
    {"text": plain("One"), "value": "1", "description": plain("the first")},
    {"text": plain("Two"), "value": "2"},
]
GROUPS: list[Json] = [{"label": plain("Group"), "options": OPTIONS}]
CONFIRM: Json = {"title": plain("Sure?"), "text": mrkdwn("*Really*"), "confirm": plain("Yes"), "deny": plain("No")}
IMAGE: Json = {"image_url": "https://elsewhere.example/a.png", "alt_text": "a chart"}
FEEDBACK: Json = {"text": plain("Good"), "value": "good"}
TRIGGER: Json = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/x"}}

# Each element twice: with as little as it needs, and with what it may have besides.
ELEMENT_EXAMPLES: dict[str, tuple[Json, Json]] = {
    "image": (IMAGE, {}),
    "button": (
        {"text": plain("Go")},
        {"url": "https://x.example", "style": "danger", "confirm": CONFIRM, "value": "v"},
    ),
    "workflow_button": ({"text": plain("Run"), "workflow": TRIGGER}, {"style": "primary"}),
    "icon_button": ({"icon": "trash", "text": plain("Delete")}, {"value": "v", "confirm": CONFIRM}),
    "feedback_buttons": ({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, {}),
    "overflow": ({"options": OPTIONS}, {"confirm": CONFIRM}),
    "static_select": ({"options": OPTIONS}, {"placeholder": plain("Pick"), "initial_option": OPTIONS[0]}),
    "multi_static_select": ({"options": OPTIONS}, {"initial_options": OPTIONS, "max_selected_items": 2}),
    "external_select": ({}, {"min_query_length": 1, "initial_option": OPTIONS[0]}),
    "multi_external_select": ({}, {"initial_options": OPTIONS[:1]}),
    "users_select": ({}, {"initial_user": "U0BEN00002"}),
    "multi_users_select": ({}, {"initial_users": ["U0BEN00002"]}),
    "conversations_select": ({}, {"initial_conversation": "C0GENERAL0", "filter": {"include": ["public"]}}),
    "multi_conversations_select": ({}, {"initial_conversations": ["C0GENERAL0"]}),
    "channels_select": ({}, {"initial_channel": "C0GENERAL0"}),
    "multi_channels_select": ({}, {"initial_channels": ["C0GENERAL0"]}),
    "datepicker": ({}, {"initial_date": "2026-11-24", "placeholder": plain("When")}),
    "timepicker": ({}, {"initial_time": "09:30"}),
    "datetimepicker": ({}, {"initial_date_time": 1_795_521_600}),
    "checkboxes": ({"options": OPTIONS}, {"initial_options": OPTIONS[:1]}),
    "radio_buttons": ({"options": OPTIONS}, {"initial_option": OPTIONS[0]}),
    "plain_text_input": ({}, {"multiline": True, "initial_value": "text", "min_length": 1, "max_length": 9}),
    "rich_text_input": ({}, {"initial_value": RICH}),
    "email_text_input": ({}, {"initial_value": "a@b.example"}),
    "url_text_input": ({}, {"initial_value": "https://b.example"}),
    "number_input": ({"is_decimal_allowed": True}, {"min_value": "1", "max_value": "9", "initial_value": "3"}),
    "file_input": ({}, {"filetypes": ["pdf"], "max_files": 2}),
}
BUTTON: Json = {"type": "button", "text": plain("Go"), "action_id": "go"}
CARD: Json = {
    "type": "card",
    "title": mrkdwn("Title"),
    "subtitle": mrkdwn("Sub"),
    "body": mrkdwn("Body"),
    "actions": [BUTTON],
    "hero_image": {"type": "image", **IMAGE},
}
TASK: Json = {
    "type": "task_card",
    "task_id": "t",
    "title": "Task",
    "status": "complete",
    "details": RICH,
    "output": RICH,
}
ROWS: list[list[Json]] = [[{"type": "raw_text", "text": "Name"}, {"type": "rich_text", "elements": [SECTION]}]] * 2
BLOCK_EXAMPLES: dict[str, Json] = {
    "section": {"text": mrkdwn("*text*"), "fields": [mrkdwn("a"), plain("b")], "accessory": BUTTON},
    "header": {"text": plain("Header :tada:")},
    "divider": {},
    "context": {"elements": [mrkdwn("small"), plain("print"), {"type": "image", **IMAGE}]},
    "actions": {"elements": [BUTTON]},
    "context_actions": {
        "elements": [{"type": "feedback_buttons", "positive_button": FEEDBACK, "negative_button": FEEDBACK}]
    },
    "image": {**IMAGE, "title": plain("Chart")},
    "input": {
        "label": plain("Label"),
        "hint": plain("Hint"),
        "optional": True,
        "element": {"type": "plain_text_input"},
    },
    "rich_text": {"elements": RICH["elements"]},
    "markdown": {"text": "# Title\n\n<script>x</script> **bold**"},
    "video": {
        "alt_text": "a film",
        "title": plain("Film"),
        "thumbnail_url": "https://x.example/t",
        "video_url": "https://x.example/v",
    },
    "file": {"external_id": "F1", "source": "remote"},
    "call": {"call_id": "R1"},
    "table": {"rows": ROWS},
    "data_table": {
        "rows": [[{"type": "raw_text", "text": "Name"}], [{"type": "raw_number", "value": 3}]],
        "caption": "Table",
    },
    "data_visualization": {"title": "Chart", "chart": {"type": "pie"}},
    "card": CARD,
    "carousel": {"elements": [CARD, CARD]},
    "alert": {"text": mrkdwn("Careful"), "level": "warning"},
    "task_card": TASK,
    "plan": {"title": "Plan", "tasks": [TASK]},
    "auth_provider": {"value": "v", "name": "n"},
    "container": {
        "title": plain("Container"),
        "child_blocks": [{"type": "divider"}, {"type": "actions", "elements": [BUTTON]}],
    },
}


def test_there_is_an_example_of_everything() -> None:
    assert set(BLOCK_EXAMPLES) == set(BLOCKS)
    assert set(ELEMENT_EXAMPLES) == set(ELEMENTS) - {"url"}  # stands in task cards alone


def on_page(browser: Browser, server: SandboxServer, h: Harness, surface: str, blocks: list[Json]) -> str:
    """What Ana sees of blocks on a surface."""
    ana = h.person("ana").id
    if surface == "message":
        assert check_message_blocks(blocks) == []
        bot = server.workspace.installation
        author = Author(bot.bot_user_id, bot.bot_id)
        server.workspace.post("C0GENERAL0", author, Content("text", completed(blocks)))
        return browser("ana").get("/c/C0GENERAL0").text.partition("<article")[2]
    if surface == "home":
        publish_home(server.workspace, ana, checked_view({"type": "home", "blocks": blocks}, "home"))
        return browser("ana").get("/app/home").text.partition('id="home"')[2]
    frame = {"type": "modal", "title": plain("Modal"), "submit": plain("Send")}
    open_modal(server.workspace, ana, checked_view({**frame, "blocks": blocks}, "modal"), push=False)
    return browser("ana").get("/c/C0GENERAL0").text.partition('class="modal-body"')[2]


@pytest.mark.parametrize("surface", ("message", "modal", "home"))
def test_every_block_is_drawn(browser: Browser, server: SandboxServer, h: Harness, surface: str) -> None:
    for kind in SURFACES[surface]:
        seen = on_page(browser, server, h, surface, [{"type": kind, **BLOCK_EXAMPLES[kind]}])
        assert "Slack would refuse" not in seen, kind
        assert f'class="b-{kind.replace("_", "-")}' in seen or kind in UNLIKE or f"<code>{kind}</code>" in seen, kind


# Drawn in the shape of another block.
UNLIKE = {"rich_text", "markdown", "file", "data_table", "task_card", "plan", "context_actions"}


def test_every_element_is_drawn_with_little_and_with_much(browser: Browser, server: SandboxServer, h: Harness) -> None:
    for kind, (least, more) in ELEMENT_EXAMPLES.items():
        for fields in (least, {**least, **more}):
            for surface, block in _places(kind, {"type": kind, **fields}):
                seen = on_page(browser, server, h, surface, [block])
                drawn = seen.partition("</article>")[0].partition("</form>")[0]
                assert "refused" not in drawn, (kind, surface)
                assert re.search(r"<(button|input|textarea|a |img|span)", drawn), (kind, surface)


def _places(kind: str, element: Json) -> list[tuple[str, Json]]:
    """A block for each way in which the element may stand, with a surface for it."""
    named = {**element, "action_id": "a"} if kind != "image" else element
    places: list[tuple[str, Json]] = []
    if kind in IN_SECTION:
        places.append(("message", {"type": "section", "text": mrkdwn("text"), "accessory": named}))
    if kind in IN_ACTIONS:
        places.append(("home", {"type": "actions", "elements": [named]}))
    if kind in IN_CONTEXT_ACTIONS:
        places.append(("message", {"type": "context_actions", "elements": [named]}))
    if kind in IN_INPUT:
        places.append(("modal", {"type": "input", "label": plain("Label"), "element": named, "dispatch_action": True}))
    assert places
    return places


def test_markup_in_a_markdown_block_stays_text(browser: Browser, server: SandboxServer, h: Harness) -> None:
    seen = on_page(browser, server, h, "message", [{"type": "markdown", **BLOCK_EXAMPLES["markdown"]}])
    assert "&lt;script&gt;" in seen
    assert "<script>x" not in seen
    assert "<strong>bold</strong>" in seen


@pytest.mark.parametrize(
    ("block", "reason"),
    (
        ({"type": "hologram"}, "unsupported type: hologram"),
        ({"type": "section", "text": mrkdwn("x" * 3001)}, "must be less than 3001 characters"),
        ({"type": "header", "text": mrkdwn("no")}, "unsupported type: mrkdwn is not allowed"),
    ),
    ids=("unknown", "too long", "wrong text"),
)
def test_what_slack_would_not_take_is_shown_as_refused(
    browser: Browser, server: SandboxServer, h: Harness, block: Json, reason: str
) -> None:
    good = {"type": "section", "block_id": "good", "text": mrkdwn("still seen")}
    bot = server.workspace.installation
    server.workspace.post("C0GENERAL0", Author(bot.bot_user_id, bot.bot_id), Content("text", [block, good]))
    seen = browser("ana").get("/c/C0GENERAL0").text
    assert "Slack would refuse this block" in seen
    assert reason in seen
    assert "still seen" in seen
