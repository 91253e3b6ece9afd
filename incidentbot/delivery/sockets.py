"""Staying connected by Socket Mode: by the environment's app token, and by those that were handed over."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from incidentbot.clients.slack.socket import socket_client
from incidentbot.store import DatabaseUnavailable, Store

AGAIN_AFTER: Final = 2.0
LOOK_EVERY: Final = 5.0

# Who serves what arrives over a socket; with a workspace, what is about that one alone.
Listen = Callable[[SocketModeClient, str], None]

log = structlog.get_logger(__name__)


async def keep_connected(app_token: str, api_url: str, listen: Listen, team_id: str = "") -> None:
    """Stay connected until cancelled."""
    socket = socket_client(app_token, api_url)
    listen(socket, team_id)
    try:
        while True:
            with suppress(OSError, TimeoutError):
                await socket.connect()  # type: ignore[no-untyped-call] # the SDK has no types there
                await asyncio.Event().wait()
            await asyncio.sleep(AGAIN_AFTER)
    finally:
        await socket.close()  # type: ignore[no-untyped-call] # as above


async def keep_installed_connected(store: Store, api_url: str, listen: Listen) -> None:
    """Until cancelled: be connected by each app token that is kept, from its install to its removal."""
    running: dict[tuple[str, str], asyncio.Task[None]] = {}
    try:
        while True:
            try:
                wanted = await store.ask(_app_tokens)
            except DatabaseUnavailable as error:
                log.warning("database.unavailable", reason=str(error))
                wanted = set(running)
            for team_id, app_token in wanted - set(running):
                connected = keep_connected(app_token, api_url, listen, team_id)
                running[team_id, app_token] = asyncio.get_running_loop().create_task(connected)
            for gone in set(running) - wanted:
                running.pop(gone).cancel()
            await asyncio.sleep(LOOK_EVERY)
    finally:
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)


def _app_tokens(store: Store) -> set[tuple[str, str]]:
    with store.read("") as tx:
        return {(team_id, given.app_token) for team_id, given in tx.credentials.all() if given.app_token}
