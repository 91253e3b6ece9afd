"""Tokens that expire are exchanged before they do; the old one is kept until the new one is proven."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from incidentbot.bootstrap import SystemClock
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.installer import OauthClient
from incidentbot.delivery.rotating import refresh_due
from incidentbot.delivery.tokens import TeamTokens
from incidentbot.store.credentials import Credentials
from tests.functional.installing.conftest import ACME, Trial

T = TypeVar("T")
CLIENT = OauthClient(ACME.app.client_id, ACME.app.client_secret)


@pytest.fixture
def rotating(trial: Trial) -> Trial:
    """Acme has installed it with a token that lives twelve hours, of which one is left."""
    trial.server.platform.app.token_rotation = True
    trial.install(ACME)
    now_expires(trial)
    return trial


def kept(trial: Trial) -> Credentials:
    with trial.service.store.read("") as tx:
        given = tx.credentials.get(ACME.team_id)
    assert given
    return given


def now_expires(trial: Trial) -> None:
    given = kept(trial)
    assert given.refresh_token
    with trial.service.store.begin("") as tx:
        soon = Credentials(given.bot_token, given.refresh_token, expires_at=tx.now + timedelta(hours=1))
        tx.credentials.save(ACME.team_id, soon, tx.now)


def refresh(trial: Trial) -> int:
    async def once() -> int:
        tokens = TeamTokens(trial.service.store, None)
        async with SlackClient(trial.server.api_url, tokens, SystemClock().now) as slack:
            return await refresh_due(trial.service.store, slack, CLIENT)

    return run(once())


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def test_a_token_is_exchanged_once_before_it_expires(rotating: Trial) -> None:
    old = kept(rotating)
    assert refresh(rotating) == 1
    new = kept(rotating)
    assert new.bot_token != old.bot_token
    assert new.refresh_token != old.refresh_token
    assert refresh(rotating) == 0
    assert rotating.server.platform.workspaces[ACME.team_id].installation.accepts(new.bot_token)


def test_a_lost_answer_keeps_the_old_token(rotating: Trial) -> None:
    old = kept(rotating)
    rotating.server.platform.refresh_tokens.clear()  # used up, by an answer that never arrived
    assert refresh(rotating) == 0
    assert kept(rotating) == old


def test_a_lost_answer_is_an_alarm_until_the_app_is_installed_again(rotating: Trial) -> None:
    rotating.server.platform.refresh_tokens.clear()
    assert refresh(rotating) == 0
    assert "incidentbot_tokens_overdue 1.0" in rotating.browser.get(f"{rotating.url}/metrics").text
    ready = rotating.browser.get(f"{rotating.url}/readyz")
    assert (ready.status_code, ACME.team_id in ready.text) == (200, True)
    rotating.install(ACME)
    assert "incidentbot_tokens_overdue 0.0" in rotating.browser.get(f"{rotating.url}/metrics").text
    assert ACME.team_id not in rotating.browser.get(f"{rotating.url}/readyz").text


def test_two_replicas_exchange_it_once(rotating: Trial) -> None:
    async def both() -> list[int]:
        return list(await asyncio.gather(*(asyncio.to_thread(refresh, rotating) for _ in range(2))))

    assert sorted(run(both())) == [0, 1]
