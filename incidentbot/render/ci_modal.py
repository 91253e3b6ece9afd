"""The form that changes a configuration item: its status and whatever of it is one plain value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from incidentbot.domain.cmdb import Ci
from incidentbot.domain.inquiry import Ambiguous
from incidentbot.domain.job import Field, as_field
from incidentbot.domain.text import clean_line, clean_text
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.modals import INPUT_LIMIT, can_be_carried, form, labelled, notice_modal, option
from incidentbot.render.mrkdwn import Escaped, code, escape, fill, joined, listed, number, size

View = dict[str, Any]
Place = Literal["", "attributes", "custom_fields"]

STATUSES: Final = ("active", "inactive", "maintenance")
# What Slack carries along with a form, less the room for the CI itself.
CARRIED: Final = 2200
MOST_FIELDS: Final = 40
LONGEST_VALUE: Final = 1000
LONGEST_NAME: Final = 100


def heading() -> str:
    """What stands over the form, and over what is shown in its place."""
    return fill_plain("Update CI")


def ci_update_modal(ci: Ci, asked_in: str) -> View:
    """The form, filled with what the CI is now; `private_metadata` is JSON with what to read the answers by."""
    fields = editable(ci)
    statuses = {
        value: option(value.capitalize(), value)
        for value in dict.fromkeys((*STATUSES, ci.status))
        if can_be_carried(value)
    }
    status: dict[str, Any] = {
        "type": "static_select",
        "action_id": ids.STATUS_SELECT,
        "options": list(statuses.values()),
    }
    if ci.status in statuses:
        status["initial_option"] = statuses[ci.status]
    left = sum(map(len, (ci.attributes, ci.custom_fields))) - len(fields)
    shown = [
        blocks.section(fill("*{name}* · {id}", name=escape(ci.name, 120), id=code(ci.id, 100))),
        labelled(ids.STATUS, fill_plain("Status"), status, optional=False),
        *(_field(place, field) for place, field in enumerate(fields)),
    ]
    if left:
        shown.append(blocks.context([fill("{left} more can be changed in NopeSight alone.", left=number(left))]))
    metadata = {
        "ci": ci.id,
        "name": clean_line(ci.name, 120),
        "version": ci.version,
        "asked_in": asked_in,
        "fields": [[field.place, field.name, field.type] for field in fields],
    }
    return form(ids.CI_UPDATE_MODAL, heading(), fill_plain("Update"), metadata, shown)


def editable(ci: Ci) -> list[Field]:
    """The fields that the form shows, with their present values as before and after."""
    found: list[Field] = []
    room = CARRIED
    places: tuple[tuple[Place, Mapping[str, object]], ...] = (
        ("attributes", ci.attributes),
        ("custom_fields", ci.custom_fields),
    )
    for place, held in places:
        for name, value in held.items():
            text, kind = as_field(value)
            room -= size(json.dumps([place, name, kind], ensure_ascii=False)) + 1
            if not _fits(name, value, text) or room < 0 or len(found) >= MOST_FIELDS:
                continue
            found.append(Field(place, name, text, text, kind))
    return found


def _fits(name: str, value: object, text: str) -> bool:
    """Whether a form can show the value and bring it back as it is."""
    plain = isinstance(value, str | int | float) and _unhidden(name) and _unhidden(text)
    return plain and 0 < size(name) <= LONGEST_NAME and size(text) <= LONGEST_VALUE


def _unhidden(text: str) -> bool:
    return text == clean_text(text, max(len(text), 1))


def _field(place: int, field: Field) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": f"{ids.FIELD_INPUT}:{place}",
        "max_length": min(INPUT_LIMIT, LONGEST_VALUE),
        **({"initial_value": field.before} if field.before else {}),
    }
    if field.type == "truth":
        options = {"true": option(fill_plain("Yes"), "true"), "false": option(fill_plain("No"), "false")}
        element = {
            "type": "static_select",
            "action_id": f"{ids.FIELD_SELECT}:{place}",
            "options": list(options.values()),
            "initial_option": options[field.before],
        }
    hint = fill_plain("A number") if field.type == "number" else ""
    label = field.name.replace("_", " ").capitalize()
    return labelled(f"{ids.FIELD}:{place}", label, element, optional=field.type == "text", hint=hint)


def not_one(named: Ambiguous) -> View:
    """Why there is no form: no CI, or several, are called so."""
    similar = listed([_similar(ci.name, ci.id) for ci in named.similar], most=10, limit=2000, separator="\n")
    if named.exact:
        said = fill("Several are called {typed}. Name one by its id:", typed=code(named.typed, 80))
    else:
        said = fill("NopeSight knows no configuration item {typed}.", typed=code(named.typed, 80))
    return notice_modal(heading(), joined([said, similar], "\n"))


def _similar(name: str, ci_id: str) -> Escaped:
    return fill("{name}: {way}", name=escape(name, 80), way=code(f"/cmdb update {ci_id}", 120))


def bad_number(place: int) -> dict[str, str]:
    """The error at a field that takes a number."""
    return {f"{ids.FIELD}:{place}": fill_plain("This has to be a number, such as 8 or 2.5.")}


def nothing_changed() -> dict[str, str]:
    """The error of a form that was sent as it was opened."""
    return {ids.STATUS: fill_plain("Nothing is different from what NopeSight has. Change something, or cancel.")}
