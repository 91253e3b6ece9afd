"""What Slack takes and what it makes of it, by three readers: the SDK's models, the sandbox, and the rules below."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from incidentbot.render.message import Message
from incidentbot.sandbox.slack import mrkdwn
from incidentbot.sandbox.slack.blockkit import validation

TOKEN = re.compile(r"<([^<>]*)>")
# Slack formats between two equal marks that touch the text inside and no word outside.
FORMAT = re.compile(r"(?<![^\W_])([*_~])(?=[^\s*_~])[^\n]*?(?<=[^\s*_~])\1(?![^\W_])|`[^`\n]+`")
BIDI = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}


def units(text: str) -> int:
    """Length in UTF-16 units, the strictest way to count."""
    return len(text.encode("utf-16-le")) // 2


def check_message(message: Message) -> None:
    """Fails where Slack would refuse the message, or would show less or more than it says."""
    blocks = [dict(block) for block in message.blocks]
    check_strings([message.text, blocks])
    assert message.text.strip()
    assert units(message.text) <= 4000
    assert len(blocks) <= 50
    assert not blocks or validation.check_message_blocks(blocks) == []
    check_blocks(blocks)
    assert total(blocks) <= 13_000


def check_view(view: Mapping[str, Any]) -> None:
    """Fails where Slack would refuse the view."""
    check_strings(view)
    assert validation.check_view(view) == []
    assert View(**view).to_dict() == view
    assert len(view.get("private_metadata", "")) <= 3000
    if any(block["type"] == "input" for block in view["blocks"]):
        assert "submit" in view
    for key in ("title", "submit", "close"):
        if key in view:
            assert 1 <= units(view[key]["text"]) <= 24
    check_blocks(view["blocks"])


def check_blocks(blocks: list[dict[str, Any]]) -> None:
    parsed = [block.to_dict() for block in Block.parse_all(blocks)]
    assert parsed == blocks, "slack_sdk dropped or changed something"
    ids = [node["block_id"] for node in nodes(blocks) if "block_id" in node]
    actions = [node["action_id"] for node in nodes(blocks) if "action_id" in node]
    assert len(ids) == len(set(ids))
    assert len(actions) == len(set(actions))
    for block in blocks:
        check_block(block)


def check_block(block: dict[str, Any]) -> None:
    kind = block["type"]
    assert kind in {"header", "section", "context", "actions", "input", "rich_text", "divider", "image"}
    assert len(block.get("elements", [0])) >= 1
    for node in nodes(block):
        check_node(node, kind)


def check_node(node: dict[str, Any], inside: str) -> None:
    kind = node.get("type")
    if kind == "mrkdwn":
        assert inside in {"section", "context"}
        assert node["verbatim"] is True
    if kind in {"mrkdwn", "plain_text", "text"}:
        assert 1 <= units(node["text"]) <= (150 if inside == "header" else 3000)
    if kind == "button":
        assert units(node["text"]["text"]) <= 75
        assert node.get("url", "https://").startswith(("https://", "http://"))
        assert ("value" in node) != ("url" in node)
    if "options" in node or "initial_options" in node:
        for option in node.get("options", []) + node.get("initial_options", []):
            assert 1 <= units(option["text"]["text"]) <= 75
            assert 1 <= units(option["value"]) <= 150
    for field in node.get("fields", []):
        assert units(field["text"]) <= 2000


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside `value`, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from nodes(inner)


def strings(value: Any) -> Iterator[str]:
    """Every text inside `value`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def check_strings(value: Any) -> None:
    """Fails where there is something that cannot be sent, or that hides or turns around what is read."""
    json.dumps(value).encode()
    for text in strings(value):
        text.encode("utf-8")
        assert not [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"]
        assert not [c for c in text if unicodedata.bidirectional(c) in BIDI]


def total(blocks: Any) -> int:
    return sum(units(node["text"]) for node in nodes(blocks) if isinstance(node.get("text"), str))


def live(message: Message) -> list[str]:
    """Every mention, link and date that Slack would bring to life in the message: its own markup, seen from outside."""
    found = TOKEN.findall(message.text)
    for node in nodes(list(message.blocks)):
        if node.get("type") == "mrkdwn":
            found += TOKEN.findall(node["text"])
        if node.get("type") in {"user", "usergroup", "broadcast", "link", "channel", "emoji", "team"}:
            found.append(json.dumps(node))
        if "url" in node:
            found.append(node["url"])
    return found


def live_in_the_sandbox(message: Message) -> mrkdwn.Live:
    """The same as the sandbox sees it, the text read without a search for bare addresses (`parse` none)."""
    return mrkdwn.live(message.text, mrkdwn.VERBATIM) + mrkdwn.live_in_json(list(message.blocks))


def entities_are_whole(text: str) -> bool:
    """Whether & < > stand in `text` only as entities and as the brackets of tokens."""
    rest = re.sub(r"&(?:amp|lt|gt);", "", TOKEN.sub("", text))
    return not set(rest) & set("&<>")
