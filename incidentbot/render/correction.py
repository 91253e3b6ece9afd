"""The form that says when something happened in truth."""

from typing import Any

from incidentbot.domain.correction import Corrected
from incidentbot.domain.incident import Incident
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.modals import View, form, labelled, option
from incidentbot.render.vocabulary import headline


def _labels() -> dict[Corrected, str]:
    return {
        Corrected.STARTED: fill_plain("It started"),
        Corrected.ACKNOWLEDGED: fill_plain("It was acknowledged"),
        Corrected.RESOLVED: fill_plain("It was resolved"),
    }


def correct_modal(incident: Incident) -> View:
    """The form, with what may be wrong last as preset; `private_metadata` is JSON with the reference as `incident`."""
    known = {
        Corrected.STARTED: incident.began_at,
        Corrected.ACKNOWLEDGED: incident.acknowledged_at,
        Corrected.RESOLVED: incident.resolved_at,
    }
    options = {what: option(label, what.value) for what, label in _labels().items() if known[what] is not None}
    preset = list(options)[-1]
    at = known[preset] or incident.began_at
    what: dict[str, Any] = {
        "type": "static_select",
        "action_id": ids.WHAT_SELECT,
        "options": list(options.values()),
        "initial_option": options[preset],
    }
    time = {"type": "datetimepicker", "action_id": ids.TIME_PICK, "initial_date_time": int(at.timestamp())}
    hint = fill_plain("Figures follow it. The thread keeps the time that was recorded, and tells both.")
    return form(
        ids.CORRECT_MODAL,
        fill_plain("Correct {ref}", ref=incident.reference),
        fill_plain("Correct"),
        {"incident": incident.reference},
        [
            blocks.paragraph(headline(incident)),
            labelled(ids.WHAT, fill_plain("What was at another time?"), what, optional=False),
            labelled(ids.TIME, fill_plain("When was it?"), time, optional=False, hint=hint),
        ],
    )
