"""Beginning installs, and handing over tokens, is bounded: both are open to floods of their own kind."""

from dataclasses import replace
from typing import Any, Final

from incidentbot.domain.installing import InstallFailed
from incidentbot.domain.workspace import Workspace
from incidentbot.store import Store
from incidentbot.store.secret_box import SecretBox, make_key
from incidentbot.web.oauth import AT_ONCE
from incidentbot.web.parts import Oauth
from tests.functional.web.conftest import StillClock, client_of, parts_of

OAUTH: Final = Oauth("https://slack.example/oauth", "1.2", ("chat:write",))


class NobodysTokens:
    """Slack takes none of them."""

    async def finish(self, _code: str, _redirect_uri: str) -> Workspace:
        raise InstallFailed("invalid_code")

    async def set_up(self, _bot_token: str, _app_token: str, _signing_secret: str) -> Workspace:
        raise InstallFailed("invalid_auth")


async def test_one_address_begins_so_many_installs_and_then_waits(store: Store, clock: StillClock) -> None:
    async with client_of(replace(parts_of(store, clock), oauth=OAUTH)) as api:
        begun = [await api.get("/slack/install", follow_redirects=False) for _ in range(AT_ONCE + 2)]
        assert [one.status_code for one in begun] == [302] * AT_ONCE + [429] * 2
        wait = int(begun[-1].headers["retry-after"])
        assert (await api.get("/slack/oauth_redirect", params={"state": "x", "code": "y"})).status_code == 429
        clock.move(wait)
        assert (await api.get("/slack/install", follow_redirects=False)).status_code == 302


async def test_tokens_are_tried_at_slack_so_often_and_then_later(database_url: str, clock: StillClock) -> None:
    store = Store(database_url, clock=clock, secrets=SecretBox([make_key()]))
    installer: Any = NobodysTokens()
    async with client_of(replace(parts_of(store, clock), installer=installer)) as api:
        tried = [await api.post("/v1/integrations/slack/setup", json={"bot_token": "xoxb-1"}) for _ in range(12)]
        assert [one.status_code for one in tried] == [400] * 10 + [429] * 2
        assert tried[-1].json()["error"]["code"] == "too_many_requests"
        clock.move(int(tried[-1].headers["retry-after"]))
        again = await api.post("/v1/integrations/slack/setup", json={"bot_token": "xoxb-1"})
        assert again.status_code == 400
    store.close()
