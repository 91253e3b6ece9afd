"""The Web API's front: token, faults, limits, scopes, then the method; and a log line for every call."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from incidentbot.sandbox.slack.access import require_scope
from incidentbot.sandbox.slack.call import Call, read_arguments, read_client
from incidentbot.sandbox.slack.errors import RateLimited, SlackError
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from incidentbot.sandbox.slack.methods import (
    app,
    canvases,
    chat,
    conversations,
    files,
    history,
    links,
    marks,
    people,
    views,
)
from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.organisation import NEED_A_TEAM
from incidentbot.sandbox.slack.platform import Platform
from incidentbot.sandbox.slack.records import CallRecord
from incidentbot.sandbox.slack.registry import Method, MethodTable, TokenKind
from incidentbot.sandbox.slack.workspace import Workspace

METHODS = MethodTable()
for _module in (app, canvases, chat, conversations, files, history, links, marks, people, views):
    METHODS.update(_module.METHODS)

_SUMMARY = 500
_SECRET = re.compile("token|secret|^code$")


@dataclass(frozen=True, slots=True)
class Request:
    """A call as it came over HTTP."""

    method: str
    authorization: str = ""
    content_type: str = ""
    body: bytes = b""
    query: str = ""


@dataclass(slots=True)
class Answer:
    """What goes back. `cut` says that nothing does: `reset` aborts the connection, `lost` closes it.

    `problems` say what is wrong with what was sent, where Slack tells.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json; charset=utf-8"})
    cut: str = ""
    result: str = "ok"
    problems: tuple[str, ...] = ()


_STRIKES_FIRST = (
    FaultKind.RESET,
    FaultKind.STATUS,
    FaultKind.HTML,
    FaultKind.EMPTY,
    FaultKind.REDIRECT,
    FaultKind.RATE_LIMITED,
    FaultKind.ERROR,
)
_HTML = b"<!DOCTYPE html><html><head><title>Slack</title></head><body><h1>Something went wrong</h1></body></html>"


class WebApi:
    """Answers every method of the Web API."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def answer(self, request: Request) -> Answer:
        """Carry a call out. Every outcome is an Answer, also those that reach nobody."""
        started = time.perf_counter()
        try:
            arguments = read_arguments(request.content_type, request.body, request.query)
            arguments.update(read_client(request.authorization))
        except SlackError as error:
            return _refusal(error)
        token = request.authorization.removeprefix("Bearer ").strip() or str(arguments.get("token", ""))
        workspace = self._platform.caller(token, arguments)
        faults = self._platform.faults.pick(request.method, self._channel(arguments, workspace))
        await self._wait(faults)
        answer = self._before(request.method, faults, workspace)
        if answer is None:
            late = sum(fault.seconds for fault in faults if fault.kind is FaultKind.LATE)
            answer = self._carry_out(request.method, arguments, token, workspace, late)
            answer = await self._after(answer, faults)
        self._record(request.method, arguments, workspace, answer, time.perf_counter() - started)
        return answer

    async def _wait(self, faults: list[Fault]) -> None:
        seconds = self._platform.rules.latency
        seconds += sum(fault.seconds for fault in faults if fault.kind is FaultKind.DELAY)
        if seconds > 0:
            await asyncio.sleep(seconds)

    def _channel(self, arguments: Json, workspace: Workspace | None) -> str:
        wanted = str(arguments.get("channel") or arguments.get("channel_id") or "")
        if not wanted or workspace is None:
            return wanted
        try:
            return workspace.channel(wanted).id
        except KeyError:
            return wanted

    def _before(self, method: str, faults: list[Fault], workspace: Workspace | None) -> Answer | None:
        for kind in _STRIKES_FIRST:
            for fault in faults:
                if fault.kind is kind:
                    return self._struck(method, fault, workspace)
        return None

    def _struck(self, method: str, fault: Fault, workspace: Workspace | None) -> Answer:
        html = {"content-type": "text/html; charset=utf-8"}
        if fault.kind is FaultKind.RESET:
            return Answer(cut="reset", result="reset")
        if fault.kind is FaultKind.STATUS:
            return Answer(b"upstream connect error", fault.status, {"content-type": "text/plain"}, result="status")
        if fault.kind is FaultKind.HTML:
            return Answer(_HTML, 200, html, result="html")
        if fault.kind is FaultKind.EMPTY:
            return Answer(b"", 200, html, result="empty")
        if fault.kind is FaultKind.REDIRECT:
            return Answer(b"", 302, {"location": f"{self._platform.base_url}/elsewhere"}, result="redirect")
        if fault.kind is FaultKind.RATE_LIMITED:
            self._hold(method, fault, workspace)
            return _limited(fault.retry_after)
        return _refusal(SlackError(fault.code))

    def _hold(self, method: str, fault: Fault, workspace: Workspace | None) -> None:
        if fault.hold and workspace is not None and fault.retry_after.isdigit():
            until = self._platform.clock.now() + int(fault.retry_after)
            self._platform.limiter.hold(workspace.team_id, method, until)

    def _carry_out(self, name: str, arguments: Json, token: str, workspace: Workspace | None, late: float) -> Answer:
        with self._platform.feed.lock:
            try:
                method = METHODS.get(name)
                if method is None:
                    raise SlackError("unknown_method", req_method=name)
                place = self._authorised(method, token, workspace)
                self._count(method, place)
                call = Call(name, arguments, self._platform, place, token)
                if call.by_organisation:
                    _require_team(call)
                if method.scope:
                    require_scope(call, method.scope)
                return _success(self._run(method, call, late), place, method)
            except RateLimited as limited:
                return _limited(limited.retry_after)
            except SlackError as error:
                return _refusal(error)

    def _run(self, method: Method, call: Call, late: float) -> Json:
        call.workspace.late_seconds = late
        try:
            return method.handler(call)
        finally:
            call.workspace.late_seconds = 0.0

    def _authorised(self, method: Method, token: str, workspace: Workspace | None) -> Workspace:
        if method.token is TokenKind.NONE:
            return workspace or self._platform.workspace
        if not token:
            raise SlackError("not_authed")
        if method.token is TokenKind.APP:
            if token != self._platform.app.seed.app_token:
                raise SlackError("not_allowed_token_type" if workspace else "invalid_auth")
            return self._platform.workspace
        if token == self._platform.app.seed.app_token:
            raise SlackError("not_allowed_token_type")
        if workspace is None:
            raise SlackError("invalid_auth")
        if workspace.installation.refused:
            raise SlackError(workspace.installation.refused)
        return workspace

    def _count(self, method: Method, workspace: Workspace) -> None:
        limiter, now = self._platform.limiter, self._platform.clock.now()
        wait = limiter.held(workspace.team_id, method.name, now)
        if wait is None:
            wait = limiter.admit(workspace.team_id, method.name, method.tier.value, now)
        if wait is not None:
            raise RateLimited(str(wait))

    async def _after(self, answer: Answer, faults: list[Fault]) -> Answer:
        for fault in faults:
            if fault.kind is FaultKind.LOST_REPLY:
                return Answer(cut="lost", result=f"lost after {answer.result}")
            if fault.kind is FaultKind.STALLED:
                await asyncio.sleep(fault.seconds)
                return Answer(cut="lost", result=f"stalled after {answer.result}")
            if fault.kind is FaultKind.NO_TS:
                return Answer(b'{"ok":true}', result="no_ts")
        return answer

    def _record(
        self, method: str, arguments: Json, workspace: Workspace | None, answer: Answer, seconds: float
    ) -> None:
        team = workspace.team_id if workspace else ""
        summary = {name: _shortened(value) for name, value in arguments.items() if not _SECRET.search(name)}
        now = self._platform.clock.now()
        self._platform.records.calls.append(CallRecord(now, method, team, summary, answer.result, seconds))
        data = {"method": method, "result": answer.result, "seconds": seconds, "problems": answer.problems}
        self._platform.feed.emit("call", team=team, channel=self._channel(arguments, workspace), data=data)


def _require_team(call: Call) -> None:
    """An organisation's token does not say which workspace is meant, and the name of a channel does not either."""
    if call.method in NEED_A_TEAM and not call.text("team_id"):
        raise SlackError("missing_argument")
    channel = call.text("channel")
    if channel and not channel.isupper():
        raise SlackError("team_not_found")


def _shortened(value: Any) -> Any:
    return value[:_SUMMARY] if isinstance(value, str) else value


def _success(body: Json, workspace: Workspace, method: Method) -> Answer:
    answer = Answer(json.dumps({"ok": True, **body}).encode())
    if method.token is TokenKind.BOT:
        answer.headers["x-oauth-scopes"] = ",".join(workspace.installation.scopes)
        answer.headers["x-accepted-oauth-scopes"] = method.scope
    return answer


def _refusal(error: SlackError) -> Answer:
    body = {"ok": False, "error": error.code, **error.facts}
    problems = tuple(map(str, error.facts.get("response_metadata", {}).get("messages", ())))
    return Answer(json.dumps(body).encode(), result=error.code, problems=problems)


def _limited(retry_after: str) -> Answer:
    answer = Answer(b'{"ok":false,"error":"ratelimited"}', 429, result="429")
    if retry_after:
        answer.headers["retry-after"] = retry_after
    return answer
