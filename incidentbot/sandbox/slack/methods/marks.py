"""reactions.*, pins.*, bookmarks.*: what is attached to messages and channels."""

import re

from incidentbot.sandbox.slack.access import find_conversation, find_message, require_member
from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.ids import new_id
from incidentbot.sandbox.slack.model import Bookmark, Conversation, Json, Message
from incidentbot.sandbox.slack.registry import MethodTable, Tier
from incidentbot.sandbox.slack.wire import bookmark_json, message_json, reactions_json

METHODS = MethodTable()

_EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
_MOST_EMOJI = 23
_MOST_REACTIONS = 50
_MOST_PINS = 100
_MOST_BOOKMARKS = 100


def _item(call: Call) -> tuple[Conversation, Message]:
    conversation = find_conversation(call)
    return conversation, find_message(call, conversation, "timestamp")


def _emoji(call: Call) -> str:
    name = call.needed("name", "invalid_name").strip(":")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


@METHODS.serves("reactions.add", Tier.THREE, scope="reactions:write")
def _react(call: Call) -> Json:
    name = _emoji(call)
    conversation, message = _item(call)
    if conversation.archived:
        raise SlackError("is_archived")
    if name not in message.reactions and len(message.reactions) >= _MOST_EMOJI:
        raise SlackError("too_many_emoji")
    if sum(len(users) for users in message.reactions.values()) >= _MOST_REACTIONS:
        raise SlackError("too_many_reactions")
    if not call.workspace.react(message, name, call.bot_user):
        raise SlackError("already_reacted")
    return {}


@METHODS.serves("reactions.remove", Tier.TWO, scope="reactions:write")
def _unreact(call: Call) -> Json:
    name = _emoji(call)
    _, message = _item(call)
    if not call.workspace.unreact(message, name, call.bot_user):
        raise SlackError("no_reaction")
    return {}


@METHODS.serves("reactions.get", Tier.THREE, scope="reactions:read")
def _reactions(call: Call) -> Json:
    conversation, message = _item(call)
    found = message_json(message, call.workspace)
    found["reactions"] = reactions_json(message)
    found["permalink"] = call.workspace.permalink(message)
    return {"type": "message", "channel": conversation.id, "message": found}


@METHODS.serves("pins.add", Tier.TWO, scope="pins:write")
def _pin(call: Call) -> Json:
    conversation, message = _item(call)
    require_member(call, conversation)
    if message.pinned:
        raise SlackError("already_pinned")
    if len(conversation.pins) >= _MOST_PINS:
        raise SlackError("too_many_pins")
    call.workspace.pin(message, call.bot_user)
    return {}


@METHODS.serves("pins.remove", Tier.TWO, scope="pins:write")
def _unpin(call: Call) -> Json:
    _, message = _item(call)
    if not message.pinned:
        raise SlackError("no_pin")
    call.workspace.unpin(message, call.bot_user)
    return {}


@METHODS.serves("pins.list", Tier.TWO, scope="pins:read")
def _pins(call: Call) -> Json:
    conversation = find_conversation(call)
    items = []
    for pin in reversed(conversation.pins):
        message = conversation.messages[pin.ts]
        found = {**message_json(message, call.workspace), "permalink": call.workspace.permalink(message)}
        items.append(
            {
                "type": "message",
                "channel": conversation.id,
                "created": pin.created,
                "created_by": pin.user,
                "message": found,
            }
        )
    return {"items": items}


@METHODS.serves("bookmarks.add", Tier.TWO, scope="bookmarks:write")
def _bookmark(call: Call) -> Json:
    conversation = find_conversation(call, "channel_id")
    require_member(call, conversation)
    if call.needed("type") != "link":
        raise SlackError("invalid_bookmark_type")
    link = call.needed("link", "invalid_link")
    if not re.match(r"[a-z][a-z0-9+.-]*://\S", link):
        raise SlackError("invalid_link")
    if len(conversation.bookmarks) >= _MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(call.workspace.clock.now())
    made = Bookmark(new_id("Bk"), call.needed("title"), link, call.text("emoji"), now, 0, call.bot_user)
    conversation.bookmarks.append(made)
    call.workspace.change_channel(conversation.id, "bookmarks", call.bot_user)
    return {"bookmark": bookmark_json(made, conversation.id, call.workspace)}


def _find_bookmark(call: Call, conversation: Conversation) -> Bookmark:
    wanted = call.needed("bookmark_id")
    for bookmark in conversation.bookmarks:
        if bookmark.id == wanted:
            return bookmark
    raise SlackError("not_found")


@METHODS.serves("bookmarks.edit", Tier.TWO, scope="bookmarks:write")
def _edit_bookmark(call: Call) -> Json:
    conversation = find_conversation(call, "channel_id")
    bookmark = _find_bookmark(call, conversation)
    bookmark.title = call.text("title", bookmark.title)
    bookmark.link = call.text("link", bookmark.link)
    bookmark.emoji = call.text("emoji", bookmark.emoji)
    bookmark.updated, bookmark.updated_by = int(call.workspace.clock.now()), call.bot_user
    call.workspace.change_channel(conversation.id, "bookmarks", call.bot_user)
    return {"bookmark": bookmark_json(bookmark, conversation.id, call.workspace)}


@METHODS.serves("bookmarks.remove", Tier.TWO, scope="bookmarks:write")
def _remove_bookmark(call: Call) -> Json:
    conversation = find_conversation(call, "channel_id")
    conversation.bookmarks.remove(_find_bookmark(call, conversation))
    call.workspace.change_channel(conversation.id, "bookmarks", call.bot_user)
    return {}


@METHODS.serves("bookmarks.list", Tier.THREE, scope="bookmarks:read")
def _bookmarks(call: Call) -> Json:
    conversation = find_conversation(call, "channel_id")
    return {"bookmarks": [bookmark_json(one, conversation.id, call.workspace) for one in conversation.bookmarks]}
