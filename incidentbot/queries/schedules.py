"""The schedules of reports."""

from incidentbot.domain.moments import zone_of
from incidentbot.domain.report_schedule import ReportSchedule
from incidentbot.store import Store


def schedule_form(store: Store, team_id: str, person: str, number: int) -> tuple[ReportSchedule | None, str]:
    """The schedule of this number where there is one, and the name of the person's time zone."""
    with store.read(team_id) as tx:
        known = tx.people.get(person)
        found = next((one for one in tx.schedules.all() if one.number == number), None)
        return found, zone_of(known.tz if known else "").key


def schedules_of(store: Store, team_id: str) -> tuple[ReportSchedule, ...]:
    """All of the workspace, by number."""
    with store.read(team_id) as tx:
        return tx.schedules.all()
