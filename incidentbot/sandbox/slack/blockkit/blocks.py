"""Blocks: their shapes, and on which surface (message, modal, home) each may stand."""

from collections.abc import Mapping
from typing import Any

from incidentbot.sandbox.slack.blockkit.checks import (
    Check,
    Findings,
    Shape,
    anything,
    array,
    at_least_one,
    boolean,
    exactly_one,
    integer,
    number,
    one_of,
    string,
    typed,
    url,
)
from incidentbot.sandbox.slack.blockkit.elements import (
    IMAGE_ELEMENT,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    element,
)
from incidentbot.sandbox.slack.blockkit.objects import IDENTITY, SLACK_FILE, plain, text
from incidentbot.sandbox.slack.blockkit.rich_text import RICH_TEXT_ELEMENTS, RICH_TEXT_VALUE

_BLOCK: dict[str, Check] = {"block_id": IDENTITY}
_IMAGE_SOURCE = (exactly_one("image_url", "slack_file"),)
_ICON = typed({"image": IMAGE_ELEMENT, "icon": Shape({"name": string(255)})}, "an icon")
_RAW: dict[str, Check] = {
    "raw_text": Shape({"text": string(20_000, least=0)}),
    "raw_number": Shape({"value": number}, {"text": string(255)}),
    "rich_text": RICH_TEXT_VALUE,
}


def _context_elements() -> Check:
    shapes: dict[str, Check] = {
        "image": IMAGE_ELEMENT,
        "plain_text": text(3000, kinds=("plain_text",)),
        "mrkdwn": text(3000, kinds=("mrkdwn",)),
    }
    return array(typed(shapes, "a context element"), 10)


def _even_rows(value: Mapping[str, Any], at: str, findings: Findings) -> None:
    rows = value.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        findings.add(f"{at}/rows", "every row must have the same number of columns", "columns")


def _characters(value: Mapping[str, Any], at: str, findings: Findings) -> None:
    rows = value.get("rows")
    cells = [cell for row in rows if isinstance(row, list) for cell in row] if isinstance(rows, list) else []
    if sum(len(str(cell.get("text", ""))) for cell in cells if isinstance(cell, dict)) > 20_000:  # noqa: PLR2004 - Slack's
        findings.add(f"{at}/rows", "must be less than 20001 characters in all", "max_length")


_CARD = Shape(
    {},
    {
        **_BLOCK,
        "hero_image": IMAGE_ELEMENT,
        "icon": _ICON,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": array(element(("button",), "a card's action"), 3),
    },
    (at_least_one("hero_image", "title", "actions", "body"),),
)
_TASK_CARD = Shape(
    {"task_id": string(255), "title": string(255)},
    {
        **_BLOCK,
        "details": RICH_TEXT_VALUE,
        "output": RICH_TEXT_VALUE,
        "sources": array(element(("url",), "a source"), 100),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
)
_SHAPES: dict[str, Check] = {
    "section": Shape(
        {},
        {
            **_BLOCK,
            "text": text(3000),
            "fields": array(text(2000), 10),
            "accessory": element(IN_SECTION, "a section's accessory"),
            "expand": boolean,
        },
        (at_least_one("text", "fields"),),
    ),
    "header": Shape({"text": plain(150)}, _BLOCK),
    "divider": Shape({}, _BLOCK),
    "context": Shape({"elements": _context_elements()}, _BLOCK),
    "actions": Shape({"elements": array(element(IN_ACTIONS, "an action"), 25)}, _BLOCK),
    "context_actions": Shape({"elements": array(element(IN_CONTEXT_ACTIONS, "a context action"), 5)}, _BLOCK),
    "image": Shape(
        {"alt_text": string(2000)},
        {**_BLOCK, "image_url": url(), "slack_file": SLACK_FILE, "title": plain(2000)},
        _IMAGE_SOURCE,
    ),
    "input": Shape(
        {"label": plain(2000), "element": element(IN_INPUT, "an input")},
        {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": Shape({"elements": RICH_TEXT_ELEMENTS}, _BLOCK),
    "markdown": Shape({"text": string(12_000)}, _BLOCK),
    "video": Shape(
        {"alt_text": string(2000), "title": plain(199), "thumbnail_url": url(), "video_url": url()},
        {
            **_BLOCK,
            "author_name": string(49),
            "description": plain(200),
            "provider_icon_url": url(),
            "provider_name": string(50),
            "title_url": url(),
        },
    ),
    "file": Shape({"external_id": string(255), "source": one_of("remote")}, _BLOCK),
    "call": Shape({"call_id": string(255)}, {**_BLOCK, "api_decoration_available": boolean, "call": anything}),
    "table": Shape(
        {"rows": array(array(typed(_RAW, "a table cell", allowed=("raw_text", "rich_text")), 20), 100)},
        {
            **_BLOCK,
            "column_settings": array(
                Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), 20
            ),
        },
        (_even_rows,),
    ),
    "data_table": Shape(
        {"rows": array(array(typed(_RAW, "a table cell"), 20), 201, least=2)},
        {
            **_BLOCK,
            "caption": string(255),
            "title": anything,
            "page_size": integer(1, 100),
            "row_header_column_index": integer(0, 19),
        },
        (_even_rows, _characters),
    ),
    "data_visualization": Shape({"title": anything, "chart": anything}, {**_BLOCK, "subtitle": anything}),
    "card": _CARD,
    "carousel": Shape({"elements": array(typed({"card": _CARD}, "a carousel's element"), 10)}, _BLOCK),
    "alert": Shape({"text": text(200)}, {**_BLOCK, "level": one_of("default", "info", "warning", "error", "success")}),
    "task_card": _TASK_CARD,
    "plan": Shape({"title": string(255)}, {**_BLOCK, "tasks": array(typed({"task_card": _TASK_CARD}, "a task"), 50)}),
    "auth_provider": Shape(
        {"value": string(2000), "name": string(255)},
        {
            **_BLOCK,
            "is_connected": boolean,
            "description": anything,
            "icon_url": url(),
            "auth_url": url(),
            "disconnect_url": url(),
            "connected_identity": anything,
            "connected_context": anything,
            "accessory": anything,
            "fallback": anything,
        },
    ),
}
_CONTAINED = ("section", "header", "divider", "context", "actions", "image", "rich_text", "markdown", "table", "input")
_SHAPES["container"] = Shape(
    {"child_blocks": array(typed(_SHAPES, "a container's block", allowed=_CONTAINED), 10)},
    {
        **_BLOCK,
        "title": plain(150),
        "rich_text_title": RICH_TEXT_VALUE,
        "subtitle": text(150),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": anything,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    (exactly_one("title", "rich_text_title"),),
)
BLOCKS: Mapping[str, Check] = _SHAPES

_EVERYWHERE = ("section", "header", "divider", "context", "actions", "image", "input", "rich_text", "video")
_MESSAGE_ONLY = (
    "markdown",
    "file",
    "call",
    "context_actions",
    "table",
    "data_table",
    "data_visualization",
    "card",
    "carousel",
    "container",
    "task_card",
    "plan",
    "auth_provider",
)
SURFACES: Mapping[str, tuple[str, ...]] = {
    "message": (*_EVERYWHERE, *_MESSAGE_ONLY),
    "modal": (*_EVERYWHERE, "alert"),
    "home": _EVERYWHERE,
}
LIMITS: Mapping[str, int] = {"message": 50, "modal": 100, "home": 100}
