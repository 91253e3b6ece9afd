"""The schedules of reports."""

from incidentbot.domain.report_schedule import ReportSchedule
from incidentbot.store import Store


def schedules_of(store: Store, team_id: str) -> tuple[ReportSchedule, ...]:
    """All of the workspace, by number."""
    with store.read(team_id) as tx:
        return tx.schedules.all()
