"""What a report of ours says: plain data, of which message, document and page are made alike."""

from dataclasses import dataclass

from incidentbot.domain.charts import Chart, Course


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

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.charts or self.rows or self.stories)
