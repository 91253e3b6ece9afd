"""The outline of what Slack sends: Bolt reads these fields without asking what they are, so we ask before.

Most fields may be absent or null, and what nobody reads may be anything.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from incidentbot.slack.form import BadBody

# What is looked up, stored or compared. PostgreSQL takes no NUL, and nothing of Slack's has control characters here.
_PRINTED: Final = r"^[^\x00-\x1f\x7f]*$"
_Id = Annotated[str, StringConstraints(max_length=255, pattern=_PRINTED)]
_Word = _Id | None
# Ids of people, channels and workspaces, and time stamps: Slack's have some ten characters, and the columns 32.
_Short = Annotated[str, StringConstraints(max_length=32, pattern=_PRINTED)] | None
# What a repeat is known by.
_Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTED)]
_Value = Annotated[str, StringConstraints(max_length=2000, pattern=_PRINTED)] | None


class _Outline(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Named(_Outline):
    """A team, user, channel or enterprise."""

    id: _Short = None
    name: _Word = None
    username: _Word = None
    team_id: _Short = None
    enterprise_id: _Short = None


_Who = _Short | _Named


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
    team_id: _Short = None
    app_installed_team_id: _Short = None
    state: _State | None = None
    blocks: list[_Block] | None = None


class _FunctionData(_Outline):
    execution_id: _Word = None
    inputs: dict[str, Any] | None = None


class _Place(_Outline):
    """Where something happened and who did it; Bolt looks for both at every depth, by the same names."""

    type: _Word = None
    subtype: _Word = None
    text: str | None = None
    ts: _Short = None
    thread_ts: _Short = None
    message_ts: _Short = None
    deleted_ts: _Short = None
    reaction: _Word = None
    tab: _Word = None
    team: _Who = None
    team_id: _Short = None
    user: _Who = None
    user_id: _Short = None
    user_team: _Short = None
    channel: _Who = None
    channel_id: _Short = None
    enterprise: _Who = None
    enterprise_id: _Short = None
    bot_id: _Short = None
    app_id: _Short = None
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
    event_id: _Word = None
    api_app_id: _Word = None
    callback_id: _Word = None
    action_id: _Word = None
    block_id: _Word = None
    value: str | None = None


class _Action(_Outline):
    type: _Word = None
    action_id: _Id
    block_id: _Id
    value: _Value = None
    url: str | None = None


class _NamedView(_View):
    id: _Key
    type: _Id
    callback_id: _Id


class _Function(_Outline):
    callback_id: _Id


class _Happening(_Place):
    type: _Id
    function: _Function | None = None

    @model_validator(mode="after")
    def _says_what_is_run(self) -> Self:
        """Bolt finds the listener of a step by what the run is of."""
        if self.type == "function_executed" and self.function is None:
            raise ValueError("function is missing")
        return self


class _Command(_Envelope):
    trigger_id: _Key
    command: _Id


class _EventCallback(_Envelope):
    event_id: _Key
    event: _Happening


class _BlockActions(_Envelope):
    trigger_id: _Key
    actions: Annotated[list[_Action], Len(1)]


class _BlockSuggestion(_Envelope):
    action_id: _Id


class _ViewEvent(_Envelope):
    view: _NamedView


class _Shortcut(_Envelope):
    trigger_id: _Key
    callback_id: _Id


# By their type. Slack has retired all others (dialogs, attachments' buttons, steps from apps).
_OUTLINES: Final[Mapping[str, type[_Envelope]]] = {
    "event_callback": _EventCallback,
    "block_actions": _BlockActions,
    "block_suggestion": _BlockSuggestion,
    "view_submission": _ViewEvent,
    "view_closed": _ViewEvent,
    "shortcut": _Shortcut,
    "message_action": _Shortcut,
}


def check_shape(body: Mapping[str, Any]) -> bool:
    """Whether `body` is of a kind that we serve.

    Raises BadBody, naming the fields, where one that is read without a look is missing or not of Slack's type.
    """
    kind = body.get("type")
    outline = _Command if "command" in body else _OUTLINES.get(kind) if isinstance(kind, str) else None
    if outline is None:
        return False
    try:
        outline.model_validate(body)
    except ValidationError as error:
        places = sorted({".".join(map(str, found["loc"])) for found in error.errors(include_input=False)})
        raise BadBody(f"not as Slack sends it: {', '.join(places)[:200]}") from error
    return True
