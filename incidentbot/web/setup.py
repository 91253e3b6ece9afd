"""POST /v1/integrations/slack/setup: tokens that an operator hands over, tried at Slack and kept encrypted."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Security
from fastapi.security import HTTPBearer
from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr
from starlette.requests import Request

from incidentbot.domain.installing import InstallFailed, missing_scopes
from incidentbot.domain.permissions import Right
from incidentbot.domain.scopes import BOT_SCOPES
from incidentbot.web.bearer import check_bearer
from incidentbot.web.models import ProblemShape
from incidentbot.web.parts import WebParts
from incidentbot.web.problems import Problem
from incidentbot.web.rest import GuardedRoute


def _form(pattern: str, what: str) -> AfterValidator:
    """A check of a secret by its form; what it says does not quote the secret."""
    compiled = re.compile(pattern, re.ASCII)

    def check(value: SecretStr) -> SecretStr:
        if not compiled.fullmatch(value.get_secret_value()):
            raise ValueError(f"is not of the form {what}")
        return value

    return AfterValidator(check)


_BotToken = Annotated[SecretStr, _form(r"(xoxe\.)?xoxb-[A-Za-z0-9._-]{1,500}", "xoxb-…")]
_AppToken = Annotated[SecretStr, _form(r"(xapp-[A-Za-z0-9._-]{1,500})?", "xapp-…")]
_Signing = Annotated[SecretStr, _form(r"([\x21-\x7e]{32,500})?", "the app's Signing Secret")]

router: Final = APIRouter(
    prefix="/v1/integrations/slack",
    tags=["integrations"],
    route_class=GuardedRoute,
    responses={
        status: {"model": ProblemShape, "description": text}
        for status, text in (
            (400, "A token is not of its form, or Slack does not take it"),
            (401, "The API token is missing or wrong"),
            (403, "The token's role lacks the right `setup`, or no token is set at all, so that the API is off"),
            (409, "There is no key to keep secrets with"),
            (429, "Tokens are tried at Slack a few times a minute only; Retry-After says when"),
        )
    },
    dependencies=[Security(HTTPBearer(auto_error=False, description="INCIDENTBOT_API_TOKEN, or a token of the file"))],
)


class SetUp(BaseModel):
    """What the app's page at api.slack.com/apps shows."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {"bot_token": "xoxb-…", "app_token": "xapp-…", "signing_secret": "32 characters of Basic Information"}
            ]
        },
    )

    bot_token: _BotToken
    app_token: _AppToken = SecretStr("")
    signing_secret: _Signing = SecretStr("")


class SetUpDone(BaseModel):
    """The workspace that the tokens are of, and which rights the app was not granted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"team": "T012AB3CD", "bot_user": "U012AB3CD", "missing_scopes": ["usergroups:read"]}]
        }
    )

    team: str
    bot_user: str
    missing_scopes: list[str]


@router.post("/setup", operation_id="set_up_slack")
async def set_up(request: Request, body: SetUp) -> SetUpDone:
    """Keep the tokens, encrypted, if Slack takes them."""
    parts: WebParts = request.app.state.parts
    check_bearer(request, parts, Right.SETUP)
    if wait := parts.set_ups.seconds_to_wait("", parts.now()):
        message = f"Tokens are tried at Slack a few times a minute only. Send it again in {wait} s."
        raise Problem(429, "too_many_requests", message, headers={"Retry-After": str(wait)})
    if parts.installer is None or not parts.store.secrets.has_key:
        raise Problem(
            409, "no_secret_key", "Tokens are kept encrypted. Set INCIDENTBOT_SECRET_KEY: incidentbot keys generate."
        )
    clear = (one.get_secret_value() for one in (body.bot_token, body.app_token, body.signing_secret))
    try:
        workspace = await parts.installer.set_up(*clear)
    except InstallFailed as failed:
        raise Problem(400, "token_refused", f"Slack does not take the bot token: {failed}.") from failed
    wanted = tuple(scope.name for scope in BOT_SCOPES)
    return SetUpDone(
        team=workspace.team_id,
        bot_user=workspace.bot_user_id,
        missing_scopes=list(missing_scopes(workspace, wanted)),
    )
