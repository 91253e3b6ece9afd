"""Looking for a message that an earlier attempt may have left."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidentbot.clients.errors import Uncertain
from incidentbot.clients.slack import SlackClient
from incidentbot.clients.slack.client import MOST_PAGES
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from incidentbot.sandbox.world import ChannelSeed, demo_world

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


async def test_a_channel_that_we_made_is_found_among_those_that_we_are_in_whatever_else_there_is() -> None:
    world = demo_world()
    others = tuple(ChannelSeed(f"C1OTHER{number:04}", f"other-{number}") for number in range(900))
    with SandboxServer(replace(world, channels=(*world.channels, *others))) as server:
        team = server.workspace.team_id
        async with client(server) as slack:
            made = await slack.create_channel(team, "inc-1-down")
            wanted = ("inc-1-down", world.bot_user_id)
            assert await slack.channel_made(team, *wanted, int(LONG_AGO.timestamp())) == made
            assert await slack.channel_made(team, "other-1", world.bot_user_id, int(LONG_AGO.timestamp())) == ""
        assert len(Harness(server).calls("users.conversations")) == 2


async def test_the_look_for_a_channel_ends_after_so_many_pages() -> None:
    world = demo_world()
    ours = tuple(
        ChannelSeed(f"C1OURS{number:05}", f"ours-{number}", with_bot=True) for number in range(MOST_PAGES * 200 + 50)
    )
    with SandboxServer(replace(world, channels=(*ours, *world.channels))) as server:
        async with client(server) as slack:
            found = await slack.channel_made(server.workspace.team_id, "incidents", world.bot_user_id, 0)
        assert found == ""
        assert len(Harness(server).calls("users.conversations")) == MOST_PAGES
