"""What a token may do in a conversation, and the errors where it may not."""

from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.ids import is_ts
from incidentbot.sandbox.slack.model import Conversation, Kind, Message


def require_scope(call: Call, *any_of: str) -> None:
    """Go on only with one of these scopes; else `missing_scope`, naming what is needed and what is there."""
    provided = call.workspace.installation.scopes
    if not any(scope in provided for scope in any_of):
        raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(provided))


def family_scope(kind: Kind, right: str) -> str:
    """The scope of a right (`history`, `read`) for that sort of conversation."""
    return f"{kind.value}:{right}"


def find_conversation(call: Call, name: str = "channel", *, by_name: bool = False) -> Conversation:
    """The conversation of an argument, as far as the app can see it; else `channel_not_found`."""
    wanted = call.needed(name, "channel_not_found")
    try:
        found = call.workspace.channel(wanted)
    except KeyError:
        raise SlackError("channel_not_found") from None
    named = found.id != wanted
    if found.deleted or (named and not (by_name and found.kind is Kind.PUBLIC)) or not visible(call, found):
        raise SlackError("channel_not_found")
    return found


def visible(call: Call, conversation: Conversation) -> bool:
    """True where the app may know of the conversation: public channels and those it is in."""
    return conversation.kind is Kind.PUBLIC or call.bot_user in conversation.members


def require_member(call: Call, conversation: Conversation) -> None:
    """Go on only if the app is in the conversation; else `not_in_channel`."""
    if call.bot_user not in conversation.members:
        raise SlackError("not_in_channel")


def find_message(call: Call, conversation: Conversation, name: str, *, missing: str = "message_not_found") -> Message:
    """The message of a `ts` argument."""
    ts = call.needed(name, "no_item_specified" if name == "timestamp" else missing)
    if not is_ts(ts):
        raise SlackError("bad_timestamp" if name == "timestamp" else missing)
    message = conversation.messages.get(ts)
    if message is None or message.subtype == "tombstone":
        raise SlackError(missing)
    return message
