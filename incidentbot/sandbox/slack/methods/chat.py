"""chat.*: posting, editing, deleting."""

import json
from typing import Any

from incidentbot.sandbox.slack.access import find_conversation, find_message, require_scope
from incidentbot.sandbox.slack.blockkit.completion import completed
from incidentbot.sandbox.slack.blockkit.validation import check_message_blocks
from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.entities import check_entity
from incidentbot.sandbox.slack.errors import RateLimited, SlackError
from incidentbot.sandbox.slack.ids import is_ts
from incidentbot.sandbox.slack.methods.conversations import refuse_direct
from incidentbot.sandbox.slack.model import Author, Content, Conversation, Json, Kind, Message
from incidentbot.sandbox.slack.registry import MethodTable, Tier
from incidentbot.sandbox.slack.wire import content_json, message_json

METHODS = MethodTable()

TEXT_LIMIT = 40_000
UPDATE_TEXT_LIMIT = 4_000
MARKDOWN_LIMIT = 12_000
METADATA_LIMIT = 16_000
ATTACHMENT_LIMIT = 100


@METHODS.serves("chat.postMessage", Tier.SPECIAL, scope="chat:write")
def _post_message(call: Call) -> Json:
    conversation = _destination(call)
    content = read_content(call)
    content.metadata = _metadata(call)
    thread = _thread(call, conversation)
    author = _author(call)
    limit_post(call, conversation)
    message = call.workspace.post(
        conversation.id, author, content, thread_ts=thread, broadcast=bool(thread) and call.flag("reply_broadcast")
    )
    answer = content_json(message, call.workspace)
    if message.is_reply:
        answer["thread_ts"] = message.thread_ts
    if content.metadata:
        answer["metadata"] = content.metadata
    return {"channel": conversation.id, "ts": message.ts, "message": answer}


def limit_post(call: Call, conversation: Conversation) -> None:
    """Count a message to a channel; RateLimited where the channel takes no more just now."""
    now = call.workspace.clock.now()
    wait = call.platform.limiter.admit_post(call.workspace.team_id, conversation.id, now)
    if wait is not None:
        raise RateLimited(str(wait))


def _destination(call: Call) -> Conversation:
    wanted = call.needed("channel", "channel_not_found")
    if wanted in call.workspace.people:
        return _direct(call, wanted)
    conversation = find_conversation(call, by_name=True)
    if conversation.archived:
        raise SlackError("is_archived")
    if call.bot_user not in conversation.members and "chat:write.public" not in call.workspace.installation.scopes:
        raise SlackError("not_in_channel")
    if conversation.kind is Kind.IM:
        _refuse_closed_tab(call)
    return conversation


def _direct(call: Call, user: str) -> Conversation:
    refuse_direct(call, user)
    _refuse_closed_tab(call)
    return call.workspace.direct(user)


def _refuse_closed_tab(call: Call) -> None:
    if not call.platform.app.messages_tab:
        raise SlackError("messages_tab_disabled")


def read_content(call: Call, *, text_limit: int | None = None) -> Content:
    """Text, blocks and attachments of a call, checked. Without a limit too long a text is cut, as Slack does."""
    text, markdown = call.text("text"), call.text("markdown_text")
    blocks = _blocks(call)
    attachments = _attachments(call)
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_LIMIT:
            raise SlackError("msg_too_long")
        text = markdown
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if text_limit is not None and len(text) > text_limit:
        raise SlackError("msg_too_long")
    parse = "full" if call.flag("link_names") else call.text("parse")
    return Content(text[:TEXT_LIMIT], completed(blocks), attachments, parse=parse)


def _blocks(call: Call) -> list[Json]:
    blocks = call.parsed("blocks", "invalid_blocks_format")
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = check_message_blocks(blocks)
    if problems:
        raise SlackError("invalid_blocks", messages=tuple(str(one) for one in problems))
    return blocks


def _attachments(call: Call) -> list[Json]:
    attachments = call.parsed("attachments", "invalid_attachments")
    if attachments is None:
        return []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENT_LIMIT:
        raise SlackError("too_many_attachments")
    numbered: list[Json] = []
    for number, one in enumerate(attachments, 1):
        problems = check_message_blocks(one.get("blocks", []), at=f"/attachments/{number - 1}/blocks")
        if problems:
            raise SlackError("invalid_blocks", messages=tuple(str(each) for each in problems))
        numbered.append({"id": number, "fallback": one.get("text", "[no preview available]"), **one})
        if one.get("blocks"):
            numbered[-1]["blocks"] = completed(one["blocks"])
    return numbered


def _metadata(call: Call) -> Json | None:
    metadata = call.parsed("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    entities = metadata.get("entities", [])
    if (
        not isinstance(event_type, str)
        or not event_type
        or not isinstance(payload, dict)
        or not isinstance(entities, list)
    ):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_LIMIT:
        raise SlackError("metadata_too_large")
    told = {"entities": [check_entity(call.platform.app, one) for one in entities]} if entities else {}
    return {"event_type": event_type, "event_payload": payload, **told}


def _thread(call: Call, conversation: Conversation) -> str:
    ts = call.text("thread_ts")
    if not ts:
        return ""
    root = conversation.messages.get(ts) if is_ts(ts) else None
    if root is not None:
        return root.thread_ts if root.is_reply else root.ts
    if call.platform.rules.unknown_thread == "post":
        return ""
    raise SlackError("thread_not_found")


def _author(call: Call) -> Author:
    installation = call.workspace.installation
    names: dict[str, Any] = {name: call.text(name) for name in ("username", "icon_emoji", "icon_url")}
    if any(names.values()) and "chat:write.customize" not in installation.scopes:
        # Slack posts under the app's own name when the scope is not there.
        names = {}
    return Author(installation.bot_user_id, installation.bot_id, **names)


@METHODS.serves("chat.update", Tier.THREE, scope="chat:write")
def _update(call: Call) -> Json:
    conversation = find_conversation(call)
    message = find_message(call, conversation, "ts")
    _refuse_foreign(call, message, "cant_update_message")
    if conversation.archived:
        raise SlackError("is_inactive")
    content = read_content(call, text_limit=UPDATE_TEXT_LIMIT)
    content.metadata = _metadata(call) if "metadata" in call.arguments else message.content.metadata
    content.files = message.content.files
    call.workspace.edit(message, content, user=call.bot_user)
    answer = message_json(message, call.workspace, all_metadata=True)
    return {"channel": conversation.id, "ts": message.ts, "text": content.text, "message": answer}


def _refuse_foreign(call: Call, message: Message, error: str) -> None:
    if message.author.bot_id != call.workspace.installation.bot_id:
        raise SlackError(error)


@METHODS.serves("chat.delete", Tier.THREE, scope="chat:write")
def _delete(call: Call) -> Json:
    conversation = find_conversation(call)
    message = find_message(call, conversation, "ts")
    _refuse_foreign(call, message, "cant_delete_message")
    call.workspace.delete(message, user=call.bot_user)
    return {"channel": conversation.id, "ts": message.ts}


@METHODS.serves("chat.postEphemeral", Tier.FOUR, scope="chat:write")
def _post_ephemeral(call: Call) -> Json:
    conversation = _destination(call)
    content = read_content(call)
    user = call.needed("user")
    person = call.workspace.people.get(user)
    if person is None or person.deleted or user not in conversation.members:
        raise SlackError("user_not_in_channel")
    if call.bot_user not in conversation.members:
        require_scope(call, "chat:write.public")
    limit_post(call, conversation)
    shown = call.workspace.whisper(conversation.id, user, _author(call), content, _thread(call, conversation))
    return {"message_ts": shown.ts}


@METHODS.serves("chat.getPermalink", Tier.SPECIAL)
def _get_permalink(call: Call) -> Json:
    conversation = find_conversation(call)
    message = find_message(call, conversation, "message_ts")
    return {"channel": conversation.id, "permalink": call.workspace.permalink(message)}
