"""A rendered message as Slack takes it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from incidentbot.clients.errors import Permanent
from incidentbot.render.message import Message

T = TypeVar("T")

# Slack finds fault with the form; the words alone always go.
MISSHAPEN: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})


def payload(message: Message, event_type: str, facts: Mapping[str, Any], effect_id: str) -> dict[str, Any]:
    """Text, blocks, and the metadata by which the message is found again: `facts` and the effect's id."""
    return {
        "text": str(message.text),
        "blocks": list(message.blocks),
        "metadata": {"event_type": event_type, "event_payload": {**facts, "effect": effect_id}},
    }


async def blocks_or_words(message: Message, put: Callable[[Message], Awaitable[T]], words: Message | None = None) -> T:
    """What `put` answers of the message; where Slack finds fault with its form, of `words` (its text alone)."""
    try:
        return await put(message)
    except Permanent as error:
        if error.code not in MISSHAPEN:
            raise
    return await put(words or Message(message.text, ()))
