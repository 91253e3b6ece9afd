"""Installs that somebody began: each is good once, for ten minutes, and for the browser that began it."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from incidentbot.store.tables import oauth_states

GOOD_FOR: Final = timedelta(minutes=10)


class OauthStates:
    """The installs that are under way, of no workspace yet. What is stored would not do to finish one."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def begin(self, state: str, browser: str, now: datetime) -> None:
        """Remember that an install was begun; those that were never finished are forgotten."""
        self._connection.execute(sa.delete(oauth_states).where(oauth_states.c.expires_at <= now))
        row = {"state": _digest(state), "browser": _digest(browser), "expires_at": now + GOOD_FOR}
        self._connection.execute(sa.insert(oauth_states).values(row))

    def end(self, state: str, browser: str, now: datetime) -> bool:
        """Whether this browser began that install in the last ten minutes; it is used up, whatever the answer."""
        query = (
            sa.delete(oauth_states)
            .where(oauth_states.c.state == _digest(state))
            .returning(oauth_states.c.browser, oauth_states.c.expires_at)
        )
        row = self._connection.execute(query).first()
        return row is not None and row.browser == _digest(browser) and row.expires_at > now


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
