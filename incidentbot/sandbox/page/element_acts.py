"""What people do with the elements of messages, modals and the Home tab."""

from typing import Final

from starlette.datastructures import FormData, UploadFile

from incidentbot.sandbox.page.choices import field_name
from incidentbot.sandbox.page.forms import entered, holds, keep, text, texts, where
from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.spots import find_spot
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.ids import new_id
from incidentbot.sandbox.slack.model import Json, StoredFile, View
from incidentbot.sandbox.slack.people import NotPossible, blocks_at, find_element
from incidentbot.sandbox.slack.views import show_errors
from incidentbot.sandbox.slack.wire import file_json

_MENUS: Final = ("overflow",)


async def act(page: Page, viewer: Viewer, form: FormData) -> None:
    """Click a button, or choose in an element that acts at once."""
    found, name = where(viewer, form), f"{text(form, 'block')}/{text(form, 'action')}"
    if isinstance(found, View):
        keep(viewer, found, form)
    element, block_id = find_element(blocks_at(found), name)
    values = texts(form, "value") or texts(form, field_name(block_id, element))
    people = page.people(viewer)
    if element["type"] in _MENUS:
        await people.act(viewer.person.id, found, name, option=values[0] if values else "")
        return
    chosen = entered(element, values, viewer) if holds(element) else _pressed(element, values)
    await people.act(viewer.person.id, found, name, chosen)


def _pressed(element: Json, values: list[str]) -> Json | None:
    """What a button adds: those of feedback say which of the two it was."""
    return {"value": values[0]} if element["type"] == "feedback_buttons" and values else None


async def fill(_page: Page, viewer: Viewer, form: FormData) -> None:
    """Keep what is typed into a modal. One that was submitted or closed meanwhile has no need of it."""
    found = find_spot(text(form, "spot"), viewer)
    if isinstance(found, View):
        keep(viewer, found, form)


async def submit(page: Page, viewer: Viewer, form: FormData) -> None:
    """Press a modal's submit button. Required fields that are empty are marked in it."""
    view = where(viewer, form)
    if not isinstance(view, View):
        raise NotPossible("Only a modal is submitted.")
    keep(viewer, view, form)
    view.errors = {}
    try:
        await page.people(viewer).submit(viewer.person.id, view)
    except NotPossible:
        if not view.errors:
            raise


async def close(page: Page, viewer: Viewer, form: FormData) -> None:
    """Close the modal on top, or all of them."""
    await page.people(viewer).close(viewer.person.id, everything=text(form, "everything") == "1")


async def upload(_page: Page, viewer: Viewer, form: FormData) -> None:
    """Put files into a modal's file input."""
    view = where(viewer, form)
    if not isinstance(view, View):
        raise NotPossible("Files go into modals.")
    element, block_id = find_element(view.body["blocks"], f"{text(form, 'block')}/{text(form, 'action')}")
    sent = [one for one in form.getlist("file") if isinstance(one, UploadFile)][: element.get("max_files", 10)]
    files = [await _store(viewer, one) for one in sent]
    held = {"type": "file_input", "files": [file_json(one, viewer.workspace) for one in files]}
    view.state.setdefault(block_id, {})[element["action_id"]] = held
    show_errors(viewer.workspace, view, view.errors)


async def _store(viewer: Viewer, sent: UploadFile) -> StoredFile:
    data = await sent.read()
    created = int(viewer.workspace.clock.now())
    file = StoredFile(new_id("F"), sent.filename or "file", len(data), viewer.person.id, created, data=data)
    viewer.workspace.files[file.id] = file
    return file
