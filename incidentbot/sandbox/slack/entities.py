"""Work objects: what an app may say of a thing of its own, in a message's metadata, an unfurl or the side pane."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.model import Json

INCIDENT: Final = "slack#/entities/incident"
_STRINGS: Final = frozenset({"status", "priority", "urgency", "description", "service"})
_TYPED: Final = frozenset({"created_by", "assigned_to"})
_TIMES: Final = frozenset({"date_created", "date_updated"})
_KEYS: Final = frozenset({"app_unfurl_url", "url", "external_ref", "entity_type", "entity_payload"})
_PAYLOAD: Final = frozenset({"attributes", "fields", "custom_fields", "display_order", "actions"})
_ATTRIBUTES: Final = frozenset(
    {"title", "display_type", "display_id", "product_icon", "product_name", "locale", "metadata_last_modified"}
)
_ADDRESS: Final = re.compile(r"https?://[^\s<>|]+")


def check_entity(app: App, value: Any, *, unfurls: bool = False) -> Json:
    """An incident as a work object, as it came; `invalid_metadata_schema` where Slack would not know what it is.

    `unfurls`: it has to name the address in the message that it stands for.
    """
    if not app.shows(INCIDENT):
        raise SlackError("feature_not_enabled")
    payload = value.get("entity_payload") if isinstance(value, dict) else None
    if not isinstance(payload, dict) or set(value) - _KEYS or set(payload) - _PAYLOAD:
        raise SlackError("invalid_metadata_schema")
    reference, needed = value.get("external_ref"), ["url", *(["app_unfurl_url"] if unfurls else [])]
    well = (
        value.get("entity_type") == INCIDENT
        and isinstance(reference, dict)
        and _is_text(reference.get("id"))
        and all(_is_text(value.get(name)) and _ADDRESS.fullmatch(value[name]) for name in needed)
        and _attributes_fit(payload.get("attributes"))
        and _fields_fit(payload.get("fields", {}), payload.get("display_order", []))
        and _actions_fit(payload.get("actions", {}))
    )
    if not well:
        raise SlackError("invalid_metadata_schema")
    return dict(value)


def addresses_in(app: App, text: str) -> list[str]:
    """The addresses in `text` that the app may unfurl, each once."""
    found = _ADDRESS.findall(text.replace("&amp;", "&"))
    return [url for url in dict.fromkeys(found) if app.unfurls(urlsplit(url).hostname or "")]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _attributes_fit(value: Any) -> bool:
    title = value.get("title") if isinstance(value, dict) else None
    return isinstance(title, dict) and _is_text(title.get("text")) and not set(value) - _ATTRIBUTES


def _fields_fit(fields: Any, order: Any) -> bool:
    known = {**dict.fromkeys(_STRINGS, _string_fits), **dict.fromkeys(_TYPED, _typed_fits)}
    known |= dict.fromkeys(_TIMES, _time_fits)
    if not isinstance(fields, dict) or set(fields) - set(known) or not isinstance(order, list):
        return False
    return all(known[name](field) for name, field in fields.items()) and not set(order) - set(fields)


def _string_fits(field: Any) -> bool:
    return isinstance(field, dict) and _is_text(field.get("value"))


def _time_fits(field: Any) -> bool:
    return isinstance(field, dict) and isinstance(field.get("value"), int)


def _typed_fits(field: Any) -> bool:
    if not isinstance(field, dict):
        return False
    if field.get("type") == "slack#/types/user":
        who = field.get("user")
        return isinstance(who, dict) and _is_text(who.get("user_id") or who.get("text"))
    return field.get("type") == "string" and _is_text(field.get("value"))


def _actions_fit(actions: Any) -> bool:
    if not isinstance(actions, dict) or set(actions) - {"primary_actions", "overflow_actions"}:
        return False
    buttons = [one for part in actions.values() for one in part]
    return all(
        isinstance(one, Mapping) and _is_text(one.get("text")) and _is_text(one.get("action_id")) for one in buttons
    )
