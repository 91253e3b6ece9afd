"""files.*: the three-step upload and reading back."""

from incidentbot.sandbox.slack.access import require_member
from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import RateLimited, SlackError
from incidentbot.sandbox.slack.ids import new_id
from incidentbot.sandbox.slack.model import Author, Content, Json, StoredFile
from incidentbot.sandbox.slack.registry import MethodTable, Tier
from incidentbot.sandbox.slack.wire import file_json

METHODS = MethodTable()

LARGEST = 1_000_000_000
_ALT_TEXT = 1_000


@METHODS.serves("files.getUploadURLExternal", Tier.FOUR, scope="files:write")
def _announce(call: Call) -> Json:
    name, length = call.needed("filename"), call.needed("length")
    if not length.isdigit() or int(length) == 0:
        raise SlackError("invalid_arguments", messages=("[ERROR] length must be a positive integer",))
    if int(length) > LARGEST:
        raise SlackError("file_upload_size_restricted")
    alt_text = call.text("alt_txt")
    if len(alt_text) > _ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    now = int(call.workspace.clock.now())
    file = StoredFile(new_id("F"), name, int(length), call.bot_user, now, alt_text=alt_text)
    call.workspace.files[file.id] = file
    address = f"{call.platform.base_url}/upload/{call.workspace.team_id}/{file.id}"
    return {"upload_url": address, "file_id": file.id}


@METHODS.serves("files.completeUploadExternal", Tier.FOUR, scope="files:write")
def _complete(call: Call) -> Json:
    wanted = call.parsed("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", messages=("[ERROR] missing required field: files",))
    files = [_uploaded(call, one) for one in wanted]
    for channel in call.names("channels") or call.names("channel_id"):
        _share(call, channel, files)
    return {"files": [{"id": file.id, "title": file.title or file.name} for file in files]}


def _uploaded(call: Call, wanted: object) -> StoredFile:
    if not isinstance(wanted, dict):
        raise SlackError("invalid_arguments")
    file = call.workspace.files.get(str(wanted.get("id")))
    if file is None or file.data is None:
        raise SlackError("file_not_found")
    file.title = str(wanted.get("title", ""))
    return file


def _share(call: Call, channel: str, files: list[StoredFile]) -> None:
    try:
        conversation = call.workspace.channel(channel)
    except KeyError:
        raise SlackError("channel_not_found") from None
    require_member(call, conversation)
    thread = call.text("thread_ts")
    if thread and thread not in conversation.messages:
        raise SlackError("invalid_arguments", messages=("[ERROR] invalid `thread_ts`",))
    wait = call.platform.limiter.admit_post(call.workspace.team_id, conversation.id, call.workspace.clock.now())
    if wait is not None:
        raise RateLimited(str(wait))
    content = Content(text=call.text("initial_comment"), files=[file.id for file in files])
    author = Author(call.bot_user, call.workspace.installation.bot_id)
    shared = call.workspace.post(conversation.id, author, content, thread_ts=thread, subtype="file_share")
    for file in files:
        file.shared_in[conversation.id] = shared.ts


def _find(call: Call) -> StoredFile:
    file = call.workspace.files.get(call.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    return file


@METHODS.serves("files.info", Tier.FOUR, scope="files:read")
def _info(call: Call) -> Json:
    return {
        "file": file_json(_find(call), call.workspace),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


@METHODS.serves("files.delete", Tier.THREE, scope="files:write")
def _delete(call: Call) -> Json:
    file = _find(call)
    del call.workspace.files[file.id]
    for channel, ts in file.shared_in.items():
        message = call.workspace.conversations[channel].messages.get(ts)
        if message is not None:
            message.content.files.remove(file.id)
    return {}
