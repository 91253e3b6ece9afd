"""conversations.history and conversations.replies: reading messages back."""

from collections.abc import Callable, Sequence

from incidentbot.sandbox.slack.access import family_scope, find_conversation, require_member, require_scope
from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.ids import is_ts, ts_key
from incidentbot.sandbox.slack.model import Conversation, Json, Message
from incidentbot.sandbox.slack.pages import decode, encode
from incidentbot.sandbox.slack.registry import MethodTable, Tier
from incidentbot.sandbox.slack.wire import message_json

METHODS = MethodTable()

_CURSOR = "next_ts"
_FOREVER = (99_999_999_999, 0)


def _readable(call: Call) -> Conversation:
    conversation = find_conversation(call)
    require_scope(call, family_scope(conversation.kind, "history"))
    require_member(call, conversation)
    return conversation


def _bound(call: Call, name: str, default: tuple[int, int]) -> tuple[int, int]:
    text = call.text(name)
    if not text or text == "0":
        return default
    if not is_ts(text) and not text.isdigit():
        raise SlackError(f"invalid_ts_{name}")
    return ts_key(text)


def _within(call: Call) -> Callable[[Message], bool]:
    oldest, latest = _bound(call, "oldest", (0, 0)), _bound(call, "latest", _FOREVER)
    inclusive, now = call.flag("inclusive"), call.workspace.clock.now()

    def inside(message: Message) -> bool:
        if message.visible_at > now:
            return False
        key = ts_key(message.ts)
        return oldest <= key <= latest if inclusive else oldest < key < latest

    return inside


def _answer(call: Call, chosen: Sequence[Message], following: str) -> Json:
    everything = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [message_json(one, call.workspace, all_metadata=everything) for one in chosen],
        "has_more": bool(following),
    }
    if following:
        answer["response_metadata"] = {"next_cursor": encode(_CURSOR, following)}
    return answer


@METHODS.serves("conversations.history", Tier.THREE)
def _history(call: Call) -> Json:
    conversation = _readable(call)
    inside, limit = _within(call), call.page_size()
    start = ts_key(decode(_CURSOR, call.text("cursor"))) if call.text("cursor") else _FOREVER
    chosen: list[Message] = []
    following = ""
    for ts in reversed(conversation.timeline):
        message = conversation.messages[ts]
        if ts_key(ts) > start or not inside(message):
            continue
        if len(chosen) == limit:
            following = ts
            break
        chosen.append(message)
    return {**_answer(call, chosen, following), "pin_count": len(conversation.pins)}


@METHODS.serves("conversations.replies", Tier.THREE)
def _replies(call: Call) -> Json:
    conversation = _readable(call)
    root = conversation.messages.get(call.needed("ts", "thread_not_found"))
    if root is not None and root.is_reply:
        root = conversation.messages.get(root.thread_ts)
    if root is None or root.visible_at > call.workspace.clock.now():
        raise SlackError("thread_not_found")
    inside, limit = _within(call), call.page_size()
    start = ts_key(decode(_CURSOR, call.text("cursor"))) if call.text("cursor") else (0, 0)
    replies = [one for one in conversation.replies_to(root.ts) if inside(one) and ts_key(one.ts) >= start]
    # The root leads every page and is not counted in its limit beyond the first message.
    room = max(1, limit - 1)
    following = replies[room].ts if len(replies) > room else ""
    return _answer(call, [root, *replies[:room]], following)
