"""The tokens and secrets of installed workspaces, encrypted. An installation of a whole organisation has its id."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.store.secret_box import SecretBox, SecretUnreadable
from incidentbot.store.tables import credentials
from incidentbot.store.upsert import upsert

SECRETS: Final = ("bot_token", "refresh_token", "app_token", "signing_secret")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an installation came with, in clear; "" is what it did not. `expires_at` is None where the token stays."""

    bot_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    expires_at: datetime | None = None


class CredentialStore:
    """The credentials of all workspaces; the caller says which."""

    def __init__(self, connection: sa.Connection, box: SecretBox) -> None:
        self._connection = connection
        self._box = box

    def get(self, team_id: str) -> Credentials | None:
        """Those of the workspace or organisation; SecretUnreadable where they do not open."""
        row = self._connection.execute(sa.select(credentials).where(credentials.c.team_id == team_id)).first()
        return self._opened(row) if row else None

    def has(self, team_id: str) -> bool:
        """Whether there are any, readable or not."""
        query = sa.select(credentials.c.team_id).where(credentials.c.team_id == team_id)
        return self._connection.execute(query).first() is not None

    def all(self) -> Iterator[tuple[str, Credentials]]:
        """Those of every workspace whose secrets open."""
        for row in self._connection.execute(sa.select(credentials).order_by(credentials.c.team_id)).all():
            try:
                yield row.team_id, self._opened(row)
            except SecretUnreadable:
                continue

    def unreadable(self) -> list[SecretUnreadable]:
        """What does not open, one a workspace."""
        found = []
        for row in self._connection.execute(sa.select(credentials).order_by(credentials.c.team_id)).all():
            try:
                self._opened(row)
            except SecretUnreadable as error:
                found.append(error)
        return found

    def save(self, team_id: str, given: Credentials, now: datetime) -> None:
        """Keep these instead of whatever was kept for the workspace."""
        row: dict[str, Any] = {name: self._sealed(team_id, name, getattr(given, name)) for name in SECRETS}
        row |= {"expires_at": given.expires_at, "saved_at": now, "refreshing_until": None}
        upsert(self._connection, credentials, {"team_id": team_id, **row}, changed=row)

    def forget(self, team_id: str) -> bool:
        """Keep nothing of the workspace's; False where there was nothing."""
        query = sa.delete(credentials).where(credentials.c.team_id == team_id)
        return self._connection.execute(query).rowcount > 0

    def take_turn_to_refresh(self, now: datetime, ahead: timedelta, lease: timedelta) -> list[str]:
        """Whose token expires within `ahead` and is ours to refresh: nobody else takes it before `lease` has passed."""
        columns = credentials.c
        query = (
            sa.update(credentials)
            .where(columns.expires_at <= now + ahead, columns.refresh_token.is_not(None))
            .where(sa.or_(columns.refreshing_until.is_(None), columns.refreshing_until <= now))
            .values(refreshing_until=now + lease)
            .returning(columns.team_id)
        )
        return sorted(self._connection.execute(query).scalars())

    def expiring(self, before: datetime) -> dict[str, datetime]:
        """Whose token expires before that moment although it could be exchanged, and when."""
        columns = credentials.c
        query = sa.select(columns.team_id, columns.expires_at).where(
            columns.expires_at <= before, columns.refresh_token.is_not(None)
        )
        return {row.team_id: row.expires_at for row in self._connection.execute(query)}

    def reseal(self, limit: int) -> int:
        """Encrypt rows with the newest key that are not yet; answers how many, at most `limit`."""
        query = sa.select(credentials).with_for_update()
        done = 0
        for row in self._connection.execute(query).all():
            old = {name: getattr(row, name) for name in SECRETS if getattr(row, name)}
            if done == limit or all(self._box.is_newest(sealed) for sealed in old.values()):
                continue
            new = {name: self._sealed(row.team_id, name, self._box.open(row.team_id, name, old[name])) for name in old}
            own = credentials.c.team_id == row.team_id
            self._connection.execute(sa.update(credentials).where(own).values(new))
            done += 1
        return done

    def _sealed(self, team_id: str, column: str, secret: str) -> str | None:
        return self._box.seal(team_id, column, secret) if secret else None

    def _opened(self, row: Any) -> Credentials:
        clear = {
            name: self._box.open(row.team_id, name, getattr(row, name)) if getattr(row, name) else ""
            for name in SECRETS
        }
        return Credentials(**clear, expires_at=row.expires_at)
