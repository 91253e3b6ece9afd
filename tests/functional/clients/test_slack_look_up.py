"""Looking for a message that an earlier attempt may have left."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from incidentbot.clients.errors import Uncertain
from incidentbot.clients.slack import SlackClient
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.faults import Fault, FaultKind

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


def client(sandbox: SandboxServer) -> SlackClient:
    async def token(_team: str) -> str:
        return sandbox.workspace.installation.bot_token

    return SlackClient(sandbox.api_url, token, lambda: LONG_AGO)


async def test_an_answer_without_messages_is_not_taken_for_an_empty_channel(sandbox: SandboxServer) -> None:
    metadata = {"event_type": "incident", "event_payload": {"effect": "e1"}}
    team = sandbox.workspace.team_id
    async with client(sandbox) as slack:
        posted = await slack.post(team, "#incidents", {"text": "one", "metadata": metadata})
        sandbox.platform.faults.add(Fault(FaultKind.NO_TS, "conversations.*", times=2))
        with pytest.raises(Uncertain):
            await slack.find_messages(team, posted.channel, LONG_AGO)
        with pytest.raises(Uncertain):
            await slack.find_replies(team, posted.channel, posted.ts, "e1")
        assert await slack.find_messages(team, posted.channel, LONG_AGO) == {"e1": (posted.ts,)}
