"""Installing the app into a workspace: /slack/install sends the browser to Slack, /slack/oauth_redirect takes it back.

What comes back is taken only from the browser that was sent, once, within ten minutes (RFC 6749, 10.12).
"""

from datetime import timedelta
from secrets import token_urlsafe
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from incidentbot.domain.installing import InstallFailed
from incidentbot.usecases.install import begin_install, end_install
from incidentbot.web.allowance import Allowance, address_of
from incidentbot.web.parts import Oauth, WebParts

COOKIE: Final = "incidentbot_install"
SECONDS: Final = 600
_LONGEST: Final = 1000
# Nobody is known yet, and each install that is begun is a row: so many at once, and one more every two seconds.
AT_ONCE: Final = 30
EVERY: Final = timedelta(seconds=2)

log = structlog.get_logger(__name__)


class Installing:
    """Both paths, where the operator has given the app's client id and secret."""

    def __init__(self, parts: WebParts, oauth: Oauth) -> None:
        self._parts = parts
        self._oauth = oauth
        self._allowance = Allowance(AT_ONCE, EVERY)

    def routes(self) -> list[Route]:
        """Both paths."""
        return [Route("/slack/install", self.begin), Route("/slack/oauth_redirect", self.end)]

    async def begin(self, request: Request) -> Response:
        """Send the browser to Slack, with something that it has to bring back."""
        if wait := self._allowance.seconds_to_wait(address_of(request), self._parts.now()):
            return _too_often(wait)
        state, browser = token_urlsafe(32), token_urlsafe(32)
        await self._parts.store.run(begin_install, state, browser)
        answer = RedirectResponse(self._oauth.url(state), 302)
        # Lax, since the browser comes back from Slack's site; what it brings is of use to nobody else.
        secure = self._oauth.over_https
        answer.set_cookie(COOKIE, browser, SECONDS, path="/slack", secure=secure, httponly=True, samesite="lax")
        return answer

    async def end(self, request: Request) -> Response:
        """Install what Slack hands over, if it is the browser that we sent that brings it."""
        if wait := self._allowance.seconds_to_wait(address_of(request), self._parts.now()):
            return _too_often(wait)
        given = request.query_params
        state, code, browser = given.get("state", ""), given.get("code", ""), request.cookies.get(COOKIE, "")
        if max(len(state), len(code), len(browser)) > _LONGEST:
            return _said(400, "This is no answer of Slack's.")
        if not await self._parts.store.run(end_install, state, browser):
            return _said(
                400,
                "This install was begun elsewhere, too long ago, or is finished already. Begin anew at /slack/install.",
            )
        if given.get("error") or not code:
            return _said(400, "Slack did not install the app: it was not allowed. Begin anew at /slack/install.")
        return await self._install(code)

    async def _install(self, code: str) -> Response:
        if self._parts.installer is None:
            return _said(400, "Nothing can be installed here.")
        try:
            workspace = await self._parts.installer.finish(code, self._oauth.redirect_url)
        except InstallFailed as failed:
            log.warning("install.failed", reason=str(failed))
            return _said(502, "Slack did not hand over the app's token. Begin anew at /slack/install.")
        log.info("install.done", team=workspace.team_id)
        return _said(200, "The app is installed. Invite it to #incidents, and type /incident help there.")


def _too_often(wait: int) -> Response:
    text = f"Too many installs were begun from this address. Try again in {wait} s.\n"
    return PlainTextResponse(text, 429, {"Retry-After": str(wait)})


def _said(status: int, text: str) -> Response:
    answer = PlainTextResponse(f"{text}\n", status)
    answer.delete_cookie(COOKIE, path="/slack")
    return answer
