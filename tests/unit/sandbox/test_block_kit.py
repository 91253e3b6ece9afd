from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.sandbox.slack.blockkit.completion import completed
from incidentbot.sandbox.slack.blockkit.validation import check_message_blocks, check_view

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "a", **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def option(value: str = "v", text: str = "x") -> Json:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": list(blocks), **more}


TEXT_INPUT = {"type": "plain_text_input", "action_id": "i"}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "a", "style": {"bold": True}},
                {"type": "link", "url": "https://acme.example", "text": "b"},
                {"type": "user", "user_id": "U1"},
                {"type": "emoji", "name": "tada"},
                {"type": "date", "timestamp": 1_700_000_000, "format": "{date}", "fallback": "then"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
        },
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]},
    ],
}

GOOD: dict[str, Json] = {
    "section": section(fields=[mrkdwn("y" * 2000)] * 10, accessory=button(), block_id="b"),
    "longest section": section(text=mrkdwn("x" * 3000)),
    "header": {"type": "header", "text": plain("x" * 150)},
    "divider": {"type": "divider"},
    "context": {"type": "context", "elements": [mrkdwn(), plain()]},
    "actions": actions(*[button(action_id=f"a{number}", value="v" * 2000) for number in range(25)]),
    "select": actions(select(initial_option=option())),
    "overflow": section(accessory={"type": "overflow", "action_id": "o", "options": [option()]}),
    "image": {"type": "image", "image_url": "https://acme.example/a.png", "alt_text": "a"},
    "rich text": RICH,
    "markdown": {"type": "markdown", "text": "# title"},
    "input in a message": field(TEXT_INPUT),
    "table": {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]},
    "card": {"type": "card", "title": mrkdwn(), "actions": [button()]},
    "carousel": {"type": "carousel", "elements": [{"type": "card", "body": mrkdwn()}]},
    "plan": {"type": "plan", "title": "t", "tasks": [{"type": "task_card", "task_id": "1", "title": "t"}]},
    "container": {"type": "container", "title": plain(), "child_blocks": [section()]},
    "confirm": actions(
        button(confirm={"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain()}, style="danger")
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_blocks_are_taken(name: str) -> None:
    assert check_message_blocks([GOOD[name]]) == []


BAD: dict[str, tuple[list[Any], str]] = {
    "unknown block": ([{"type": "banner"}], "/blocks/0/type"),
    "no type": ([{}], "/blocks/0/type"),
    "not an object": (["section"], "/blocks/0"),
    "unknown key": ([section(colour="red")], "/blocks/0"),
    "section without text and fields": ([{"type": "section"}], "/blocks/0"),
    "text of 3,001": ([section(text=mrkdwn("x" * 3001))], "/blocks/0/text/text"),
    "empty text": ([section(text=mrkdwn(""))], "/blocks/0/text/text"),
    "field of 2,001": ([section(fields=[mrkdwn("x" * 2001)])], "/blocks/0/fields/0/text"),
    "11 fields": ([section(fields=[mrkdwn()] * 11)], "/blocks/0/fields"),
    "mrkdwn in a header": ([{"type": "header", "text": mrkdwn()}], "/blocks/0/text/type"),
    "header of 151": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    "26 actions": ([actions(*[button(action_id=str(one)) for one in range(26)])], "/blocks/0/elements"),
    "no actions": ([actions()], "/blocks/0/elements"),
    "button of 76": ([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    "button value of 2,001": ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    "button style": ([actions(button(style="warning"))], "/blocks/0/elements/0/style"),
    "action id of 256": ([actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id"),
    "one action id twice": ([actions(button(), button())], "/blocks/0/elements/1/action_id"),
    "one block id twice": ([section(block_id="b"), section(block_id="b")], "/blocks/1/block_id"),
    "11 context elements": ([{"type": "context", "elements": [mrkdwn()] * 11}], "/blocks/0/elements"),
    "button in a context": ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    "text input in actions": ([actions(TEXT_INPUT)], "/blocks/0/elements/0/type"),
    "101 options": (
        [actions(select(options=[option(str(one)) for one in range(101)]))],
        "/blocks/0/elements/0/options",
    ),
    "options and groups": (
        [actions(select(option_groups=[{"label": plain(), "options": [option()]}]))],
        "/blocks/0/elements/0",
    ),
    "option value of 151": (
        [actions(select(options=[option("x" * 151)]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    "initial option that is none": ([actions(select(initial_option=option("w")))], "/blocks/0/elements/0"),
    "6 overflow options": (
        [
            section(
                accessory={
                    "type": "overflow",
                    "action_id": "o",
                    "options": [option(str(one)) for one in range(6)],
                }
            )
        ],
        "/blocks/0/accessory/options",
    ),
    "bad date": (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "1.2.2026"})],
        "/blocks/0/elements/0/initial_date",
    ),
    "bad address": (
        [{"type": "image", "image_url": "no address", "alt_text": "a"}],
        "/blocks/0/image_url",
    ),
    "image without a source": ([{"type": "image", "alt_text": "a"}], "/blocks/0"),
    "verbatim plain text": ([section(text={**plain(), "verbatim": True})], "/blocks/0/text"),
    "alert in a message": ([{"type": "alert", "text": mrkdwn()}], "/blocks/0/type"),
    "51 blocks": ([section()] * 51, "/blocks"),
    "two tables": ([GOOD["table"], GOOD["table"]], "/blocks"),
    "12,001 of markdown": ([{"type": "markdown", "text": "x" * 6001}] * 2, "/blocks"),
    "uneven table": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_text", "text": "a"}] * 2]}],
        "/blocks/0/rows",
    ),
    "file input in a message": ([field({"type": "file_input", "action_id": "f"})], "/blocks/0/element/type"),
    "rich text run": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        "/blocks/0/elements/0/elements/0/text",
    ),
    "null in blocks": ([None], "/blocks/0"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_blocks_are_refused_where_they_are_bad(name: str) -> None:
    blocks, pointer = BAD[name]
    assert pointer in [problem.pointer for problem in check_message_blocks(blocks)]


def test_blocks_that_are_no_list_are_refused() -> None:
    assert check_message_blocks("section")


def test_a_problem_says_what_and_where_as_slack_does() -> None:
    [problem] = check_message_blocks([section(text=mrkdwn("x" * 3001))])
    assert str(problem) == "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"


def test_a_modal_with_an_input_needs_a_submit_button() -> None:
    assert check_view(modal(field(TEXT_INPUT), submit=plain())) == []
    assert [one.kind for one in check_view(modal(field(TEXT_INPUT)))] == ["required"]


@pytest.mark.parametrize(
    ("view", "pointer"),
    (
        (modal(section(), title=plain("x" * 25)), "/view/title/text"),
        (modal(section(), private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(section(), callback_id="x" * 256), "/view/callback_id"),
        (modal(), "/view/blocks"),
        (modal(*[section()] * 101), "/view/blocks"),
        (modal({"type": "markdown", "text": "x"}), "/view/blocks/0/type"),
        ({"type": "modal", "blocks": [section()]}, "/view"),
        ({"type": "home", "blocks": [section()], "title": plain()}, "/view"),
        ({"type": "dialog", "blocks": [section()]}, "/view/type"),
        ("modal", "/view"),
    ),
)
def test_bad_views_are_refused_where_they_are_bad(view: Any, pointer: str) -> None:
    assert pointer in [problem.pointer for problem in check_view(view)]


def test_a_home_tab_takes_100_blocks_and_an_alert_belongs_into_a_modal() -> None:
    assert check_view({"type": "home", "blocks": [section()] * 100}) == []
    assert check_view(modal({"type": "alert", "text": mrkdwn(), "level": "error"})) == []


def test_only_one_field_has_the_focus() -> None:
    focused = {**TEXT_INPUT, "focus_on_load": True}
    view = modal(field(focused, block_id="a"), field(focused, block_id="b"), submit=plain())
    assert [one.kind for one in check_view(view)] == ["focus_on_load"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "options"]), inner),
    max_leaves=5,
)


def spoiled(value: Any, data: st.DataObject) -> Any:
    """The same, with junk somewhere in it."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: spoiled(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        spot = data.draw(st.integers(0, len(value) - 1))
        return [*value[:spot], spoiled(value[spot], data), *value[spot + 1 :]]
    return data.draw(JUNK)


@given(name=st.sampled_from(sorted(GOOD)), data=st.data())
def test_no_junk_breaks_the_check(name: str, data: st.DataObject) -> None:
    junk = spoiled(GOOD[name], data)
    check_message_blocks([junk])
    check_message_blocks(junk)
    check_view(modal(junk))
    check_view(spoiled(modal(GOOD[name]), data))


def test_missing_ids_are_filled_in_and_given_ones_kept() -> None:
    given = [actions(button(), {"type": "button", "text": plain()}), section(block_id="mine")]
    done = completed(given)
    assert done[1]["block_id"] == "mine"
    assert done[0]["block_id"]
    assert done[0]["elements"][0]["action_id"] == "a"
    assert done[0]["elements"][1]["action_id"]
    assert "action_id" not in given[0]["elements"][1]
