"""What elements hold and what can be chosen in them."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from incidentbot.sandbox.page import dates
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.blockkit.validation import elements_of
from incidentbot.sandbox.slack.model import Conversation, Json, Kind
from incidentbot.sandbox.slack.reading import blocks_text
from incidentbot.sandbox.slack.views import value_key

_FILTERS: Final = {Kind.PUBLIC: "public", Kind.PRIVATE: "private", Kind.IM: "im", Kind.MPIM: "mpim"}
_MOST: Final = 100
_WITH_ACTIONS: Final = {"section", "actions", "input", "context_actions", "card"}


def field_name(block_id: str, element: Json) -> str:
    """What an element's field is called in a form."""
    return f"field:{block_id}/{element['action_id']}"


def local_time(seconds: int, viewer: Viewer) -> str:
    """A moment as a field for date and time holds it, in the viewer's time zone."""
    return f"{dates.moment(seconds, viewer.zone):%Y-%m-%dT%H:%M}"


def plain_of(value: Json) -> str:
    """The words of a rich text, for a field that holds plain ones."""
    return blocks_text([value])


def file_name(identity: Json | str, viewer: Viewer) -> str:
    """The name of a file that a field holds."""
    found = viewer.workspace.files.get(str(identity["id"] if isinstance(identity, dict) else identity))
    return found.name if found else str(identity)


def present(blocks: list[Json]) -> list[Json]:
    """Blocks as the templates want them: nothing null, and an id for every block and element."""
    shown = [_without_null(block) for block in blocks]
    for number, block in enumerate(shown):
        block.setdefault("block_id", f"block{number}")
        for at, element in elements_of(block) if block.get("type") in _WITH_ACTIONS else ():
            if isinstance(element, dict) and element.get("type") != "image":
                element.setdefault("action_id", at)
    return shown


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    return [_without_null(item) for item in value] if isinstance(value, list) else value


def chosen(value: Json | str) -> str:
    """A choice as a form holds it: an option as JSON, an id as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def label(value: Json | str, viewer: Viewer) -> str:
    """A choice as a person reads it."""
    if not isinstance(value, str):
        return str(value["text"]["text"])
    person = viewer.workspace.people.get(value)
    if person is not None:
        return person.real_name
    conversation = viewer.conversation(value)
    return f"#{conversation.name}" if conversation else value


def entry(element: Json, values: list[str], viewer: Viewer) -> Json:
    """The entry of the state (or of an action) for what a form holds. ValueError: it holds what is not offered."""
    kind = str(element["type"])
    key = value_key(kind)
    if key == "rich_text_value":
        return {key: _rich_text(values[0]) if values and values[0] else None}
    if key.endswith("s"):
        return {key: [_choice(element, key, value, viewer) for value in values if value]}
    first = values[0] if values else ""
    return {key: _choice(element, key, first, viewer) if first else None}


def _choice(element: Json, key: str, value: str, viewer: Viewer) -> Any:
    if key in ("selected_option", "selected_options"):
        return _option(element, value)
    if key == "selected_date_time":
        return int(datetime.fromisoformat(value).replace(tzinfo=viewer.zone).timestamp())
    return value


def _option(element: Json, value: str) -> Json:
    wanted = json.loads(value) if value.startswith("{") else {"value": value}
    if "external" in element["type"]:
        return dict(wanted)
    for option in options_of(element):
        if option["value"] == wanted.get("value"):
            return option
    raise ValueError(f"{element['action_id']} has no option {value!r}")


def options_of(element: Json) -> list[Json]:
    """The options that stand in an element, groups flattened."""
    groups = element.get("option_groups") or ()
    return [*(element.get("options") or ()), *(option for group in groups for option in group["options"])]


def _rich_text(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


# --- offers -----------------------------------------------------------------------------------------------------------


def offers(element: Json, query: str, viewer: Viewer) -> list[tuple[str, list[Json | str]]]:
    """What an element offers for a query, in groups with headings; not for external selects, which ask the app."""
    wanted = query.casefold().strip().lstrip("@#")
    kind = str(element["type"]).removeprefix("multi_")
    if kind == "users_select":
        return [("", list(_called(wanted, _people(viewer), viewer)))]
    if kind in ("conversations_select", "channels_select"):
        found = [one.id for one in _conversations(element, viewer)]
        return [("", list(_called(wanted, found, viewer)))]
    return list(_static(element, wanted))


def _static(element: Json, wanted: str) -> Iterator[tuple[str, list[Json | str]]]:
    groups = element.get("option_groups") or [{"label": {"text": ""}, "options": element.get("options") or ()}]
    for group in groups:
        options = [one for one in group["options"] if wanted in one["text"]["text"].casefold()]
        if options:
            yield str(group["label"]["text"]), options


def _called(wanted: str, identities: list[str], viewer: Viewer) -> list[str]:
    return [one for one in identities if wanted in label(one, viewer).casefold()][:_MOST]


def _people(viewer: Viewer) -> list[str]:
    return [one.id for one in viewer.workspace.people.values() if not one.deleted]


def _conversations(element: Json, viewer: Viewer) -> Iterator[Conversation]:
    rules = element.get("filter") or {}
    kinds = rules.get("include") or list(_FILTERS.values())
    only_channels = "channels_select" in element["type"]
    for one in viewer.workspace.conversations.values():
        wanted = one.kind is Kind.PUBLIC if only_channels else _FILTERS[one.kind] in kinds
        if wanted and viewer.sees(one) and one.name:
            yield one
