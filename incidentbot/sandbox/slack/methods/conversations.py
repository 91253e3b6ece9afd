"""conversations.*: finding, reading and keeping channels."""

import re

from incidentbot.sandbox.slack.access import (
    family_scope,
    find_conversation,
    require_member,
    require_scope,
    visible,
)
from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.model import Conversation, Json, Kind
from incidentbot.sandbox.slack.pages import page
from incidentbot.sandbox.slack.registry import MethodTable, Tier
from incidentbot.sandbox.slack.wire import conversation_json

METHODS = MethodTable()

_KINDS = {
    "public_channel": Kind.PUBLIC,
    "private_channel": Kind.PRIVATE,
    "im": Kind.IM,
    "mpim": Kind.MPIM,
}
_NAME = re.compile(r"[^\sA-Z.,!?@#$%^&*()+=\[\]{}|\\/:;\"'<>~`]+")
_NAME_LENGTH = 80
_TOPIC_LENGTH = 250
_MOST_USERS = 8


def kinds_asked(call: Call) -> set[Kind]:
    """The `types` of a list call, public channels by default; each needs its own read scope."""
    names = call.names("types") or ["public_channel"]
    if any(name not in _KINDS for name in names):
        raise SlackError("invalid_types")
    kinds = {_KINDS[name] for name in names}
    for kind in sorted(kinds, key=lambda one: one.value):
        require_scope(call, family_scope(kind, "read"))
    return kinds


def _manage(call: Call, conversation: Conversation, *more: str) -> None:
    scopes = {
        Kind.PUBLIC: ("channels:manage",),
        Kind.PRIVATE: ("groups:write",),
        Kind.IM: ("im:write",),
        Kind.MPIM: ("mpim:write",),
    }
    require_scope(call, *scopes[conversation.kind], *more)


@METHODS.serves("conversations.list", Tier.TWO)
def _list(call: Call) -> Json:
    kinds = kinds_asked(call)
    found = [one for one in call.workspace.conversations.values() if one.kind in kinds and not one.deleted]
    found = [one for one in found if visible(call, one)]
    if call.flag("exclude_archived"):
        found = [one for one in found if not one.archived]
    chosen, cursor = page(found, call.text("cursor"), call.page_size())
    channels = [conversation_json(one, call.workspace, num_members=one.kind is not Kind.IM) for one in chosen]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


@METHODS.serves("conversations.info", Tier.THREE)
def _info(call: Call) -> Json:
    conversation = find_conversation(call)
    require_scope(call, family_scope(conversation.kind, "read"))
    count = call.flag("include_num_members")
    return {"channel": conversation_json(conversation, call.workspace, num_members=count, membership=False)}


@METHODS.serves("conversations.members", Tier.FOUR)
def _members(call: Call) -> Json:
    conversation = find_conversation(call)
    require_scope(call, family_scope(conversation.kind, "read"))
    chosen, cursor = page(sorted(conversation.members), call.text("cursor"), call.page_size())
    return {"members": chosen, "response_metadata": {"next_cursor": cursor}}


@METHODS.serves("conversations.open", Tier.THREE)
def _open(call: Call) -> Json:
    if call.text("channel"):
        opened = find_conversation(call)
        return {"channel": _opened(call, opened)}
    users = list(dict.fromkeys(call.names("users")))
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > _MOST_USERS:
        raise SlackError("too_many_users")
    require_scope(call, "im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        refuse_direct(call, user)
    if len(users) == 1:
        return {"channel": _opened(call, call.workspace.direct(users[0]))}
    return {"channel": _opened(call, call.workspace.group_direct(frozenset(users)))}


def refuse_direct(call: Call, user: str) -> None:
    """Refuse people whom the app cannot write to."""
    person = call.workspace.people.get(user)
    if person is None:
        raise SlackError("user_not_found")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")


def _opened(call: Call, conversation: Conversation) -> Json:
    if call.flag("return_im"):
        return conversation_json(conversation, call.workspace)
    return {"id": conversation.id}


@METHODS.serves("conversations.join", Tier.THREE, scope="channels:join")
def _join(call: Call) -> Json:
    conversation = find_conversation(call)
    if conversation.kind is not Kind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.archived:
        raise SlackError("is_archived")
    already = call.bot_user in conversation.members
    call.workspace.join(conversation.id, call.bot_user)
    answer: Json = {"channel": conversation_json(conversation, call.workspace)}
    if already:
        answer["warning"] = "already_in_channel"
        answer["response_metadata"] = {"warnings": ["already_in_channel"]}
    return answer


@METHODS.serves("conversations.leave", Tier.THREE)
def _leave(call: Call) -> Json:
    conversation = find_conversation(call)
    _manage(call, conversation)
    if conversation.general:
        raise SlackError("cant_leave_general")
    call.workspace.leave(conversation.id, call.bot_user)
    return {}


@METHODS.serves("conversations.create", Tier.TWO)
def _create(call: Call) -> Json:
    private = call.flag("is_private")
    require_scope(call, "groups:write" if private else "channels:manage")
    name = _checked_name(call)
    made = call.workspace.open_channel(name, call.bot_user, private=private)
    return {"channel": conversation_json(made, call.workspace)}


def _checked_name(call: Call) -> str:
    name = call.needed("name", "invalid_name_required").removeprefix("#")
    if len(name) > _NAME_LENGTH:
        raise SlackError("invalid_name_maxlength")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name_specials")
    if any(one.name == name and not one.deleted for one in call.workspace.conversations.values()):
        raise SlackError("name_taken")
    return name


@METHODS.serves("conversations.rename", Tier.TWO)
def _rename(call: Call) -> Json:
    conversation = _own(call)
    name = _checked_name(call)
    conversation.previous_names.append(conversation.name)
    conversation.name = name
    call.workspace.change_channel(conversation.id, "renamed", call.bot_user)
    return {"channel": conversation_json(conversation, call.workspace)}


def _own(call: Call) -> Conversation:
    conversation = find_conversation(call)
    _manage(call, conversation)
    if conversation.kind in (Kind.IM, Kind.MPIM):
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.archived:
        raise SlackError("is_archived")
    require_member(call, conversation)
    return conversation


@METHODS.serves("conversations.archive", Tier.TWO)
def _archive(call: Call) -> Json:
    conversation = find_conversation(call)
    _manage(call, conversation)
    if conversation.archived:
        raise SlackError("already_archived")
    if conversation.general:
        raise SlackError("cant_archive_general")
    require_member(call, conversation)
    call.workspace.archive(conversation.id, user=call.bot_user)
    return {}


@METHODS.serves("conversations.setTopic", Tier.TWO)
def _set_topic(call: Call) -> Json:
    conversation = find_conversation(call)
    _manage(call, conversation, f"{conversation.kind.value}:write.topic")
    _refuse_text(call, conversation, "topic")
    conversation.topic = call.text("topic")
    conversation.topic_set = (call.bot_user, int(call.workspace.clock.now()))
    call.workspace.change_channel(conversation.id, "topic", call.bot_user)
    return {"channel": conversation_json(conversation, call.workspace)}


@METHODS.serves("conversations.setPurpose", Tier.TWO)
def _set_purpose(call: Call) -> Json:
    conversation = find_conversation(call)
    _manage(call, conversation, f"{conversation.kind.value}:write.topic")
    _refuse_text(call, conversation, "purpose")
    conversation.purpose = call.text("purpose")
    conversation.purpose_set = (call.bot_user, int(call.workspace.clock.now()))
    call.workspace.change_channel(conversation.id, "purpose", call.bot_user)
    return {}


def _refuse_text(call: Call, conversation: Conversation, name: str) -> None:
    if conversation.archived:
        raise SlackError("is_archived")
    require_member(call, conversation)
    if name not in call.arguments:
        raise SlackError("invalid_arguments", messages=(f"[ERROR] missing required field: {name}",))
    if len(call.text(name)) > _TOPIC_LENGTH:
        raise SlackError("too_long")


@METHODS.serves("conversations.invite", Tier.THREE)
def _invite(call: Call) -> Json:
    conversation = find_conversation(call)
    _manage(call, conversation, f"{conversation.kind.value}:write.invites")
    if conversation.archived:
        raise SlackError("is_archived")
    require_member(call, conversation)
    users = call.names("users")
    if not users:
        raise SlackError("no_user")
    _refuse_invitees(call, conversation, users)
    for user in users:
        call.workspace.join(conversation.id, user, inviter=call.bot_user)
    return {"channel": conversation_json(conversation, call.workspace)}


def _refuse_invitees(call: Call, conversation: Conversation, users: list[str]) -> None:
    failed = [(user, _why_not(call, conversation, user)) for user in users]
    errors = [{"user": user, "ok": False, "error": error} for user, error in failed if error]
    if errors:
        raise SlackError(str(errors[0]["error"]), errors=errors)


def _why_not(call: Call, conversation: Conversation, user: str) -> str:
    person = call.workspace.people.get(user)
    if person is None or person.deleted:
        return "user_not_found"
    if user == call.bot_user:
        return "cant_invite_self"
    return "already_in_channel" if user in conversation.members else ""
