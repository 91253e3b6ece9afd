"""The modals, with the ids that submissions come back under, and the errors that stand at their fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from incidentbot.domain.incident import DESCRIPTION_LIMIT, NOTE_LIMIT, TITLE_LIMIT, Incident
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.refusals import BadField, PersonUnknown, Refusal
from incidentbot.domain.retrospective import Part
from incidentbot.domain.roles import IncidentRole
from incidentbot.domain.severity import Severity
from incidentbot.domain.text import clean_line
from incidentbot.languages import counted_plain, fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.mrkdwn import Escaped, cut, is_user_id, shortened, size
from incidentbot.render.plain import words
from incidentbot.render.refusals import bad_field, person_unknown, sentence
from incidentbot.render.vocabulary import SEVERITY_SIGN, SEVERITY_WORD, headline

View = dict[str, Any]

TITLE_OF_VIEW: Final = 24
INPUT_LIMIT: Final = 3000
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OPTIONS_LIMIT: Final = 100
ERROR_LIMIT: Final = 300
# Which block of a modal shows what is wrong with a field of the domain; the first one takes what has none of its own.
_BLOCKS: Final[Mapping[str, Mapping[str, str]]] = {
    ids.INCIDENT_MODAL: {
        "title": ids.TITLE,
        "description": ids.DESCRIPTION,
        "severity": ids.PRIORITY,
        "priority": ids.PRIORITY,
        "assignee": ids.ASSIGNEE,
        "cis": ids.CIS,
    },
    ids.PREFERENCES_MODAL: {"quiet_since": ids.QUIET_SINCE, "quiet_until": ids.QUIET_UNTIL},
    ids.CAPTURE_MODAL: {"incident": ids.INCIDENT},
    ids.PEOPLE_MODAL: {
        **{name: name for name in (*IncidentRole, ids.RESPONDERS)},
        **{ids.on_call_of(role): ids.on_call_of(role) for role in IncidentRole},
    },
    ids.CORRECT_MODAL: {"time": ids.TIME, "what": ids.WHAT},
    ids.RESOLVE_MODAL: {"note": ids.RESOLUTION},
    ids.CHANNEL_MODAL: {"channel": ids.CHANNEL},
    ids.SCHEDULE_MODAL: {
        "type": ids.REPORT,
        "channel": ids.CHANNEL,
        "day": ids.DAYS,
        "time": ids.CLOCK,
        "zone": ids.ZONE,
    },
    ids.RETROSPECTIVE_MODAL: {part: part for part in Part},
    ids.ACTION_MODAL: {"action_item": ids.ACTION, "assignee": ids.ASSIGNEE, "due": ids.DUE},
    ids.UPDATE_MODAL: {
        "note": ids.NOTE,
        "title": ids.TITLE,
        "severity": ids.PRIORITY,
        "priority": ids.PRIORITY,
        "assignee": ids.ASSIGNEE,
        ids.on_call_of(ids.ASSIGNEE): ids.on_call_of(ids.ASSIGNEE),
        "next_update": ids.NEXT_UPDATE,
    },
}


def incident_modal(
    *,
    title: str = "",
    description: str = "",
    severity: Severity = Severity.HIGH,
    assignee: str = "",
    cis: Sequence[CiRef] = (),
    drill: bool = False,
    event_id: str = "",
    also: Mapping[str, str] = MappingProxyType({}),
) -> View:
    """The form that creates an incident, filled in as far as is known.

    `private_metadata` is JSON: `event` (the id of the event it was opened from, at most 255 characters, or "") and
    whatever `also` carries, such as `channel` (where it was asked for).
    """
    title, description = _fitting(title, description)
    return form(
        ids.INCIDENT_MODAL,
        fill_plain("Create incident"),
        fill_plain("Create"),
        {"event": event_id, "channel": "", **also},
        [
            _title(title),
            _text(
                ids.DESCRIPTION, ids.DESCRIPTION_INPUT, fill_plain("Initial assessment"), description, DESCRIPTION_LIMIT
            ),
            _priority(severity),
            assignee_field(assignee),
            _cis(cis),
            _drill(drill),
        ],
    )


def resolve_modal(incident: Incident) -> View:
    """The form that resolves `incident`; `private_metadata` is JSON with its reference as `incident`."""
    return form(
        ids.RESOLVE_MODAL,
        fill_plain("Resolve {ref}", ref=incident.reference),
        fill_plain("Resolve"),
        {"incident": incident.reference},
        [
            blocks.paragraph(headline(incident)),
            _text(ids.RESOLUTION, ids.RESOLUTION_INPUT, fill_plain("What resolved it?"), "", NOTE_LIMIT),
        ],
    )


def update_modal(incident: Incident, on_call: Sequence[str] = ()) -> View:
    """The form that changes `incident`; `private_metadata` is JSON with its reference as `incident`.

    `on_call` are names by which somebody is on call: whoever it is then can be made the assignee.
    """
    return form(
        ids.UPDATE_MODAL,
        fill_plain("Update {ref}", ref=incident.reference),
        fill_plain("Update"),
        {"incident": incident.reference},
        [
            _title(incident.title),
            _priority(incident.severity),
            assignee_field(incident.assignee),
            *on_call_fields(ids.ASSIGNEE, fill_plain("Or assign to who is on call"), on_call),
            _text(ids.NOTE, ids.NOTE_INPUT, fill_plain("Status update"), "", NOTE_LIMIT),
            _next_update(),
        ],
    )


def refusal_modal(refused: Refusal) -> View:
    """What is shown in place of a form that was sent and refused for something other than a field of it."""
    return {
        "type": "modal",
        "callback_id": ids.REFUSAL_MODAL,
        "title": plain_text(fill_plain("That did not work"), TITLE_OF_VIEW),
        "close": plain_text(fill_plain("Close"), TITLE_OF_VIEW),
        "blocks": [blocks.section(sentence(refused))],
    }


def notice_modal(title: str, text: Escaped) -> View:
    """A view that says something and asks for nothing: that an answer is on its way, or why there is none."""
    return {
        "type": "modal",
        "callback_id": ids.NOTICE_MODAL,
        "title": plain_text(title, TITLE_OF_VIEW),
        "close": plain_text(fill_plain("Close"), TITLE_OF_VIEW),
        "blocks": [blocks.section(text)],
    }


def field_errors(refused: BadField | PersonUnknown, callback_id: str) -> dict[str, str]:
    """The error of a submitted modal, by the id of the block it stands at; plain text, never empty."""
    known = _BLOCKS[callback_id]
    if isinstance(refused, PersonUnknown):
        field, text = refused.field, person_unknown(refused)
    else:
        field, text = refused.field, bad_field(refused)
    return {known.get(field) or next(iter(known.values())): cut(words(text), ERROR_LIMIT)}


def ci_options(cis: Sequence[CiRef]) -> list[dict[str, Any]]:
    """The answer to a search for CIs: value = id, text = name; a CI whose id Slack could not bring back is left out."""
    carried = {ci.id: ci for ci in cis if can_be_carried(ci.id)}
    return [option(ci.name or ci.id, ci.id) for ci in carried.values()][:OPTIONS_LIMIT]


def can_be_carried(ci_id: str) -> bool:
    """Whether Slack brings the id back from an option or a button as it is."""
    return 0 < size(ci_id) <= OPTION_VALUE and ci_id == clean_line(ci_id, OPTION_VALUE)


def form(
    callback_id: str, title: str, submit: str, metadata: Mapping[str, object], shown: list[dict[str, Any]]
) -> View:
    """A form that is sent by `submit` and carries `metadata` along, as JSON."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, TITLE_OF_VIEW),
        "submit": plain_text(submit, TITLE_OF_VIEW),
        "close": plain_text(fill_plain("Cancel"), TITLE_OF_VIEW),
        "private_metadata": json.dumps(metadata, ensure_ascii=False, separators=(",", ":")),
        "blocks": shown,
    }


def labelled(block_id: str, label: str, element: dict[str, Any], *, optional: bool, hint: str = "") -> dict[str, Any]:
    """A field of a form."""
    made: dict[str, Any] = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, INPUT_LIMIT),
        "element": element,
        "optional": optional,
    }
    return made | {"hint": plain_text(hint, INPUT_LIMIT)} if hint else made


def _fitting(title: str, description: str) -> tuple[str, str]:
    """A title that the form can be sent with; where it had to be cut, the description begins with all of it."""
    title = clean_line(title, max(len(title), 1))
    if len(title) <= TITLE_LIMIT:
        return title, description
    return cut(title, TITLE_LIMIT), f"{title}\n\n{description}".rstrip()


def _title(title: str) -> dict[str, Any]:
    # No max_length: Slack may count otherwise than we do, and would then refuse to open the form on a stored title.
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": ids.TITLE_INPUT,
        "placeholder": plain_text(fill_plain("What is wrong, in one line"), OPTION_TEXT),
    }
    return labelled(
        ids.TITLE, fill_plain("Title"), element | _initial_value(clean_line(title, max(len(title), 1))), optional=False
    )


def _text(block_id: str, action_id: str, label: str, value: str, limit: int) -> dict[str, Any]:
    shown, left = shortened(value, INPUT_LIMIT)
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": True,
        "max_length": min(limit, INPUT_LIMIT),
    }
    hint = (
        counted_plain(
            left, "{count} more character did not fit in here.", "{count} more characters did not fit in here."
        )
        if left
        else ""
    )
    return labelled(block_id, label, element | _initial_value(shown), optional=True, hint=hint)


def _initial_value(value: str) -> dict[str, str]:
    return {"initial_value": value} if value else {}


def _priority(severity: Severity) -> dict[str, Any]:
    options = {
        level: option(f"{SEVERITY_SIGN[level]} {SEVERITY_WORD[level].capitalize()}", level.value) for level in Severity
    }
    element = {
        "type": "static_select",
        "action_id": ids.PRIORITY_SELECT,
        "options": list(options.values()),
        "initial_option": options[severity],
    }
    return labelled(ids.PRIORITY, fill_plain("Priority"), element, optional=False)


def _next_update() -> dict[str, Any]:
    lengths = {
        "15m": fill_plain("15 minutes"),
        "30m": fill_plain("30 minutes"),
        "1h": fill_plain("1 hour"),
        "2h": fill_plain("2 hours"),
        "4h": fill_plain("4 hours"),
        "8h": fill_plain("8 hours"),
        "1d": fill_plain("1 day"),
    }
    element = {
        "type": "static_select",
        "action_id": ids.NEXT_UPDATE_SELECT,
        "placeholder": plain_text(fill_plain("Nothing promised"), OPTION_TEXT),
        "options": [option(label, length) for length, label in lengths.items()],
    }
    hint = fill_plain("Whoever has it is reminded then.")
    return labelled(ids.NEXT_UPDATE, fill_plain("Next update in"), element, optional=True, hint=hint)


def assignee_field(assignee: str) -> dict[str, Any]:
    """Whom something is to be assigned to; nobody where that is no user id."""
    element: dict[str, Any] = {
        "type": "users_select",
        "action_id": ids.ASSIGNEE_SELECT,
        "placeholder": plain_text(fill_plain("Nobody yet"), OPTION_TEXT),
    }
    if is_user_id(assignee):
        element["initial_user"] = assignee
    return labelled(ids.ASSIGNEE, fill_plain("Assign to"), element, optional=True)


def on_call_fields(block_id: str, label: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """Beside the field `block_id`: whoever is on call by one of `names`; nothing where there are none."""
    if not names:
        return []
    element = {
        "type": "static_select",
        "action_id": ids.select_of(ids.on_call_of(block_id)),
        "placeholder": plain_text(fill_plain("Choose who is on call"), OPTION_TEXT),
        "options": [option(name, name) for name in names[:OPTIONS_LIMIT] if can_be_carried(name)],
    }
    hint = fill_plain("Whoever it is when you save takes the place of whom you picked above.")
    return [labelled(ids.on_call_of(block_id), label, element, optional=True, hint=hint)]


def _cis(cis: Sequence[CiRef]) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "multi_external_select",
        "action_id": ids.CIS_SELECT,
        "placeholder": plain_text(fill_plain("Search in NopeSight"), OPTION_TEXT),
        "min_query_length": 0,
    }
    chosen = ci_options(cis)
    if chosen:
        element["initial_options"] = chosen
    left = len(cis) - len(chosen)
    hint = (
        counted_plain(left, "{count} more could not be listed here.", "{count} more could not be listed here.")
        if left
        else ""
    )
    return labelled(ids.CIS, fill_plain("Affected configuration items"), element, optional=True, hint=hint)


def _drill(chosen: bool) -> dict[str, Any]:  # noqa: FBT001 (the value of the field)
    choice = option(fill_plain("This is a drill"), ids.DRILL)
    element: dict[str, Any] = {"type": "checkboxes", "action_id": ids.DRILL_CHECK, "options": [choice]}
    if chosen:
        element["initial_options"] = [choice]
    hint = fill_plain("An exercise: marked as one everywhere, and counted in no figures.")
    return labelled(ids.DRILL, fill_plain("Only an exercise?"), element, optional=True, hint=hint)


def option(text: str, value: str) -> dict[str, Any]:
    """Something to choose."""
    return {"text": plain_text(text, OPTION_TEXT), "value": value}
