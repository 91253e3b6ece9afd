"""Whole payloads: the blocks of a message, a modal or a Home tab, with the rules that span blocks."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from incidentbot.sandbox.slack.blockkit.blocks import BLOCKS, LIMITS, SURFACES
from incidentbot.sandbox.slack.blockkit.checks import (
    Check,
    Findings,
    Problem,
    Shape,
    array,
    boolean,
    nullable,
    string,
    typed,
)
from incidentbot.sandbox.slack.blockkit.objects import plain

MARKDOWN_TOTAL = 12_000
VIEW_BYTES = 250_000
_ONLY_IN_MODALS = ("file_input",)
_AT_MOST = {"table": 1, "data_visualization": 2}


def check_message_blocks(blocks: object, *, at: str = "/blocks") -> list[Problem]:
    """What is wrong with the blocks of a message; nothing, if Slack would take them."""
    findings = Findings()
    _blocks_of("message")(blocks, at, findings)
    if isinstance(blocks, list):
        _across(blocks, at, findings)
        _message_rules(blocks, at, findings)
    return findings.problems


def check_view(view: object, *, at: str = "/view") -> list[Problem]:
    """What is wrong with a modal or a Home tab."""
    findings = Findings()
    typed({"modal": _MODAL, "home": _HOME}, "a view")(view, at, findings)
    if isinstance(view, dict) and isinstance(view.get("blocks"), list):
        _across(view["blocks"], f"{at}/blocks", findings)
        if view.get("type") == "modal":
            _needs_submit(view, at, findings)
    return findings.problems


def view_too_large(view: object) -> bool:
    """True for a view of more than 250 kB."""
    return len(json.dumps(view)) > VIEW_BYTES


def elements_of(block: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The elements of a block with where they stand in it."""
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            yield f"/{key}", block[key]
    for key in ("elements", "actions"):
        items = block.get(key)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield f"/{key}/{number}", item


def _blocks_of(surface: str, *, least: int = 0) -> Check:
    block = typed(BLOCKS, f"a block of a {surface}", allowed=SURFACES[surface])
    return array(block, LIMITS[surface], least=least)


_VIEW: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_MODAL = Shape(
    {"title": plain(24), "blocks": _blocks_of("modal", least=1)},
    {
        **_VIEW,
        "submit": nullable(plain(24)),
        "close": nullable(plain(24)),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = Shape({"blocks": _blocks_of("home")}, _VIEW)


def _across(blocks: list[Any], at: str, findings: Findings) -> None:
    block_ids: set[str] = set()
    focused = 0
    for number, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        identity = block.get("block_id")
        if isinstance(identity, str) and identity in block_ids:
            findings.add(f"{at}/{number}/block_id", f'`block_id` "{identity}" already exists', "duplicate")
        if isinstance(identity, str):
            block_ids.add(identity)
        _distinct_actions(block, f"{at}/{number}", findings)
        focused += sum(1 for _, one in elements_of(block) if one.get("focus_on_load") is True)
    if focused > 1:
        findings.add(at, "only one element can have focus_on_load", "focus_on_load")


def _distinct_actions(block: Mapping[str, Any], at: str, findings: Findings) -> None:
    seen: set[str] = set()
    for where, one in elements_of(block):
        identity = one.get("action_id")
        if not isinstance(identity, str):
            continue
        if identity in seen:
            findings.add(f"{at}{where}/action_id", f'`action_id` "{identity}" already exists', "duplicate")
        seen.add(identity)


def _message_rules(blocks: list[Any], at: str, findings: Findings) -> None:
    proper = [(number, block) for number, block in enumerate(blocks) if isinstance(block, dict)]
    total = sum(len(str(block.get("text", ""))) for _, block in proper if block.get("type") == "markdown")
    if total > MARKDOWN_TOTAL:
        findings.add(at, f"markdown blocks must be less than {MARKDOWN_TOTAL + 1} characters in all", "max_length")
    for kind, most in _AT_MOST.items():
        if sum(1 for _, block in proper if block.get("type") == kind) > most:
            findings.add(at, f"no more than {most} {kind} blocks allowed", "max_items")
    for number, block in proper:
        for where, one in elements_of(block):
            if one.get("type") in _ONLY_IN_MODALS:
                findings.add(f"{at}/{number}{where}/type", f"{one['type']} is only allowed in modals", "surface")


def _needs_submit(view: Mapping[str, Any], at: str, findings: Findings) -> None:
    blocks = [block for block in view["blocks"] if isinstance(block, dict)]
    if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
        findings.add(at, "missing required field: submit (the view has an input block)", "required")
