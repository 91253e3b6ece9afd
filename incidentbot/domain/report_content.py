"""What a report of ours says: plain data, of which message, document and page are made alike."""

from dataclasses import dataclass

from incidentbot.domain.charts import Chart, Course
from incidentbot.languages import ENGLISH, counted_plain, fill_plain


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure with its name, and what it was in the period before ("" where there is nothing to compare with)."""

    name: str
    value: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An incident in the table; lengths are in words, "" where it has not come to that."""

    reference: str
    title: str
    severity: str
    state: str
    created: str
    acknowledged: str = ""
    resolved: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that was told of an incident: when, what, and somebody's own words."""

    at: str
    what: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One incident from its beginning; `more` entries are left out."""

    row: Row
    course: Course
    happened: tuple[Happened, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report. `summary` is in sentences; the first chart is the one that its message shows.
    All of it is in `language`; severities and states are their names, which whoever shows them says in it.

    `period` and `made` are told on the clocks of `zone`. `more_rows` incidents are left out of the table.
    """

    name: str
    type: str
    period: str
    made: str
    zone: str
    summary: tuple[str, ...]
    figures: tuple[KeyFigure, ...] = ()
    charts: tuple[Chart, ...] = ()
    rows: tuple[Row, ...] = ()
    more_rows: int = 0
    stories: tuple[Story, ...] = ()
    language: str = ENGLISH

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.charts or self.rows or self.stories)


def figures_head() -> tuple[str, str, str]:
    """What stands above the key figures."""
    return fill_plain("Figure"), fill_plain("This period"), fill_plain("The period before")


def incidents_head() -> tuple[str, ...]:
    """What stands above the table of incidents."""
    return (
        fill_plain("Incident"),
        fill_plain("Title"),
        fill_plain("Severity"),
        fill_plain("State"),
        fill_plain("Began"),
        fill_plain("Acknowledged after"),
        fill_plain("Resolved after"),
    )


def happened_head() -> tuple[str, str]:
    """What stands above the entries of one incident."""
    return fill_plain("When"), fill_plain("What")


def more_rows(count: int) -> str:
    """How many incidents the table leaves out; "" where it has all."""
    if not count:
        return ""
    return counted_plain(
        count,
        "{count} more incident of the period is not in this table; the worst and newest are.",
        "{count} more incidents of the period are not in this table; the worst and newest are.",
    )


def more_entries(count: int) -> str:
    """How many entries of an incident are left out; "" where all are told."""
    if not count:
        return ""
    return counted_plain(count, "{count} more entry is in the thread.", "{count} more entries are in the thread.")
