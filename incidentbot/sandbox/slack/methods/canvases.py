"""canvases.*: documents that an app writes, and who may read them."""

from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.ids import new_id
from incidentbot.sandbox.slack.model import Canvas, Json
from incidentbot.sandbox.slack.registry import MethodTable, Tier

METHODS = MethodTable()

LARGEST = 1_048_576
_LEVELS = ("read", "write", "owner")


@METHODS.serves("canvases.create", Tier.TWO, scope="canvases:write")
def _create(call: Call) -> Json:
    content = call.parsed("document_content", "invalid_arguments")
    if not isinstance(content, dict) or content.get("type") != "markdown" or set(content) != {"type", "markdown"}:
        raise SlackError("invalid_arguments", messages=("[ERROR] document_content must be markdown",))
    markdown = content["markdown"]
    if not isinstance(markdown, str) or not 0 < len(markdown) <= LARGEST:
        raise SlackError("canvas_creation_failed")
    canvas = Canvas(new_id("F"), call.text("title"), markdown)
    call.workspace.canvases[canvas.id] = canvas
    return {"canvas_id": canvas.id}


@METHODS.serves("canvases.access.set", Tier.THREE, scope="canvases:write")
def _share(call: Call) -> Json:
    canvas = call.workspace.canvases.get(call.needed("canvas_id"))
    if canvas is None:
        raise SlackError("canvas_not_found")
    level, channels, users = call.needed("access_level"), call.names("channel_ids"), call.names("user_ids")
    if level not in _LEVELS or bool(channels) == bool(users):
        raise SlackError("invalid_parameters")
    for channel in channels:
        if channel not in call.workspace.conversations:
            raise SlackError("channel_not_found")
    for user in users:
        if user not in call.workspace.people:
            raise SlackError("user_not_found")
    canvas.access.update(dict.fromkeys((*channels, *users), level))
    return {}
