"""chat.unfurl and entity.presentDetails: what an app shows of links to its own things."""

from typing import Any

from incidentbot.sandbox.slack.access import find_message, visible
from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.entities import addresses_in, check_entity
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.model import Json, Message
from incidentbot.sandbox.slack.registry import MethodTable, Tier

METHODS = MethodTable()

# What is shown in place of the thing itself.
_STATUSES = frozenset({"restricted", "internal_error", "not_found", "custom", "custom_partial_view", "timeout"})


@METHODS.serves("chat.unfurl", Tier.THREE, scope="links:write")
def _unfurl(call: Call) -> Json:
    message = _message(call)
    metadata = call.parsed("metadata", "invalid_metadata_format")
    entities = metadata.get("entities") if isinstance(metadata, dict) else None
    if not entities and call.parsed("unfurls", "invalid_unfurls_format") is None:
        raise SlackError("missing_unfurls")
    if not isinstance(entities, list):
        raise SlackError("invalid_metadata_format")
    checked = [check_entity(call.platform.app, one, unfurls=True) for one in entities]
    there = addresses_in(call.platform.app, message.content.text)
    if any(one["app_unfurl_url"] not in there for one in checked):
        raise SlackError("cannot_unfurl_message")
    call.workspace.unfurl(message, {one["app_unfurl_url"]: one for one in checked})
    return {}


def _message(call: Call) -> Message:
    """The message by its place, or by the id that the event had of it."""
    if call.text("unfurl_id"):
        if call.text("source") != "conversations_history":
            raise SlackError("invalid_source" if call.text("source") else "missing_source")
        found = call.workspace.message_of_unfurl(call.text("unfurl_id"))
        if found is None:
            raise SlackError("invalid_unfurl_id")
        return found
    conversation = call.workspace.conversations.get(call.needed("channel", "missing_channel"))
    if conversation is None or not visible(call, conversation):
        raise SlackError("cannot_find_channel")
    call.needed("ts", "missing_ts")
    return find_message(call, conversation, "ts", missing="cannot_find_message")


@METHODS.serves("entity.presentDetails", Tier.THREE)
def _present_details(call: Call) -> Json:
    trigger = call.needed("trigger_id", "invalid_trigger_id")
    metadata, error = call.parsed("metadata", "invalid_metadata"), call.parsed("error", "invalid_arguments")
    if (metadata is None) == (error is None):
        raise SlackError("invalid_metadata")
    entity: Json = {}
    if metadata is not None:
        entity = check_entity(call.platform.app, metadata)
    elif not _is_error(error):
        raise SlackError("invalid_arguments")
    redeemed = call.platform.triggers.redeem(trigger, call.workspace.team_id, call.workspace.clock.now())
    if redeemed.entity == "" or (entity and entity["external_ref"]["id"] != redeemed.entity):
        raise SlackError("entity_metadata_does_not_match_trigger" if redeemed.entity else "invalid_trigger_id")
    call.workspace.show_details(redeemed.user, entity or {"error": error})
    return {}


def _is_error(value: Any) -> bool:
    """Whether Slack knows what to show in place of a thing; a custom title or message needs to be there."""
    if not isinstance(value, dict) or value.get("status") not in _STATUSES:
        return False
    return not value["status"].startswith("custom") or bool(value.get("custom_message"))
