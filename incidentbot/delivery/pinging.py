"""Trying whether a program that follows incidents hears us."""

import json
from datetime import datetime

from incidentbot.clients.errors import ClientError
from incidentbot.clients.subscribers import SubscriberClient


async def ping(client: SubscriberClient, name: str, message: str, at: datetime) -> tuple[bool, str]:
    """Send a message of the type "ping"; whether it was taken, and its status or what is wrong."""
    body = json.dumps({"type": "ping", "timestamp": at.isoformat().replace("+00:00", "Z"), "data": {}}).encode()
    try:
        return True, str(await client.post(name, message, body))
    except ClientError as error:
        return False, error.reason
