"""Composition objects: texts, options, confirmation dialogs and their like."""

from collections.abc import Mapping
from typing import Any

from incidentbot.sandbox.slack.blockkit.checks import (
    Check,
    Findings,
    Shape,
    array,
    at_least_one,
    boolean,
    exactly_one,
    one_of,
    string,
    typed,
    url,
)

IDENTITY = string(255)


def text(most: int, *, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> Check:
    """A text object of so many characters. `emoji` belongs to plain text, `verbatim` to mrkdwn."""
    shapes: dict[str, Check] = {
        "plain_text": Shape({"text": string(most)}, {"emoji": boolean}),
        "mrkdwn": Shape({"text": string(most)}, {"verbatim": boolean}),
    }
    return typed(shapes, "a text here", allowed=kinds)


def plain(most: int) -> Check:
    """A plain_text object of so many characters."""
    return text(most, kinds=("plain_text",))


def option(*, kinds: tuple[str, ...] = ("plain_text",), with_url: bool = False) -> Check:
    """An option of a menu or of checkboxes."""
    optional: dict[str, Check] = {"description": text(75, kinds=kinds)}
    if with_url:
        optional["url"] = url()
    return Shape({"text": text(75, kinds=kinds), "value": string(150)}, optional)


OPTION = option()
RICH_OPTION = option(kinds=("plain_text", "mrkdwn"))
MENU_OPTION = option(with_url=True)
OPTION_GROUP = Shape({"label": plain(75), "options": array(OPTION, 100)})

CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

DISPATCH = Shape({"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)})

SLACK_FILE = Shape({}, {"id": string(255), "url": url()}, (exactly_one("id", "url"),))

CONVERSATION_FILTER = Shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    (at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)

WORKFLOW = Shape(
    {
        "trigger": Shape(
            {"url": url()},
            {"customizable_input_parameters": array(Shape({"name": string(255), "value": string(3000)}), 100)},
        )
    }
)


def initial_among_options(value: Mapping[str, Any], at: str, findings: Findings) -> None:
    """A rule: what is preset is one of the options."""
    groups = [group for group in _list(value, "option_groups") if isinstance(group, dict)]
    options = _list(value, "options") + [one for group in groups for one in _list(group, "options")]
    known = [_value(one) for one in options]
    preset = [value.get("initial_option"), *_list(value, "initial_options")]
    for one in preset:
        if one is not None and _value(one) not in known:
            findings.add(at, "initial option must exactly match one of the options", "initial_option")


def distinct_options(value: Mapping[str, Any], at: str, findings: Findings) -> None:
    """A rule: no two options have the same value."""
    values = [str(_value(one)) for one in _list(value, "options")]
    if len(values) != len(set(values)):
        findings.add(f"{at}/options", "options must have distinct values", "distinct")


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _value(one: Any) -> Any:
    return one.get("value") if isinstance(one, dict) else None
