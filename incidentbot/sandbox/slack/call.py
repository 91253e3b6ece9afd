"""A Web API call as it arrived: its arguments in whichever encoding, and who makes it."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.workspace import Workspace

MAX_PAGE = 1_000


def read_arguments(content_type: str, body: bytes, query: str) -> dict[str, Any]:
    """The arguments of a call, as JSON or form; the query string counts too. An empty body is no arguments."""
    arguments: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if not body:
        return arguments
    if content_type.startswith("application/json"):
        arguments.update(_json_body(body))
    else:
        arguments.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return arguments


def _json_body(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value


def read_client(authorization: str) -> dict[str, str]:
    """The app's client id and secret where they came as basic authentication, as for `oauth.v2.access`."""
    kind, _, encoded = authorization.partition(" ")
    if kind != "Basic":
        return {}
    try:
        identity, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return {}
    return {"client_id": identity, "client_secret": secret}


@dataclass(frozen=True, slots=True)
class Call:
    """One call to one method, by an app whose token was accepted. `workspace` is the token's own."""

    method: str
    arguments: Mapping[str, Any]
    platform: Platform
    workspace: Workspace
    token: str = ""

    @property
    def by_organisation(self) -> bool:
        """Whether the token is an organisation's."""
        organisation = self.platform.organisation
        return bool(organisation and self.token and organisation.token == self.token)

    def text(self, name: str, default: str = "") -> str:
        """An argument as text; numbers and the like are taken as they are written."""
        value = self.arguments.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def needed(self, name: str, error: str = "") -> str:
        """An argument that must be there, else `error`, else `invalid_arguments` naming it."""
        value = self.text(name)
        if value:
            return value
        if error:
            raise SlackError(error)
        raise SlackError("invalid_arguments", messages=(f"[ERROR] missing required field: {name}",))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean in any of the spellings that Slack takes."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return default
        return value in (True, 1, "1", "true", "True")

    def page_size(self, default: int = 100) -> int:
        """`limit` of a list call."""
        value = self.text("limit")
        if not value or value == "0":
            return default
        if not value.lstrip("-").isdigit() or not 0 < int(value) <= MAX_PAGE:
            raise SlackError("invalid_limit")
        return int(value)

    def parsed(self, name: str, error: str) -> Any:
        """An argument that is JSON: already parsed in a JSON body, text in a form. None if absent or empty."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def names(self, name: str) -> list[str]:
        """A list of ids: a JSON array or text separated by commas."""
        value = self.arguments.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one.strip() for one in self.text(name).split(",") if one.strip()]

    @property
    def bot_user(self) -> str:
        """The calling app's own user."""
        return self.workspace.installation.bot_user_id
