"""The outline of what Slack sends: Bolt reads these fields without asking what they are, so we ask before.

Nearly every field may be absent or null, and what nobody reads may be anything.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from incidentbot.slack.form import BadBody

_Word = Annotated[str, StringConstraints(max_length=255)] | None


class _Outline(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Named(_Outline):
    """A team, user, channel or enterprise."""

    id: _Word = None
    name: _Word = None
    username: _Word = None
    team_id: _Word = None
    enterprise_id: _Word = None


_Who = _Word | _Named


class _Action(_Outline):
    type: _Word = None
    action_id: _Word = None
    block_id: _Word = None
    value: str | None = None
    url: str | None = None


class _State(_Outline):
    values: dict[str, dict[str, dict[str, Any]]] | None = None


class _Block(_Outline):
    type: _Word = None
    block_id: _Word = None
    element: dict[str, Any] | None = None


class _View(_Outline):
    id: _Word = None
    type: _Word = None
    callback_id: _Word = None
    private_metadata: str | None = None
    team_id: _Word = None
    app_installed_team_id: _Word = None
    state: _State | None = None
    blocks: list[_Block] | None = None


class _FunctionData(_Outline):
    execution_id: _Word = None
    inputs: dict[str, Any] | None = None


class _ResponseUrl(_Outline):
    response_url: str | None = None


class _Place(_Outline):
    """Where something happened and who did it; Bolt looks for both at every depth, by the same names."""

    type: _Word = None
    subtype: _Word = None
    text: str | None = None
    ts: _Word = None
    thread_ts: _Word = None
    message_ts: _Word = None
    team: _Who = None
    team_id: _Word = None
    user: _Who = None
    user_id: _Word = None
    user_team: _Word = None
    channel: _Who = None
    channel_id: _Word = None
    enterprise: _Who = None
    enterprise_id: _Word = None
    bot_id: _Word = None
    app_id: _Word = None
    function_execution_id: _Word = None
    bot_access_token: _Word = None
    inputs: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    view: _View | None = None
    function_data: _FunctionData | None = None
    event: "_Place | None" = None
    message: "_Place | None" = None
    previous_message: "_Place | None" = None
    item: "_Place | None" = None
    container: "_Place | None" = None
    assistant_thread: "_Place | None" = None
    authorizations: "list[_Place] | None" = None


class _Envelope(_Place):
    challenge: str | None = None
    command: _Word = None
    user_name: _Word = None
    trigger_id: _Word = None
    response_url: str | None = None
    response_urls: list[_ResponseUrl] = []
    event_id: _Word = None
    api_app_id: _Word = None
    callback_id: _Word = None
    action_id: _Word = None
    block_id: _Word = None
    value: str | None = None
    actions: list[_Action] | None = None


def check_shape(body: Mapping[str, Any]) -> None:
    """Raises BadBody, naming the fields, where one that is read without a look has another type than Slack's."""
    try:
        _Envelope.model_validate(body)
    except ValidationError as error:
        places = sorted({".".join(map(str, found["loc"])) for found in error.errors(include_input=False)})
        raise BadBody(f"not as Slack sends it: {', '.join(places)[:200]}") from error
