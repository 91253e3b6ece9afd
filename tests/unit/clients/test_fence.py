"""A call that comes too late is not made."""

import asyncio

import pytest

from incidentbot.clients.fence import Fenced, check_fence, fenced


def test_outside_of_a_claim_nothing_is_fenced() -> None:
    check_fence()


def test_a_call_is_let_through_until_it_is_too_late() -> None:
    late = False
    with fenced(lambda: late):
        check_fence()
        late = True
        with pytest.raises(Fenced):
            check_fence()
    check_fence()


async def test_the_fence_holds_in_tasks_begun_behind_it_and_nowhere_else() -> None:
    async def call() -> None:
        check_fence()

    with fenced(lambda: True):
        inside = asyncio.ensure_future(call())
    outside = asyncio.ensure_future(call())
    with pytest.raises(Fenced):
        await inside
    await outside
