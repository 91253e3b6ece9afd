"""A small app of slack_bolt that uses every kind of delivery; it stands for any app, not for ours."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.server import SandboxServer

Listen = Callable[..., Coroutine[Any, Any, None]]

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "order_modal",
    "title": {"type": "plain_text", "text": "Order"},
    "submit": {"type": "plain_text", "text": "Send"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "name_input"},
        },
        {
            "type": "input",
            "block_id": "colour",
            "optional": True,
            "label": {"type": "plain_text", "text": "Colour"},
            "element": {"type": "external_select", "action_id": "colour_select", "min_query_length": 0},
        },
    ],
}
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "An order"}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "take",
                "value": "42",
                "text": {"type": "plain_text", "text": "Take"},
            }
        ],
    },
]


def build_app(server: SandboxServer) -> AsyncApp:
    """The app, wired to the sandbox."""
    client = AsyncWebClient(server.workspace.installation.bot_token, base_url=server.api_url)
    app = AsyncApp(
        client=client,
        signing_secret=server.platform.app.seed.signing_secret,
        process_before_response=True,
    )
    _listen_to_people(app)
    _listen_to_views(app)
    _listen_to_events(app)
    return app


def _listen_to_people(app: AsyncApp) -> None:
    @app.command("/order")
    async def order(ack: Any, command: dict[str, Any], client: Any, respond: Any) -> None:
        if command["text"] == "form":
            await client.views_open(trigger_id=command["trigger_id"], view=MODAL)
            await ack()
        elif command["text"] == "slow":
            await asyncio.sleep(60)
        elif command["text"] == "later":
            await ack()
            await respond("Later answer")
        else:
            await ack(f"You said {command['text']}")
            await client.chat_postMessage(
                channel=command["channel_id"],
                text="An order",
                blocks=CARD,
                metadata={"event_type": "order", "event_payload": {"order": 42}},
            )

    @app.action("take")
    async def take(ack: Any, body: dict[str, Any], client: Any, action: dict[str, Any]) -> None:
        await ack()
        message = body["message"]
        text = f"Order {action['value']} taken by <@{body['user']['id']}>"
        await client.chat_update(channel=body["channel"]["id"], ts=message["ts"], text=text)
        await client.chat_postMessage(channel=body["channel"]["id"], thread_ts=message["ts"], text="Taken")

    @app.shortcut("order_shortcut")
    async def shortcut(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=MODAL)

    @app.shortcut("order_from_message")
    async def from_message(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        await ack()
        await client.chat_postMessage(channel=shortcut["user"]["id"], text=f"From: {shortcut['message']['text']}")


def _listen_to_views(app: AsyncApp) -> None:
    @app.view("order_modal")
    async def submitted(ack: Any, view: dict[str, Any], body: dict[str, Any], client: Any) -> None:
        name = view["state"]["values"]["name"]["name_input"]["value"]
        if name == "bad":
            await ack(response_action="errors", errors={"name": "Not that name"})
            return
        await ack()
        await client.chat_postMessage(channel="#incidents", text=f"Order for {name}")

    @app.view_closed("order_modal")
    async def closed(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.chat_postEphemeral(channel="#incidents", user=body["user"]["id"], text="You closed it")

    @app.options("colour_select")
    async def colours(ack: Any, payload: dict[str, Any]) -> None:
        every = ("red", "green", "blue")
        found = [colour for colour in every if payload["value"] in colour]
        await ack(options=[{"text": {"type": "plain_text", "text": one}, "value": one} for one in found])


def _listen_to_events(app: AsyncApp) -> None:
    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: Any) -> None:
        await say("You called?", thread_ts=event.get("thread_ts", event["ts"]))

    @app.event("message")
    async def message(event: dict[str, Any], say: Any) -> None:
        if event.get("channel_type") == "im" and "subtype" not in event:
            await say(f"Echo: {event['text']}")

    @app.event("reaction_added")
    async def reacted(event: dict[str, Any], client: Any) -> None:
        await client.reactions_add(channel=event["item"]["channel"], timestamp=event["item"]["ts"], name="eyes")

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: Any) -> None:
        block = {"type": "section", "text": {"type": "mrkdwn", "text": "Welcome"}}
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})

    @app.function("order_step")
    async def step(inputs: dict[str, Any], complete: Any) -> None:
        await complete(outputs={"order": f"order of {inputs['name']}"})


@contextmanager
def over_http(server: SandboxServer) -> Iterator[None]:
    """The app as an HTTP server of its own, told to the sandbox as its request URL."""
    handler = AsyncSlackRequestHandler(build_app(server))

    async def endpoint(request: Request) -> Response:
        answer: Response = await handler.handle(request)
        return answer

    listener = socket.create_server(("127.0.0.1", 0))
    served = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    running = uvicorn.Server(uvicorn.Config(served, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=lambda: asyncio.run(running.serve([listener])), daemon=True)
    thread.start()
    # The listener takes connections already; they are answered once the server is up.
    server.platform.app.request_url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
    yield
    running.should_exit = True
    thread.join()
    listener.close()


@contextmanager
def over_socket(server: SandboxServer) -> Iterator[None]:
    """The app over Socket Mode, with the handler that our own service uses."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def connect() -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(build_app(server), server.platform.app.seed.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call] # slack_bolt has no types there
        return handler

    handler = asyncio.run_coroutine_threadsafe(connect(), loop).result(PATIENCE)
    yield
    asyncio.run_coroutine_threadsafe(_close(handler), loop).result(PATIENCE)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _close(handler: AsyncSocketModeHandler) -> None:
    await handler.close_async()  # type: ignore[no-untyped-call] # slack_bolt has no types there
    session = handler.app.client.session
    if session is not None:
        await session.close()
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


TRANSPORTS = {"http": over_http, "socket": over_socket}


@contextmanager
def trial(server: SandboxServer, transport: str) -> Iterator[Harness]:
    """A harness with the app connected."""
    with TRANSPORTS[transport](server), Harness(server) as harness:
        if transport == "socket":
            harness.wait_until(lambda: server.slack.sockets.connected, what="a Socket Mode connection")
        yield harness
