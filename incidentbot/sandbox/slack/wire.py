"""What Slack's objects look like on the wire."""

from datetime import datetime
from zoneinfo import ZoneInfo

from incidentbot.sandbox.slack.model import (
    Author,
    Bookmark,
    Conversation,
    Ephemeral,
    Json,
    Kind,
    Message,
    StoredFile,
    View,
)
from incidentbot.sandbox.slack.workspace import TOMBSTONE, Workspace
from incidentbot.sandbox.world import Person, UserGroup

_CREATED = 1_700_000_000


def user_json(workspace: Workspace, person: Person, *, with_email: bool = True, locale: bool = False) -> Json:
    """A user object; the address is there only with the scope for it."""
    zone = ZoneInfo(person.tz)
    offset = datetime.fromtimestamp(workspace.clock.now(), zone).utcoffset()
    found: Json = {
        "id": person.id,
        "team_id": workspace.team_id,
        "name": person.handle,
        "deleted": person.deleted,
        "color": person.colour,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz.replace("_", " "),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": _profile(workspace, person, with_email=with_email),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": person.is_guest,
        "is_bot": person.is_bot,
        "updated": _CREATED,
        "is_app_user": False,
        "has_2fa": False,
    }
    if locale:
        found["locale"] = person.locale
    if person.deleted:
        for key in ("tz", "tz_label", "tz_offset", "color"):
            del found[key]
    return found


def _profile(workspace: Workspace, person: Person, *, with_email: bool) -> Json:
    profile: Json = {
        "avatar_hash": person.id.lower(),
        "status_text": "",
        "status_emoji": "",
        "real_name": person.real_name,
        "display_name": person.handle,
        "real_name_normalized": person.real_name,
        "display_name_normalized": person.handle,
        "team": workspace.team_id,
    }
    if with_email and person.email and not person.is_bot:
        profile["email"] = person.email
    if person.id == workspace.installation.bot_user_id:
        profile["bot_id"] = workspace.installation.bot_id
        profile["api_app_id"] = workspace.world.app.app_id
    return profile


def group_json(group: UserGroup, workspace: Workspace, *, users: bool = False, count: bool = False) -> Json:
    """A user group; who is in it only on request."""
    found: Json = {
        "id": group.id,
        "team_id": workspace.team_id,
        "is_usergroup": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": _CREATED,
        "date_update": _CREATED,
        "date_delete": 0,
        "auto_type": None,
        "created_by": workspace.world.installed_by,
        "updated_by": workspace.world.installed_by,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
    }
    if users:
        found["users"] = list(group.members)
    if count:
        found["user_count"] = str(len(group.members))
    return found


def conversation_json(
    conversation: Conversation, workspace: Workspace, *, num_members: bool = False, membership: bool = True
) -> Json:
    """A conversation as the calling app sees it; not every method tells how many are in it and whether the app is."""
    if conversation.kind is Kind.IM:
        return _im_json(conversation)
    private = conversation.kind is not Kind.PUBLIC
    found: Json = {
        "id": conversation.id,
        "name": conversation.name,
        "is_channel": conversation.kind is Kind.PUBLIC or conversation.kind is Kind.PRIVATE,
        "is_group": False,
        "is_im": False,
        "is_mpim": conversation.kind is Kind.MPIM,
        "is_private": private,
        "created": conversation.created,
        "creator": conversation.creator,
        "is_archived": conversation.archived,
        "is_general": conversation.general,
        "unlinked": 0,
        "name_normalized": conversation.name,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "pending_shared": [],
        "is_pending_ext_shared": False,
        "topic": _about(conversation.topic, conversation.topic_set),
        "purpose": _about(conversation.purpose, conversation.purpose_set),
        "previous_names": list(conversation.previous_names),
    }
    if num_members:
        found["num_members"] = len(conversation.members)
    if membership:
        found["is_member"] = workspace.installation.bot_user_id in conversation.members
    return found


def _about(value: str, last_set: tuple[str, int]) -> Json:
    return {"value": value, "creator": last_set[0], "last_set": last_set[1]}


def _im_json(conversation: Conversation) -> Json:
    return {
        "id": conversation.id,
        "created": conversation.created,
        "is_im": True,
        "is_org_shared": False,
        "user": conversation.user,
        "priority": 0,
    }


def content_json(message: Message | Ephemeral, workspace: Workspace) -> Json:
    """The part that messages of every sort have in common."""
    content = message.content
    found: Json = {"type": "message", "ts": message.ts, "text": content.text, "team": workspace.team_id}
    found.update(_author_json(message.author, workspace))
    if content.blocks:
        found["blocks"] = content.blocks
    if content.attachments:
        found["attachments"] = content.attachments
    if content.files:
        found["files"] = [file_json(workspace.files[one], workspace) for one in content.files]
    return found


def _author_json(author: Author, workspace: Workspace) -> Json:
    if not author.bot_id:
        return {"user": author.user}
    found: Json = {
        "user": author.user,
        "bot_id": author.bot_id,
        "app_id": workspace.world.app.app_id,
        "bot_profile": bot_profile(workspace),
    }
    if author.username:
        found["username"] = author.username
    if author.icon_emoji or author.icon_url:
        found["icons"] = {"emoji": author.icon_emoji} if author.icon_emoji else {"image_64": author.icon_url}
    return found


def bot_profile(workspace: Workspace) -> Json:
    """The bot behind a message."""
    return {
        "id": workspace.installation.bot_id,
        "deleted": False,
        "name": workspace.world.app.name,
        "updated": _CREATED,
        "app_id": workspace.world.app.app_id,
        "user_id": workspace.installation.bot_user_id,
        "icons": {},
        "team_id": workspace.team_id,
    }


def message_json(message: Message, workspace: Workspace, *, all_metadata: bool = False) -> Json:
    """A message as history and replies give it. Its metadata is complete only on request."""
    found = content_json(message, workspace)
    if message.subtype == "tombstone":
        found = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "text": TOMBSTONE}
        found["ts"] = message.ts
    elif message.subtype:
        found["subtype"] = message.subtype
    if message.content.metadata:
        event_type = {"event_type": message.content.metadata["event_type"]}
        found["metadata"] = message.content.metadata if all_metadata else event_type
    found.update(_thread_json(message, workspace))
    if message.edited_ts and not message.content.blocks:
        found["edited"] = {"user": message.author.user, "ts": message.edited_ts}
    if message.reactions:
        found["reactions"] = reactions_json(message)
    if message.pinned:
        found["pinned_to"] = [message.channel]
    return found


def reactions_json(message: Message) -> list[Json]:
    """The reactions of a message, each with who gave it."""
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]


def _thread_json(message: Message, workspace: Workspace) -> Json:
    conversation = workspace.conversations[message.channel]
    if message.is_reply:
        root = conversation.messages.get(message.thread_ts)
        return {"thread_ts": message.thread_ts, "parent_user_id": root.author.user if root else ""}
    replies = conversation.replies_to(message.ts)
    if not replies:
        return {"thread_ts": message.thread_ts} if message.thread_ts else {}
    users = list(dict.fromkeys(reply.author.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def file_json(file: StoredFile, workspace: Workspace) -> Json:
    """A file."""
    extension = file.name.rpartition(".")[2].lower()
    address = f"https://files.slack.com/files-pri/{workspace.team_id}-{file.id}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": _MIMETYPES.get(extension, "application/octet-stream"),
        "filetype": extension or "binary",
        "pretty_type": extension.upper(),
        "user": file.user,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": address,
        "permalink": f"{workspace.world.url}files/{file.user}/{file.id}/{file.name}",
        "channels": list(file.shared_in),
        "groups": [],
        "ims": [],
        "comments_count": 0,
        "alt_txt": file.alt_text,
    }


_MIMETYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}


def bookmark_json(bookmark: Bookmark, channel: str, workspace: Workspace) -> Json:
    """A bookmark of a channel."""
    return {
        "id": bookmark.id,
        "channel_id": channel,
        "title": bookmark.title,
        "link": bookmark.link,
        "emoji": bookmark.emoji,
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": bookmark.created,
        "date_updated": bookmark.updated,
        "rank": "g",
        "last_updated_by_user_id": bookmark.updated_by,
        "last_updated_by_team_id": workspace.team_id,
        "shortcut_id": None,
        "app_id": workspace.world.app.app_id,
    }


def view_json(view: View, workspace: Workspace, *, values: bool = True) -> Json:
    """A view with everything that Slack fills in. Payloads hold the input values, answers of the Web API do not."""
    body = view.body
    found: Json = {
        "id": view.id,
        "team_id": workspace.team_id,
        "type": view.type,
        "close": body.get("close"),
        "submit": body.get("submit"),
        "blocks": body.get("blocks", []),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": view.state if values else {}},
        "hash": view.hash,
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": workspace.world.app.app_id,
        "bot_id": workspace.installation.bot_id,
    }
    if view.type == "modal":
        found["title"] = body.get("title")
    return found
