"""Bolt alone, as its own documentation has it: `bare_bolt.py PORT default|before`. The yardstick of P2."""

import os
import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def app(*, before: bool) -> Starlette:
    """One listener that acknowledges and does nothing; `before` is `process_before_response`."""
    bolt = AsyncApp(
        client=AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=before,
    )

    @bolt.action("acknowledge_incident")
    async def acknowledged(ack: AsyncAck) -> None:
        await ack()

    handler = AsyncSlackRequestHandler(bolt)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    async def ready(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"]), Route("/healthz", ready)])


if __name__ == "__main__":
    uvicorn.run(app(before=sys.argv[2] == "before"), port=int(sys.argv[1]), log_level="warning", access_log=False)
