"""The content of a report of ours, from the timelines alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from incidentbot.domain.charting import course_of, heat_map, over_time, top, trend
from incidentbot.domain.charts import Chart
from incidentbot.domain.incident import Incident
from incidentbot.domain.job import Job, OwnReportOrder
from incidentbot.domain.moments import told, zone_of
from incidentbot.domain.own_report import DAILY, INCIDENT
from incidentbot.domain.period import Period, read_period
from incidentbot.domain.permalink import permalink
from incidentbot.domain.refusals import IncidentNotFound, Refused
from incidentbot.domain.report_content import Content, Happened, Row, Story
from incidentbot.domain.reporting import after, at, figures_of, name_of, summary_of, told_period
from incidentbot.domain.statistics import Course
from incidentbot.domain.text import cut
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.languages import fill_plain, spoken
from incidentbot.queries.stats import microseconds, stats_of
from incidentbot.render.plain import words
from incidentbot.render.tellers import tell
from incidentbot.render.vocabulary import SEVERITY_WORD, STATE_WORD, drill_mark
from incidentbot.store import Store, Transaction

MOST_ROWS: Final = 200
MOST_STORIES: Final = 5
# Of one incident all that a reader gets through; of one among many, what moved it.
MOST_ENTRIES: Final = 300
FEW_ENTRIES: Final = 15
_TITLE: Final = 120
_WORDS: Final = 1500
_USER: Final = re.compile(r"<@([UW][A-Z0-9]+)>")


def report_content(store: Store, job: Job, zone: str) -> Content:
    """What the report that `job` orders says on the clocks of `zone`, as it stood when it was ordered.

    In the language of the moment.

    Refused where there is no such thing.
    """
    assert isinstance(job.order, OwnReportOrder)  # noqa: S101 - its caller makes nothing else
    with store.read(job.team_id) as tx:
        pages = _Pages(tx, zone_of(zone))
        if job.order.type == INCIDENT:
            return pages.of_incident(job, job.order.incident)
        return pages.of_period(job, job.order.type, read_period(job.order.period, job.created_at))


class _Pages:
    """Collects what a report says, in one transaction."""

    def __init__(self, tx: Transaction, zone: ZoneInfo) -> None:
        self._tx = tx
        self._zone = zone
        workspace = tx.installations.get(tx.team_id)
        self._url = workspace.url if workspace else ""
        self._names: dict[str, str] = {}

    def of_period(self, job: Job, kind: str, period: Period) -> Content:
        """Of all incidents of a period."""
        found = stats_of(self._tx.courses, period)
        courses = self._tx.courses.created(period.since, period.until)
        services = top("services", courses, self._tx.courses.services(courses))
        pictures: list[Chart] = [over_time(courses, period, self._zone), services]
        if kind != DAILY:
            pictures[1:1] = [trend(courses, period, self._zone), heat_map(courses, self._zone)]
        shown = sorted(courses, key=lambda one: (one.severity.rank, -one.created))[:MOST_ROWS]
        rows = self._rows(shown)
        return Content(
            name=name_of(kind),
            type=kind,
            period=told_period(period, self._zone),
            made=told(job.created_at, self._zone),
            zone=self._zone.key,
            summary=summary_of(found, self._tx.incidents.unresolved_before(period.since), services),
            figures=figures_of(found),
            charts=tuple(pictures) if courses else (),
            rows=tuple(rows.values()),
            more_rows=len(courses) - len(shown),
            stories=self._stories(rows, job),
            language=spoken(),
        )

    def of_incident(self, job: Job, number: int) -> Content:
        """Of one incident, all of it."""
        incident = self._tx.incidents.get(number)
        if incident is None:
            raise Refused(IncidentNotFound(f"INC-{number}"))
        entries = self._entries(number, incident.last_seq)
        course = course_of(incident.reference, entries, job.created_at)
        row = self._row(incident, _course(incident, entries))
        happened = tuple(self._happened(entry) for entry in entries[:MOST_ENTRIES])
        mark = f"{drill_mark(incident)} · " if incident.drill else ""
        return Content(
            name=f"{mark}{incident.reference}: {cut(incident.title, _TITLE)}",
            type=INCIDENT,
            period=fill_plain(
                "{since} to {until}",
                since=told(incident.began_at, self._zone),
                until=told(course.stretches[-1].until, self._zone),
            ),
            made=told(job.created_at, self._zone),
            zone=self._zone.key,
            summary=(course.finding, _standing(incident)),
            charts=(course,),
            stories=(Story(row, course, happened, len(entries) - len(happened)),),
            language=spoken(),
        )

    def _entries(self, number: int, limit: int) -> Sequence[Entry]:
        """The timeline's beginning, with the times that were corrected, by which figures go too."""
        corrected = self._tx.corrections.of(number)
        entries = self._tx.timeline.page(number, limit=limit)
        return [replace(entry, happened_at=corrected.get(entry.seq, entry.happened_at)) for entry in entries]

    def _rows(self, courses: Sequence[Course]) -> Mapping[int, Row]:
        known = {one.number: one for one in self._tx.incidents.several([one.number for one in courses])}
        return {one.number: self._row(known[one.number], one) for one in courses}

    def _row(self, incident: Incident, course: Course) -> Row:
        return Row(
            incident.reference,
            cut(incident.title, _TITLE),
            course.severity.value,
            course.state.value,
            told(at(course.created), self._zone),
            after(course.created, course.acknowledged),
            after(course.created, course.resolved),
            permalink(self._url, incident.channel, incident.root_ts),
        )

    def _stories(self, rows: Mapping[int, Row], job: Job) -> tuple[Story, ...]:
        """Of the critical ones, the newest first: what moved them, and what people wrote."""
        critical = [number for number, row in rows.items() if row.severity == "critical"][:MOST_STORIES]
        return tuple(self._story(number, rows[number], job) for number in critical)

    def _story(self, number: int, row: Row, job: Job) -> Story:
        entries = self._entries(number, MOST_ENTRIES)
        told_of = [entry for entry in entries if entry.kind in _WEIGHTY]
        shown = tuple(self._happened(entry) for entry in told_of[:FEW_ENTRIES])
        return Story(row, course_of(row.reference, entries, job.created_at), shown, len(told_of) - len(shown))

    def _happened(self, entry: Entry) -> Happened:
        said = tell(entry)
        facts = [f"{self._plain(label)}: {self._plain(value)}" for label, value in said.facts if value]
        what = "; ".join([self._plain(said.sentence), *facts])
        return Happened(told(entry.happened_at, self._zone), cut(what, _WORDS), cut(said.quoted.strip(), _WORDS))

    def _plain(self, mrkdwn: str) -> str:
        return words(_USER.sub(lambda found: f"@{self._name(found[1])}", mrkdwn))

    def _name(self, person: str) -> str:
        if person not in self._names:
            known = self._tx.people.get(person)
            self._names[person] = known.name if known else person
        return self._names[person]


_WEIGHTY: Final = frozenset(
    {
        EntryKind.CREATED,
        EntryKind.ACKNOWLEDGED,
        EntryKind.UNACKNOWLEDGED,
        EntryKind.RESOLVED,
        EntryKind.REOPENED,
        EntryKind.SEVERITY_CHANGED,
        EntryKind.NOTE,
        EntryKind.CAPTURED,
        EntryKind.ESCALATED,
        EntryKind.PLAYBOOK,
        EntryKind.ACTION_ADDED,
        EntryKind.ACTION_DONE,
    }
)


def _standing(incident: Incident) -> str:
    state, severity = STATE_WORD[incident.state], SEVERITY_WORD[incident.severity]
    return fill_plain("It is {state}, of severity {severity}.", state=state, severity=severity)


def _micro(entry: Entry) -> int:
    return microseconds(entry.happened_at)


def _course(incident: Incident, entries: Sequence[Entry]) -> Course:
    """What happened to one incident, in numbers."""
    moments = {kind: [_micro(entry) for entry in entries if entry.kind is kind] for kind in EntryKind}
    acknowledged, resolved = moments[EntryKind.ACKNOWLEDGED], moments[EntryKind.RESOLVED]
    return Course(
        incident.number,
        incident.severity,
        incident.state,
        moments[EntryKind.CREATED][0],
        min(acknowledged, default=None),
        max(resolved, default=None),
        None,
        len(moments[EntryKind.REOPENED]),
    )
