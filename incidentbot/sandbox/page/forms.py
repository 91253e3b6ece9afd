"""Reading the forms that the page sends."""

from starlette.datastructures import FormData

from incidentbot.sandbox.page.choices import entry, field_name
from incidentbot.sandbox.page.spots import Where, find_spot
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.blockkit.validation import elements_of
from incidentbot.sandbox.slack.model import Json, Message, View
from incidentbot.sandbox.slack.people import NotPossible
from incidentbot.sandbox.slack.views import initial_value

_TICKED = ("checkboxes", "radio_buttons")


def text(form: FormData, name: str) -> str:
    """A field's text, empty if there is none."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def texts(form: FormData, name: str) -> list[str]:
    """All texts of a field."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def where(viewer: Viewer, form: FormData) -> Where:
    """What the form is about. NotPossible: it is gone."""
    found = find_spot(text(form, "spot"), viewer)
    if found is None:
        raise NotPossible("This is not there any more.")
    return found


def message(viewer: Viewer, form: FormData) -> Message:
    """The message that the form is about. NotPossible: it is gone, or is none that others see."""
    found = where(viewer, form)
    if not isinstance(found, Message):
        raise NotPossible("That is only possible with a message that others see too.")
    return found


def keep(viewer: Viewer, view: View, form: FormData) -> None:
    """Take what a form holds over into the view's state, so that a view that is drawn anew still holds it."""
    whole = text(form, "whole") == "1"
    for block in view.body["blocks"]:
        for _, element in elements_of(block):
            name = field_name(block["block_id"], dict(element)) if holds(element) else ""
            if name and (name in form or (whole and element["type"] in _TICKED)):
                now = {"type": element["type"], **entered(dict(element), texts(form, name), viewer)}
                view.state.setdefault(block["block_id"], {})[element["action_id"]] = now


def holds(element: object) -> bool:
    """Whether an element holds a value that a form carries; files are sent on their own."""
    return isinstance(element, dict) and initial_value(element) is not None and element["type"] != "file_input"


def entered(element: Json, values: list[str], viewer: Viewer) -> Json:
    """The entry for what was entered. NotPossible: the element does not take it."""
    try:
        return entry(element, values, viewer)
    except ValueError as error:
        raise NotPossible(str(error)) from error
