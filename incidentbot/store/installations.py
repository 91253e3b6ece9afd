"""Workspaces in which the bot is installed, and each one's counter of incident numbers."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.workspace import Workspace
from incidentbot.store.statement import Statement
from incidentbot.store.tables import installations
from incidentbot.store.upsert import upsert

_ALL: Final = Statement(
    sa.select(installations)
    .where(installations.c.removed_at.is_(None))
    .order_by(installations.c.installed_at, installations.c.team_id)
)
_GET: Final = Statement(sa.select(installations).where(installations.c.team_id == sa.bindparam("team_id")))
_NEXT_NUMBER: Final = Statement(
    sa.update(installations)
    .where(installations.c.team_id == sa.bindparam("of_team"))
    .values(last_number=installations.c.last_number + 1)
    .returning(installations.c.last_number)
)


class Installations:
    """The installations of all teams; the caller says which."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Workspace, ...]:
        """Every installed workspace, the first installed first."""
        return tuple(map(_workspace, _ALL.run(self._connection, {}).rows))

    def get(self, team_id: str) -> Workspace | None:
        """The workspace, if it is installed."""
        row = _GET.run(self._connection, {"team_id": team_id}).first()
        return _workspace(row) if row else None

    def save(self, workspace: Workspace, now: datetime) -> None:
        """Remember what auth.test told; an installation seen before keeps its counter."""
        facts: dict[str, Any] = {
            "enterprise_id": workspace.enterprise_id,
            "name": workspace.name,
            "url": workspace.url,
            "app_id": workspace.app_id,
            "bot_id": workspace.bot_id,
            "bot_user_id": workspace.bot_user_id,
            "scopes": ",".join(workspace.scopes),
            "token_from": workspace.token_from,
            "removed_at": None,
            "token_refused_at": None,
            "token_refused_reason": None,
        }
        if workspace.installed_by:
            facts["installed_by"] = workspace.installed_by
        new = {"team_id": workspace.team_id, "installed_at": now, **facts}
        upsert(self._connection, installations, new, changed=facts)

    def remove(self, team_id: str, now: datetime) -> None:
        """The app is not installed there any more; its counter and incidents stay for when it is again."""
        own = sa.or_(installations.c.team_id == team_id, installations.c.enterprise_id == team_id)
        self._connection.execute(sa.update(installations).where(own).values(removed_at=now))

    def take_turn(self, team_id: str) -> None:
        """From here to the end of the transaction other creations of the team wait for this one."""
        query = sa.select(installations.c.team_id).where(installations.c.team_id == team_id).with_for_update()
        self._connection.execute(query)  # SQLite ignores FOR UPDATE; its writers wait for each other anyway

    def next_number(self, team_id: str) -> int | None:
        """The number of the team's next incident, or None where it is not installed; creates wait for each other."""
        number: int | None = _NEXT_NUMBER.run(self._connection, {"of_team": team_id}).scalar()
        return number

    def refuse_token(self, team_id: str, reason: str | None, now: datetime) -> None:
        """Note that Slack refuses the team's token, or with `reason` None that it takes it again."""
        query = (
            sa.update(installations)
            .where(installations.c.team_id == team_id)
            .values(token_refused_at=now if reason else None, token_refused_reason=reason)
        )
        self._connection.execute(query)

    def refused_since(self, team_id: str) -> datetime | None:
        """Since when Slack refuses the team's token, None where it does not; others who ask this wait for us."""
        query = sa.select(installations.c.token_refused_at).where(installations.c.team_id == team_id)
        found: datetime | None = self._connection.execute(query.with_for_update()).scalar_one_or_none()
        return found

    def refused(self, token_from: str = "") -> dict[str, str]:
        """The installed teams whose token Slack refuses, with its reason; with `token_from`, those who left too."""
        query = sa.select(installations.c.team_id, installations.c.token_refused_reason).where(
            installations.c.token_refused_at.is_not(None)
        )
        wanted = installations.c.token_from == token_from if token_from else installations.c.removed_at.is_(None)
        query = query.where(wanted)
        return {row.team_id: row.token_refused_reason for row in self._connection.execute(query)}


def _workspace(row: Any) -> Workspace:
    return Workspace(
        team_id=row.team_id,
        name=row.name,
        url=row.url,
        enterprise_id=row.enterprise_id,
        app_id=row.app_id,
        bot_id=row.bot_id,
        bot_user_id=row.bot_user_id,
        scopes=tuple(scope for scope in row.scopes.split(",") if scope),
        installed_by=row.installed_by,
        token_from=row.token_from,
    )
