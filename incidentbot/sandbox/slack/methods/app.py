"""auth.*, apps.connections.open, oauth.v2.access, functions.*, blocks.validate, api.test."""

from incidentbot.sandbox.slack.blockkit.validation import check_message_blocks, check_view
from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.ids import new_secret
from incidentbot.sandbox.slack.model import FunctionExecution, Json
from incidentbot.sandbox.slack.organisation import Organisation
from incidentbot.sandbox.slack.pages import page
from incidentbot.sandbox.slack.platform import Grant
from incidentbot.sandbox.slack.registry import MethodTable, Tier, TokenKind
from incidentbot.sandbox.slack.workspace import Installation, Workspace

METHODS = MethodTable()

TOKEN_LIFETIME = 43_200
_PAYLOAD_LIMIT = 100_000


@METHODS.serves("auth.test", Tier.SPECIAL)
def _test(call: Call) -> Json:
    world, installation = call.workspace.world, call.workspace.installation
    organisation = call.platform.organisation
    if organisation and call.by_organisation:
        return {
            "url": f"https://{organisation.domain}.enterprise.slack.com/",
            "team": organisation.name,
            "user": call.workspace.people[installation.bot_user_id].handle,
            "team_id": organisation.id,
            "user_id": installation.bot_user_id,
            "bot_id": installation.bot_id,
            "enterprise_id": organisation.id,
            "is_enterprise_install": True,
        }
    return {
        "url": world.url,
        "team": world.name,
        "user": call.workspace.people[installation.bot_user_id].handle,
        "team_id": world.team_id,
        "user_id": installation.bot_user_id,
        "bot_id": installation.bot_id,
    }


@METHODS.serves("auth.teams.list", Tier.TWO)
def _teams(call: Call) -> Json:
    platform = call.platform
    ids, most = [call.workspace.team_id], call.page_size()
    if platform.organisation and call.by_organisation:
        ids, most = platform.organisation.teams, min(most, platform.organisation.most)
    chosen, cursor = page(ids, call.text("cursor"), most)
    teams = [{"id": one, "name": platform.workspaces[one].world.name} for one in chosen]
    return {"teams": teams, "response_metadata": {"next_cursor": cursor}}


@METHODS.serves("auth.revoke", Tier.THREE)
def _revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    call.platform.revoke(call.workspace.team_id)
    return {"revoked": True}


@METHODS.serves("apps.connections.open", Tier.THREE, token=TokenKind.APP)
def _connect(call: Call) -> Json:
    ticket = call.platform.issue_ticket()
    base = call.platform.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/socket?ticket={ticket}&app_id={call.platform.app.seed.app_id}"}


@METHODS.serves("oauth.v2.access", Tier.SPECIAL, token=TokenKind.NONE)
def _access(call: Call) -> Json:
    seed = call.platform.app.seed
    if call.text("client_id") != seed.client_id:
        raise SlackError("invalid_client_id")
    if call.text("client_secret") != seed.client_secret:
        raise SlackError("bad_client_secret")
    if call.text("grant_type", "authorization_code") == "refresh_token":
        return _refresh(call)
    grant = call.platform.grants.pop(call.text("code"), None)
    if grant is None:
        raise SlackError("invalid_code")
    if grant.redirect_uri and call.text("redirect_uri", grant.redirect_uri) != grant.redirect_uri:
        raise SlackError("bad_redirect_uri")
    return _installed(call, grant)


def _installed(call: Call, grant: Grant) -> Json:
    organisation = call.platform.organisation
    if organisation and grant.team == organisation.id:
        call.platform.install_everywhere(scopes=grant.scopes or None)
        answer = _token_answer(call, call.platform.workspaces[organisation.teams[0]], organisation)
        return {**answer, "authed_user": {"id": organisation.installed_by}}
    call.platform.reinstall(grant.team, scopes=grant.scopes or None)
    workspace = call.platform.workspaces[grant.team]
    answer = _token_answer(call, workspace)
    answer["authed_user"] = {"id": workspace.world.installed_by}
    return answer


def _refresh(call: Call) -> Json:
    # A refresh token works once: whoever comes second with it is refused.
    team = call.platform.refresh_tokens.pop(call.text("refresh_token"), None)
    if team is None:
        raise SlackError("invalid_refresh_token")
    organisation = call.platform.organisation
    if organisation and team == organisation.id:
        call.platform.install_everywhere()
        return _token_answer(call, call.platform.workspaces[organisation.teams[0]], organisation)
    call.platform.reinstall(team)
    return _token_answer(call, call.platform.workspaces[team])


def _token_answer(call: Call, workspace: Workspace, organisation: Organisation | None = None) -> Json:
    installation: Installation = workspace.installation
    answer: Json = {
        "access_token": installation.bot_token,
        "token_type": "bot",
        "scope": ",".join(installation.scopes),
        "bot_user_id": installation.bot_user_id,
        "app_id": workspace.world.app.app_id,
        "team": None if organisation else {"id": workspace.team_id, "name": workspace.world.name},
        "enterprise": organisation.named if organisation else None,
        "is_enterprise_install": organisation is not None,
    }
    if call.platform.app.token_rotation:
        refresh = f"xoxe-1-{new_secret(32)}"
        call.platform.refresh_tokens[refresh] = organisation.id if organisation else workspace.team_id
        answer.update(expires_in=TOKEN_LIFETIME, refresh_token=refresh)
    return answer


def _execution(call: Call) -> FunctionExecution:
    execution = call.workspace.executions.get(call.needed("function_execution_id"))
    if execution is None:
        raise SlackError("function_execution_not_found")
    if execution.status != "running":
        raise SlackError("execution_not_in_running_state")
    return execution


def _finish(call: Call, execution: FunctionExecution, status: str) -> Json:
    execution.status = status
    call.workspace.installation.step_tokens.discard(execution.token)
    data = {"execution": execution.id, "status": status}
    call.workspace.feed.emit("function_done", team=call.workspace.team_id, data=data)
    return {}


@METHODS.serves("functions.completeSuccess", Tier.THREE)
def _complete(call: Call) -> Json:
    execution = _execution(call)
    outputs = call.parsed("outputs", "parameter_validation_failed")
    if not isinstance(outputs, dict):
        raise SlackError("parameter_validation_failed")
    execution.outputs = outputs
    return _finish(call, execution, "completed")


@METHODS.serves("functions.completeError", Tier.THREE)
def _fail(call: Call) -> Json:
    execution = _execution(call)
    execution.error = call.needed("error")
    return _finish(call, execution, "failed")


@METHODS.serves("blocks.validate", Tier.NONE, token=TokenKind.NONE)
def _validate(call: Call) -> Json:
    given = [name for name in ("blocks", "message", "view") if call.text(name)]
    if len(given) != 1 or len(call.text(given[0])) > _PAYLOAD_LIMIT:
        messages = ("must provide exactly one of `blocks`, `view`, or `message`",)
        raise SlackError("invalid_arguments", messages=messages)
    value = call.parsed(given[0], "invalid_blocks")
    if given[0] == "message" and isinstance(value, dict):
        value = value.get("blocks", [])
    problems = check_view(value, at="") if given[0] == "view" else check_message_blocks(value, at="")
    if problems:
        errors = [
            {
                "code": "failed_constraint",
                "message": one.message,
                "pointer": one.pointer,
                "constraint": {"type": one.kind},
            }
            for one in problems
        ]
        raise SlackError("invalid_blocks", errors=errors)
    return {}


@METHODS.serves("api.test", Tier.NONE, token=TokenKind.NONE)
def _api_test(call: Call) -> Json:
    if call.text("error"):
        raise SlackError(call.text("error"))
    return {"args": dict(call.arguments)}
