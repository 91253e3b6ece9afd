"""views.*: modals and the Home tab."""

from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.registry import MethodTable, Tier
from incidentbot.sandbox.slack.triggers import Trigger
from incidentbot.sandbox.slack.views import checked_view, find_view, open_modal, publish_home, replace_view
from incidentbot.sandbox.slack.wire import view_json

METHODS = MethodTable()


def _view(call: Call, kind: str) -> Json:
    return checked_view(call.parsed("view", "invalid_arguments"), kind)


def _redeem(call: Call) -> Trigger:
    identity = call.needed("trigger_id")
    return call.platform.triggers.redeem(identity, call.workspace.team_id, call.workspace.clock.now())


@METHODS.serves("views.open", Tier.FOUR)
def _open(call: Call) -> Json:
    body = _view(call, "modal")
    trigger = _redeem(call)
    # Slack puts a modal that is opened from a modal on top of it.
    push = bool(trigger.view_id and call.workspace.seat(trigger.user).modals)
    return {"view": view_json(open_modal(call.workspace, trigger.user, body, push=push), call.workspace, values=False)}


@METHODS.serves("views.push", Tier.FOUR)
def _push(call: Call) -> Json:
    body = _view(call, "modal")
    trigger = _redeem(call)
    if not call.workspace.seat(trigger.user).modals:
        raise SlackError("not_found")
    return {"view": view_json(open_modal(call.workspace, trigger.user, body, push=True), call.workspace, values=False)}


@METHODS.serves("views.update", Tier.FOUR)
def _update(call: Call) -> Json:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise SlackError("invalid_arguments", messages=("[ERROR] missing required field: view_id",))
    found = find_view(call.workspace, view_id=view_id, external_id=external_id)
    if found is None:
        raise SlackError("not_found")
    body = _view(call, found.type)
    if call.text("hash", found.hash) != found.hash:
        raise SlackError("hash_conflict")
    replace_view(call.workspace, found, body)
    return {"view": view_json(found, call.workspace, values=False)}


@METHODS.serves("views.publish", Tier.FOUR)
def _publish(call: Call) -> Json:
    user = call.needed("user_id")
    if user not in call.workspace.people:
        raise SlackError("invalid_arguments", messages=("invalid `user_id`",))
    if not call.platform.app.home_tab:
        raise SlackError("not_enabled")
    body = _view(call, "home")
    home = call.workspace.seat(user).home
    if home is not None and call.text("hash", home.hash) != home.hash:
        raise SlackError("hash_conflict", view=view_json(home, call.workspace, values=False))
    return {"view": view_json(publish_home(call.workspace, user, body), call.workspace, values=False)}
