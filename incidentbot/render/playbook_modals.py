"""Running a playbook: choose one, fill in its parameters, confirm."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from incidentbot.domain.nopesight import Playbook, PlaybookParameter
from incidentbot.domain.text import clean_line
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.modals import INPUT_LIMIT, OPTION_TEXT, OPTION_VALUE, OPTIONS_LIMIT, form, labelled, option
from incidentbot.render.mrkdwn import NOTHING, Escaped, Words, cut, escape, fill, joined, listed, number, size

View = dict[str, Any]

# What Slack carries from one step of the form to the next.
CARRIED: Final = 3000
MOST_PARAMETERS: Final = 20
PARAMETER_NAME: Final = 75
NAMES: Final = 600
_RISK: Final[Mapping[str, Escaped]] = Words(
    {"low": fill("🟢 low"), "medium": fill("🟡 medium"), "high": fill("🔴 high")}
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the form carries along: the event, where its button was, and from the second step on what was chosen."""

    event: str
    title: str = ""
    channel: str = ""
    ts: str = ""
    playbook: str = ""
    name: str = ""
    parameters: Mapping[str, str] | None = None
    names: tuple[str, ...] = ()

    def fits(self) -> bool:
        """Whether Slack takes that much."""
        return size(json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))) <= CARRIED


def heading() -> str:
    """What stands over the form, and over what is shown in its place."""
    return fill_plain("Run a playbook")


def runnable(playbooks: Sequence[Playbook]) -> list[Playbook]:
    """The playbooks that a form of Slack's can show and bring back whole."""
    return [
        one
        for one in playbooks
        if 0 < size(one.id) <= OPTION_VALUE
        and len(one.parameters) <= MOST_PARAMETERS
        and all(0 < size(parameter.name) <= PARAMETER_NAME for parameter in one.parameters)
        and sum(size(parameter.name) for parameter in one.parameters) <= NAMES
    ][:OPTIONS_LIMIT]


def playbook_modal(carried: Carried, playbooks: Sequence[Playbook], chosen: Playbook | None = None) -> View:
    """The choice among `playbooks` (at least one, as `runnable` leaves them), with the fields of the `chosen` one."""
    options = {one.id: option(one.name, one.id) for one in playbooks}
    element: dict[str, Any] = {
        "type": "static_select",
        "action_id": ids.PLAYBOOK_SELECT,
        "placeholder": plain_text(fill_plain("Choose a playbook"), OPTION_TEXT),
        "options": list(options.values()),
    }
    if chosen is not None and chosen.id in options:
        element["initial_option"] = options[chosen.id]
    shown = [
        blocks.section(fill("For {event}", event=escape(carried.title or carried.event))),
        labelled(ids.PLAYBOOK, fill_plain("Playbook"), element, optional=False) | {"dispatch_action": True},
    ]
    if chosen is not None:
        shown += [*_described(chosen), *(_field(chosen.id, place, one) for place, one in enumerate(chosen.parameters))]
    left = len(playbooks) - len(options)
    if left > 0:
        shown.append(blocks.context([fill("{left} more are to be found in NopeSight.", left=number(left))]))
    return form(ids.PLAYBOOK_MODAL, heading(), fill_plain("Continue"), _metadata(carried, chosen), shown)


def confirm_modal(carried: Carried, chosen: Playbook) -> View:
    """The last question, with everything that will be done; nothing was started yet."""
    given = [
        fill("{name}: {value}", name=escape(name, PARAMETER_NAME), value=escape(value, 200) or fill("(empty)"))
        for name, value in (carried.parameters or {}).items()
    ]
    text = fill(
        "Run *{name}* for {event}?", name=escape(chosen.name, 120), event=escape(carried.title or carried.event)
    )
    shown = [blocks.section(text), *_described(chosen)]
    if given:
        shown.append(blocks.section(listed(given, most=MOST_PARAMETERS, limit=2500, separator="\n")))
    shown.append(blocks.context([fill("NopeSight runs it in your name. Its progress is told in the thread.")]))
    return form(ids.PLAYBOOK_CONFIRM_MODAL, heading(), fill_plain("Run it"), _metadata(carried, chosen), shown)


def _metadata(carried: Carried, chosen: Playbook | None) -> dict[str, object]:
    names = tuple(one.name for one in chosen.parameters) if chosen else ()
    return asdict(carried) | {
        "title": clean_line(carried.title, 200),
        "names": list(names),
        "playbook": chosen.id if chosen else "",
        "name": clean_line(chosen.name, 100) if chosen else "",
    }


def _described(chosen: Playbook) -> list[dict[str, Any]]:
    approval = fill("somebody has to approve it in NopeSight") if chosen.requires_approval else NOTHING
    facts = joined([fill("Risk: {risk}", risk=_RISK.get(chosen.risk, escape(chosen.risk, 40))), approval], " · ")
    described = [blocks.paragraph(cut(chosen.description, 1000))] if chosen.description.strip() else []
    return [*described, blocks.context([facts])]


def block_of(playbook_id: str, place: int) -> str:
    """The block of a playbook's parameter: Slack keeps what was typed by it, which is another playbook's no longer."""
    return f"{ids.PARAMETER}:{place}:{playbook_id}"


def _field(playbook_id: str, place: int, parameter: PlaybookParameter) -> dict[str, Any]:
    label = parameter.name.replace("_", " ").capitalize()
    return labelled(
        block_of(playbook_id, place),
        label,
        _truth(place, parameter) if parameter.type == "boolean" else _text(place, parameter),
        optional=not parameter.required,
        hint=cut(f"{parameter.name} ({parameter.type})", 200),
    )


def _text(place: int, parameter: PlaybookParameter) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": f"{ids.PARAMETER_INPUT}:{place}"}
    return element | ({"initial_value": cut(parameter.default, INPUT_LIMIT)} if parameter.default else {})


def _truth(place: int, parameter: PlaybookParameter) -> dict[str, Any]:
    options = {"true": option(fill_plain("Yes"), "true"), "false": option(fill_plain("No"), "false")}
    element = {
        "type": "static_select",
        "action_id": f"{ids.PARAMETER_SELECT}:{place}",
        "options": list(options.values()),
    }
    preset = options.get(parameter.default.lower())
    return element | ({"initial_option": preset} if preset else {})
