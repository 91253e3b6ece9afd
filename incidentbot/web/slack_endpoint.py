"""POST /slack/events: the raw request to whoever serves Slack, the answer back."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from incidentbot.web.parts import SlackEndpoint


def slack_routes(serve: SlackEndpoint | None) -> list[Route]:
    """The path, where there is somebody to serve it."""
    if serve is None:
        return []

    async def events(request: Request) -> Response:
        answer = await serve(request.headers.raw, await request.body())
        return Response(answer.body, answer.status, dict(answer.headers))

    return [Route("/slack/events", events, methods=["POST"])]
