"""The stack of modals and the Home tab: opening, pushing, updating, closing."""

from collections.abc import Mapping
from typing import Any

from incidentbot.sandbox.slack.blockkit.completion import completed
from incidentbot.sandbox.slack.blockkit.validation import check_view, elements_of, view_too_large
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.ids import new_id, new_secret
from incidentbot.sandbox.slack.model import Json, View
from incidentbot.sandbox.slack.seats import MODAL_STACK_LIMIT
from incidentbot.sandbox.slack.workspace import Workspace


def checked_view(body: object, kind: str) -> Json:
    """A view that Slack would take; else SlackError saying what is wrong and where."""
    if not isinstance(body, dict):
        raise SlackError("invalid_arguments", messages=("[ERROR] missing required field: view",))
    if view_too_large(body):
        raise SlackError("view_too_large")
    problems = [str(one) for one in check_view(body)]
    if not problems and body.get("type") != kind:
        problems = [f"[ERROR] must be a view of type {kind} [json-pointer:/view/type]"]
    if problems:
        raise SlackError("invalid_arguments", messages=tuple(problems))
    return {**body, "blocks": completed(body["blocks"])}


def find_view(workspace: Workspace, *, view_id: str = "", external_id: str = "") -> View | None:
    """An open view by Slack's id or by the app's own."""
    for seat in workspace.seats.values():
        for view in seat.views():
            if (view_id and view.id == view_id) or (external_id and view.external_id == external_id):
                return view
    return None


def open_modal(workspace: Workspace, user: str, body: Json, *, push: bool) -> View:
    """Put a modal on top of the stack (`push`) or start a new stack with it."""
    with workspace.feed.lock:
        _refuse_taken(workspace, body, None)
        seat = workspace.seat(user)
        if push and len(seat.modals) >= MODAL_STACK_LIMIT:
            raise SlackError("push_limit_reached")
        below = seat.modals if push else []
        identity = new_id("V")
        view = View(
            id=identity,
            user=user,
            type="modal",
            body=body,
            hash=_new_hash(workspace),
            root_id=below[0].id if below else identity,
            previous_id=below[-1].id if below else None,
            state=initial_state(body),
        )
        seat.modals = [*below, view]
        _tell(workspace, "view_opened", view)
        return view


def replace_view(workspace: Workspace, view: View, body: Json) -> None:
    """Show another body in an open view; inputs whose block and action ids stay keep what was typed."""
    with workspace.feed.lock:
        _refuse_taken(workspace, body, view)
        kept = initial_state(body)
        for block, actions in kept.items():
            for action in actions:
                typed = view.state.get(block, {}).get(action)
                if typed is not None and typed["type"] == actions[action]["type"]:
                    actions[action] = typed
        view.body, view.state, view.errors = body, kept, {}
        view.hash = _new_hash(workspace)
        _tell(workspace, "view_updated", view)


def publish_home(workspace: Workspace, user: str, body: Json) -> View:
    """Show a Home tab to one person."""
    with workspace.feed.lock:
        seat = workspace.seat(user)
        if seat.home is None:
            identity = new_id("V")
            seat.home = View(identity, user, "home", body, _new_hash(workspace), identity, state=initial_state(body))
        else:
            seat.home.body, seat.home.hash = body, _new_hash(workspace)
            seat.home.state = initial_state(body)
        _tell(workspace, "home_published", seat.home)
        return seat.home


def close_top(workspace: Workspace, user: str) -> None:
    """Close the modal on top; the one below shows again."""
    with workspace.feed.lock:
        seat = workspace.seat(user)
        if seat.modals:
            _tell(workspace, "view_closed", seat.modals.pop())


def close_all(workspace: Workspace, user: str) -> None:
    """Close every modal of a person."""
    with workspace.feed.lock:
        while workspace.seat(user).modals:
            close_top(workspace, user)


def show_errors(workspace: Workspace, view: View, errors: dict[str, str]) -> None:
    """Show what the app found wrong, at the fields."""
    with workspace.feed.lock:
        view.errors = errors
        _tell(workspace, "view_updated", view)


def initial_state(body: Json) -> Json:
    """The values of a view's inputs before anybody typed."""
    state: Json = {}
    for block in body.get("blocks", ()):
        for _, element in elements_of(block):
            value = initial_value(element)
            if value is not None:
                state.setdefault(block["block_id"], {})[element["action_id"]] = value
    return state


_INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}


def initial_value(element: Mapping[str, Any]) -> Json | None:
    """An input element's entry in the state; None for elements that hold no value."""
    keys = _INITIAL.get(str(element.get("type")))
    if keys is None:
        return None
    key, initial = keys
    empty: object = [] if key.endswith("s") else None
    return {"type": element["type"], key: element.get(initial, empty)}


def value_key(element_type: str) -> str:
    """The key under which an element's value stands. KeyError for elements that hold none."""
    return _INITIAL[element_type][0]


def _refuse_taken(workspace: Workspace, body: Json, view: View | None) -> None:
    external = str(body.get("external_id") or "")
    if external and find_view(workspace, external_id=external) not in (None, view):
        raise SlackError("duplicate_external_id")


def _new_hash(workspace: Workspace) -> str:
    return f"{int(workspace.clock.now())}.{new_secret(8)}"


def _tell(workspace: Workspace, kind: str, view: View) -> None:
    data = {"view": view, "callback_id": view.callback_id}
    workspace.feed.emit(kind, team=workspace.team_id, user=view.user, data=data)
