"""The address of a request: in ASCII, as the standard has it, or it has one reading here and another one elsewhere."""

from starlette.types import ASGIApp, Receive, Scope, Send

from incidentbot.web.problems import Problem, problem_response


class PlainTarget:
    """Answers 400 where the query is not ASCII; the server itself turns away such a path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request on, if its address is one."""
        if scope["type"] == "http" and not scope["query_string"].isascii():
            await problem_response(Problem(400))(scope, receive, send)
            return
        await self._app(scope, receive, send)
