"""Slack's blocks, each within Slack's limits whatever is put in: plain JSON, ready to send.

Markup goes in as Escaped only; text of others goes in as plain_text or rich_text, where it is shown to the letter.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from incidentbot.domain.text import clean_line
from incidentbot.render.mrkdwn import NOTHING, Escaped, cut, fill, fit, is_web_address, number, shortened

Json = dict[str, Any]

TEXT_LIMIT: Final = 3000
FIELD_LIMIT: Final = 2000
HEADER_LIMIT: Final = 150
BUTTON_LIMIT: Final = 75
VALUE_LIMIT: Final = 2000
BUTTON_URL_LIMIT: Final = 3000
CONTEXT_LIMIT: Final = 10
BODY_LIMIT: Final = 3000


def mrkdwn(text: Escaped, limit: int = TEXT_LIMIT) -> Json:
    """A mrkdwn object; verbatim, so that Slack looks for no names or addresses in it by itself."""
    return {"type": "mrkdwn", "text": fit(text, limit), "verbatim": True}


def plain_text(text: str, limit: int) -> Json:
    """A plain_text object in one line; `:codes:` of emoji stay letters."""
    line = cut(clean_line(text, max(len(text), 1)), limit)
    return {"type": "plain_text", "text": line or "–", "emoji": False}  # noqa: RUF001 (a dash for nothing)


def header(text: str) -> Json:
    """A header; what is too long for it ends in "…"."""
    return {"type": "header", "text": plain_text(text, HEADER_LIMIT)}


def section(text: Escaped) -> Json:
    """A paragraph."""
    return {"type": "section", "text": mrkdwn(text)}


def fields(values: Sequence[Escaped]) -> Json:
    """Up to ten short texts in two columns."""
    return {"type": "section", "fields": [mrkdwn(value, FIELD_LIMIT) for value in values[:10]]}


def context(values: Iterable[Escaped]) -> Json:
    """Small print, one text beside the other; beyond ten the last says how many more there are."""
    texts = [value for value in values if value]
    if len(texts) > CONTEXT_LIMIT:
        left = len(texts) - CONTEXT_LIMIT + 1
        texts = [*texts[: CONTEXT_LIMIT - 1], fill("and {left} more", left=number(left))]
    return {"type": "context", "elements": [mrkdwn(text, FIELD_LIMIT) for text in texts]}


def actions(*buttons: Json) -> Json:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, *, primary: bool = False) -> Json:
    """A button that comes back to us as `action_id` with `value`."""
    made: Json = {
        "type": "button",
        "text": plain_text(label, BUTTON_LIMIT),
        "action_id": action_id,
        "value": value[:VALUE_LIMIT],
    }
    return made | {"style": "primary"} if primary else made


def link_buttons(label: str, action_id: str, url: str) -> tuple[Json, ...]:
    """A button that opens `url`; none where that is no http(s) address that Slack takes."""
    if not is_web_address(url) or len(url) > BUTTON_URL_LIMIT:
        return ()
    return ({"type": "button", "text": plain_text(label, BUTTON_LIMIT), "action_id": action_id, "url": url},)


def paragraph(text: str) -> Json:
    """Text of others to the letter; what is too long for one block ends in "…"."""
    return _rich_text("rich_text_section", shortened(text, BODY_LIMIT)[0] or "–")  # noqa: RUF001 (a dash for nothing)


def preformatted(text: str) -> Json:
    """Text of others to the letter, all letters of one width."""
    return _rich_text("rich_text_preformatted", shortened(text, BODY_LIMIT)[0] or "–")  # noqa: RUF001 (a dash for nothing)


def body(text: str, limit: int = BODY_LIMIT) -> tuple[list[Json], Escaped]:
    """`text` as a quotation of at most `limit` (no block if it is blank), and a sentence on what was left out."""
    shown, left = shortened(text, min(limit, BODY_LIMIT))
    if not shown:
        return [], NOTHING
    said = fill("{left} more characters are not shown here.", left=number(left)) if left else NOTHING
    return [_rich_text("rich_text_quote", shown)], said


def _rich_text(kind: str, text: str) -> Json:
    element = {"type": kind, "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [element]}
