"""The Socket Mode client, pointed at the same Web API as everything else."""

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient


def socket_client(app_token: str, api_url: str) -> SocketModeClient:
    """A client that connects, and reconnects, by the app-level token."""
    web = AsyncWebClient(app_token, base_url=api_url)
    return SocketModeClient(app_token, web_client=web)
