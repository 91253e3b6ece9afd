"""Which token is whose: the environment's belongs to the workspace that Slack said it does, others were installed."""

import time
from typing import Final

import structlog

from incidentbot.domain.workspace import INSTALL
from incidentbot.store import Store
from incidentbot.store.secret_box import SecretUnreadable

# A workspace that is uninstalled, or rotates its token, is noticed by every replica within this.
KNOWN_FOR: Final = 5.0

log = structlog.get_logger(__name__)


class TeamTokens:
    """Answers the bot token of a workspace, or None where it has none; decrypted ones are kept for a few seconds."""

    def __init__(self, store: Store, from_environment: str | None) -> None:
        self._store = store
        self._from_environment = from_environment
        self._known: dict[str, tuple[float, str | None]] = {}

    async def __call__(self, team_id: str) -> str | None:
        """The token of the workspace."""
        known = self._known.get(team_id)
        if known is None or time.monotonic() - known[0] > KNOWN_FOR:
            known = (time.monotonic(), await self._store.ask(self._token, team_id))
            self._known[team_id] = known
        return known[1]

    def _token(self, store: Store, team_id: str) -> str | None:
        with store.read(team_id) as tx:
            home = tx.installations.get(team_id)
            if home is None or home.token_from != INSTALL:
                return self._from_environment
            try:
                given = tx.credentials.get(team_id) or tx.credentials.get(home.enterprise_id)
            except SecretUnreadable as error:
                log.error("secret.unreadable", team=error.team_id, column=error.column, reason=error.why)  # noqa: TRY400 - its text is all there is to it
                return None
            return given.bot_token if given else None
