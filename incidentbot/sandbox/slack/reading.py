"""What a person reads: all text of a message or a view, in order, without the markup of blocks."""

from collections.abc import Iterator
from typing import Any

from incidentbot.sandbox.slack.model import Content, Json

_TEXT_KEYS = (
    "title",
    "subtitle",
    "label",
    "text",
    "body",
    "fields",
    "elements",
    "rows",
    "child_blocks",
    "element",
    "accessory",
    "actions",
    "options",
    "option_groups",
    "placeholder",
    "description",
    "hint",
    "tasks",
    "alt_text",
    "fallback",
)
_RICH_WORDS = {"user": ("@", "user_id"), "usergroup": ("@", "usergroup_id"), "channel": ("#", "channel_id")}


def visible_text(content: Content) -> str:
    """The text that a person sees: of the blocks if there are any, else the message's own; then attachments, files."""
    parts = [blocks_text(content.blocks)] if content.blocks else [content.text]
    parts += ["\n".join(_walk(one)) for one in content.attachments]
    return "\n".join(part for part in parts if part)


def blocks_text(blocks: list[Json]) -> str:
    """The text of blocks, a line for each piece."""
    return "\n".join(part for block in blocks for part in _walk(block))


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)
    elif isinstance(value, dict):
        yield from _walk_object(value)


def _walk_object(value: Json) -> Iterator[str]:
    kind = str(value.get("type", ""))
    if kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        yield "".join(_run(one) for one in value.get("elements", ()))
        return
    for key in _TEXT_KEYS:
        if value.get(key) is not None:
            yield from _walk(value[key])


def _run(run: Json) -> str:
    kind = str(run.get("type"))
    if kind == "text":
        return str(run["text"])
    if kind == "link":
        return str(run.get("text") or run["url"])
    if kind == "emoji":
        return f":{run['name']}:"
    if kind == "broadcast":
        return f"@{run['range']}"
    if kind == "date":
        return str(run.get("fallback", ""))
    sign, key = _RICH_WORDS.get(kind, ("", ""))
    return f"{sign}{run.get(key, '')}"
