"""What reports of ours were made into: what they say, their picture and their document."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from incidentbot.domain.report_content import Content
from incidentbot.store.statement import Statement
from incidentbot.store.tables import reports
from incidentbot.store.upsert import upsert

CONTENT: Final[TypeAdapter[Content]] = TypeAdapter(Content)

_OLDEST: Final = Statement(sa.select(sa.func.min(reports.c.made_at)))


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report that was made. `pictures` are a compressed JSON list of SVG; `key` signs links to it."""

    content: Content
    picture: bytes
    pictures: bytes
    document: bytes
    key: str
    made_at: datetime


class Reports:
    """The reports of `team_id`, by the id of the job that ordered each."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def save(self, report_id: str, report: StoredReport) -> None:
        """Keep a report, in place of what an earlier attempt made."""
        facts = {
            "content": CONTENT.dump_python(report.content, mode="json"),
            "picture": report.picture,
            "pictures": report.pictures,
            "document": report.document,
            "key": report.key,
            "made_at": report.made_at,
        }
        upsert(self._connection, reports, {"team_id": self._team_id, "id": report_id, **facts}, changed=facts)

    def get(self, report_id: str) -> StoredReport | None:
        """The report, while it is kept."""
        row = self._connection.execute(sa.select(reports).where(*self._own(report_id))).first()
        return _report(row) if row else None

    def made_before(self, moment: datetime, limit: int) -> tuple[tuple[str, str], ...]:
        """Workspace and id of the oldest reports of all teams that were made before `moment`."""
        query = sa.select(reports.c.team_id, reports.c.id).where(reports.c.made_at < moment)
        rows = self._connection.execute(query.order_by(reports.c.made_at, reports.c.id).limit(limit))
        return tuple((row.team_id, row.id) for row in rows)

    def oldest_made_at(self) -> datetime | None:
        """When the oldest report of all teams was made."""
        found: datetime | None = _OLDEST.run(self._connection, {}).scalar()
        return found

    def delete(self, report_id: str) -> None:
        """Keep it no longer."""
        self._connection.execute(sa.delete(reports).where(*self._own(report_id)))

    def _own(self, report_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return reports.c.team_id == self._team_id, reports.c.id == report_id


def _report(row: Any) -> StoredReport:
    content = CONTENT.validate_python(row.content)
    return StoredReport(content, bytes(row.picture), bytes(row.pictures), bytes(row.document), row.key, row.made_at)
