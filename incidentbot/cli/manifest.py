"""`incidentbot manifest`: the Slack app that has everything the service answers to, and no right beyond it."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import typer

from incidentbot.domain.scopes import BOT_SCOPES, EVENTS, USER_SCOPES
from incidentbot.render import ids, work_object

NAME: Final = "incidentbot"
DESCRIPTION: Final = "Incidents from monitoring events and from people: one card, one thread, in order, whatever fails."
LONG_DESCRIPTION: Final = (
    "A critical monitoring event, or anybody with /incident create, opens an incident: a card in the incidents channel"
    " that always shows the present state, and a thread that tells the story in order. Owners of what is affected are"
    " invited, whoever acknowledges or resolves is named, and NopeSight learns of it. Nothing is lost or said twice"
    " when Slack or NopeSight is down."
)
COLOUR: Final = "#1d3557"

SLASH_COMMANDS: Final = (
    ("/incident", "Manage incidents", "[create|ack|resolve|update|note|list|show|help] [options]"),
    ("/nopesight", "Interact with NopeSight CMDB and monitoring", "[status|search|report|help] [options]"),
    ("/cmdb", "Query configuration items", "[search|show|update|help] [query]"),
)
SHORTCUTS: Final = (
    ("Create incident", "global", ids.CREATE_INCIDENT_SHORTCUT, "Tell that something is broken"),
    ("Incident from message", "message", ids.CREATE_INCIDENT_FROM_MESSAGE, "Make this message an incident"),
    ("Add to timeline", "message", ids.ADD_TO_TIMELINE, "Keep this message in an incident's timeline"),
)


def manifest(*, url: str = "", socket_mode: bool, steps: bool = True, user_scopes: bool = False) -> dict[str, Any]:
    """The app manifest (version 2) as plain data; `url` is the service's public address, without a closing slash."""
    events = f"{url}/slack/events" if url and not socket_mode else ""
    made = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": COLOUR,
        },
        "features": {**_features(events), **_previews(url)},
        "oauth_config": _oauth(url, user_scopes=user_scopes),
        "settings": _settings(events, socket_mode=socket_mode, steps=steps),
    }
    return {**made, "functions": FUNCTIONS} if steps else made


def _features(events: str) -> dict[str, Any]:
    slash_commands = [
        {
            "command": command,
            "description": description,
            "usage_hint": hint,
            # People and channels arrive as ids; plain names are not theirs to vouch for.
            "should_escape": True,
            **({"url": events} if events else {}),
        }
        for command, description, hint in SLASH_COMMANDS
    ]
    shortcuts = [
        {"name": name, "type": kind, "callback_id": callback, "description": description}
        for name, kind, callback, description in SHORTCUTS
    ]
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": shortcuts,
        "slash_commands": slash_commands,
    }


def _previews(url: str) -> dict[str, Any]:
    """Incidents are shown by their addresses; without one of ours there are none."""
    domains = {"unfurl_domains": [urlsplit(url).hostname]} if url else {}
    return {**domains, "rich_previews": {"is_active": True, "entity_types": [work_object.TYPE]}}


def _oauth(url: str, *, user_scopes: bool) -> dict[str, Any]:
    scopes = {"bot": sorted(scope.name for scope in BOT_SCOPES)}
    if user_scopes:
        scopes["user"] = list(USER_SCOPES)
    return {"scopes": scopes, **({"redirect_urls": [f"{url}/slack/oauth_redirect"]} if url else {})}


def _settings(events: str, *, socket_mode: bool, steps: bool) -> dict[str, Any]:
    bot_events = [event.name for event in EVENTS if steps or not event.steps]
    addresses = {"request_url": events} if events else {}
    options = {"message_menu_options_url": events} if events else {}
    settings = {
        "event_subscriptions": {**addresses, "bot_events": bot_events},
        "interactivity": {"is_enabled": True, **addresses, **options},
        # Steps of Workflow Builder are for apps that an organisation can install as a whole.
        "org_deploy_enabled": steps,
        "socket_mode_enabled": socket_mode,
        "token_rotation_enabled": False,
    }
    return {**settings, "function_runtime": "remote"} if steps else settings


# --- steps of Workflow Builder ----------------------------------------------------------------------------------------


def _parameter(name: str, title: str, description: str, kind: str, *, required: bool) -> dict[str, Any]:
    return {"type": kind, "name": name, "title": title, "description": description, "is_required": required}


def _text(name: str, title: str, description: str, *, required: bool = False) -> tuple[str, dict[str, Any]]:
    return name, _parameter(name, title, description, "string", required=required)


# Slack fills it with who ran the workflow, and shows no field: the author of a workflow cannot choose who that is.
_RUN_BY: Final = (
    "user",
    _parameter("user", "Run by", "Who ran the workflow", "slack#/types/user_context", required=False),
)


_OUTPUTS: Final = dict(
    (
        _text("incident", "Incident", "Its reference, such as INC-42", required=True),
        _text("state", "State", "open, acknowledged or resolved", required=True),
        _text("permalink", "Link", "The address of its thread; empty while that is on its way"),
    )
)

FUNCTIONS: Final[Mapping[str, Any]] = {
    ids.CREATE_INCIDENT_STEP: {
        "title": "Create an incident",
        "description": "Opens an incident with a card and a thread",
        "input_parameters": dict(
            (
                _text("title", "Title", "What is broken, in one line", required=True),
                _text("severity", "Severity", "critical, high, medium or low; high if empty"),
                _text("description", "Description", "What is known so far"),
                _RUN_BY,
            )
        ),
        "output_parameters": _OUTPUTS,
    },
    ids.UPDATE_INCIDENT_STEP: {
        "title": "Update an incident",
        "description": "Adds a note, changes the severity or moves the state",
        "input_parameters": dict(
            (
                _text("incident", "Incident", "Its reference, such as INC-42", required=True),
                _text("text", "Note", "What is to stand in the timeline"),
                _text("severity", "Severity", "critical, high, medium or low"),
                _text("state", "State", "open, acknowledged or resolved"),
                _RUN_BY,
            )
        ),
        "output_parameters": _OUTPUTS,
    },
}


# --- the command ------------------------------------------------------------------------------------------------------


def print_manifest(
    socket_mode: Annotated[
        bool | None,
        typer.Option("--socket-mode/--no-socket-mode", help="Default: Socket Mode where no --url is given."),
    ] = None,
    url: Annotated[
        str, typer.Option(help="The public address of this service, such as https://incidents.acme.com.")
    ] = "",
    no_steps: Annotated[
        bool, typer.Option("--no-steps", help="Leave out the steps of Workflow Builder, which need a paid plan.")
    ] = False,
    user_scopes: Annotated[
        bool, typer.Option("--user-scopes", help="Also ask for the guide's four user scopes, which nothing here uses.")
    ] = False,
) -> None:
    """Print the manifest (JSON) of the Slack app: create the app from it at api.slack.com/apps."""
    by_socket = not url if socket_mode is None else socket_mode
    if not by_socket and not url:
        raise typer.BadParameter("without Socket Mode, Slack has to know where to call: add --url https://…")
    if url and (urlsplit(url).scheme != "https" or not urlsplit(url).hostname or urlsplit(url).query):
        raise typer.BadParameter("Slack calls https addresses only: give it as https://host", param_hint="--url")
    made = manifest(url=url.rstrip("/"), socket_mode=by_socket, steps=not no_steps, user_scopes=user_scopes)
    print(json.dumps(made, indent=2, ensure_ascii=False))
