"""Two replicas on one PostgreSQL: whichever takes a request and whichever tells of it, each thread is one story."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest

from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.shown import Shown
from tests.functional.replicas.conftest import API_TOKEN

# A connection that rests may be closed by the server just when it is used again.
FRESH = httpx.Limits(max_keepalive_connections=0)
MOVES = {
    "open": ("acknowledge", "resolve"),
    "acknowledged": ("unacknowledge", "resolve"),
    "resolved": ("reopen",),
}
ENTRY = {
    "acknowledge": "acknowledged",
    "unacknowledge": "unacknowledged",
    "resolve": "resolved",
    "reopen": "reopened",
}


@dataclass
class Told:
    """What the replicas said they had done to one incident."""

    ref: str
    state: str
    kinds: list[str] = field(default_factory=lambda: ["created"])


@asynccontextmanager
async def clients(replicas: list[str]) -> AsyncIterator[list[httpx.AsyncClient]]:
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE, limits=FRESH)
            )
            for url in replicas
        ]


async def live_through(at: list[httpx.AsyncClient], number: int, moves: int) -> Told:
    """One incident's life: each move by one replica, or by both at once, the same request or two rival ones."""
    chance = random.Random(number)
    made = (await chance.choice(at).post("/v1/incidents", json={"title": f"Trouble {number}"})).json()
    told = Told(made["ref"], made["state"])
    for step in range(moves):
        trigger = chance.choice(MOVES[told.state])
        post = partial(move, f"/v1/incidents/{told.ref}/{trigger}", f"{number}-{step}")
        manner = chance.choice(("one", "one", "same", "rivals"))
        if manner == "one":
            answers = [await post(chance.choice(at), "")]
        else:
            rival = manner == "rivals"
            answers = list(await asyncio.gather(*(post(one, str(at.index(one)) if rival else "") for one in at)))
        done = [answer.json() for answer in answers if answer.status_code == 200]
        refused = [answer.status_code for answer in answers if answer.status_code != 200]
        assert refused == ([409] * (len(at) - 1) if manner == "rivals" else []), [answer.text for answer in answers]
        told.state = done[0]["state"]
        told.kinds.append(ENTRY[trigger])
    return told


async def move(path: str, key: str, client: httpx.AsyncClient, rival: str) -> httpx.Response:
    return await client.post(path, headers={"Idempotency-Key": f"{key}-{rival}"})


def card_of(slack: Harness, ref: str) -> Shown:
    [card] = [
        one for one in slack.history("#incidents") if one.event_type == "incident" and ref == one.payload["incident"]
    ]
    return card


def counted(slack: Harness) -> int:
    return len(slack.workspace.channel("#incidents").messages)


@pytest.mark.parametrize(
    ("incidents", "moves"),
    (pytest.param(10, 10, id="sample"), pytest.param(50, 20, id="whole", marks=pytest.mark.matrix)),
)
async def test_every_thread_tells_its_whole_story_once_and_in_order(
    slack: Harness, replicas: list[str], incidents: int, moves: int
) -> None:
    async with clients(replicas) as at:
        crowd = asyncio.Semaphore(8)

        async def one(number: int) -> Told:
            async with crowd:
                return await live_through(at, number, moves)

        stories = await asyncio.gather(*(one(number) for number in range(incidents)))
        expected = incidents * (1 + 1 + moves)
        await asyncio.to_thread(slack.wait_until, lambda: counted(slack) >= expected, what=f"{expected} messages")
        await asyncio.to_thread(slack.wait_until, lambda: all_right(slack, stories), what="every card to be right")
        shares = [await posts_of(client) for client in at]
    for story in stories:
        replies = card_of(slack, story.ref).replies()
        assert [(reply.payload["seq"], reply.payload["kind"]) for reply in replies] == list(enumerate(story.kinds, 1))
    assert counted(slack) == expected
    assert Counter(call.result for call in slack.calls("chat.postMessage")) == {"ok": expected}
    assert sum(shares) == expected
    assert all(shares), "one replica did all the work"


def all_right(slack: Harness, stories: list[Told]) -> bool:
    return all(card_of(slack, story.ref).payload["state"] == story.state for story in stories)


async def posts_of(client: httpx.AsyncClient) -> int:
    """How many messages this replica posted."""
    wanted = 'incidentbot_slack_calls_total{method="chat.postMessage",result="ok"} '
    lines = (await client.get("/metrics")).text.splitlines()
    return sum(int(float(line.removeprefix(wanted))) for line in lines if line.startswith(wanted))
