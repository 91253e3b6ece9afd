"""GET /v1/stats: the figures of a period."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Query, Security
from fastapi.security import HTTPBearer
from pydantic import ConfigDict, Field

from incidentbot.domain.statistics import DEFINITIONS, Figures, GroupBy, Statistics, Times
from incidentbot.domain.text import clean_line
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import stats
from incidentbot.store import Store
from incidentbot.web.models import ProblemShape, Shape
from incidentbot.web.rest import PROBLEMS, Call, GuardedRoute


class TimesShape(Shape):
    """How long something took, in seconds."""

    count: int = Field(description="Incidents that came to it")
    waiting: int = Field(description=DEFINITIONS["waiting"])
    mean: float | None = Field(description="Of those that came to it")
    median: float | None = Field(description=DEFINITIONS["mean, median, p90"])
    p90: float | None = Field(description="Within this time it was over for 90 of 100; see median")

    @classmethod
    def of(cls, times: Times) -> Self:
        """The same as the API shows it."""
        return cls(**asdict(times))


class FiguresShape(Shape):
    """The figures of some incidents."""

    created: int = Field(description=DEFINITIONS["created"])
    open: int = Field(description=DEFINITIONS["open, acknowledged, resolved"])
    acknowledged: int
    resolved: int
    reopened: int = Field(description=DEFINITIONS["reopened"])
    reopen_rate: float | None
    mtta: TimesShape = Field(description=DEFINITIONS["mtta"])
    mttr: TimesShape = Field(description=DEFINITIONS["mttr"])
    first_update: TimesShape = Field(description=DEFINITIONS["first_update"])

    @classmethod
    def of(cls, figures: Figures) -> Self:
        """The same as the API shows it."""
        return cls(**asdict(figures))


_TOOK: Final = {"count": 58, "waiting": 4, "mean": 412.5, "median": 187.0, "p90": 1120.0}
_FIGURES: Final = {
    "created": 62,
    "open": 3,
    "acknowledged": 5,
    "resolved": 54,
    "reopened": 2,
    "reopen_rate": 0.03,
    "mtta": _TOOK,
    "mttr": _TOOK,
    "first_update": _TOOK,
}
_STATS: Final[dict[str, Any]] = {
    **_FIGURES,
    "period": "7d",
    "since": "2026-01-13T14:45:00Z",
    "until": "2026-01-20T14:45:00Z",
    "by_severity": {"critical": _FIGURES},
    "before": _FIGURES,
    "by": "ci",
    "groups": {"PROD-WEB-01": _FIGURES},
    "more_groups": 0,
}


class StatsShape(FiguresShape):
    """The figures of a period."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STATS]})

    period: str = Field(examples=["7d"], description=DEFINITIONS["period"])
    since: datetime
    until: datetime
    by_severity: dict[str, FiguresShape]
    before: FiguresShape = Field(description=DEFINITIONS["before"])
    by: GroupBy | None
    groups: dict[str, FiguresShape] = Field(description="By what `by` names; those with the most incidents first")
    more_groups: int = Field(description="Groups that are not shown")


# What a request for figures can meet; "default" keeps FastAPI from promising a 422, which is a 400 here.
_STATUSES: Final[tuple[int | str, ...]] = (400, 401, 403, 413, 415, 503, "default")

router: Final = APIRouter(
    prefix="/v1/stats",
    tags=["statistics"],
    route_class=GuardedRoute,
    responses={status: {"model": ProblemShape, "description": PROBLEMS[status]} for status in _STATUSES},
    dependencies=[Security(HTTPBearer(auto_error=False, description="INCIDENTBOT_API_TOKEN, or a token of the file"))],
)


# So many hours, days or weeks; what is longer than two years, or two dates, is looked at by the domain.
_PERIOD: Final = r"^([1-9][0-9]{0,1}[hdw]|\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2})$"


@router.get("", operation_id="get_stats")
async def get_stats(
    call: Call,
    period: Annotated[
        str, Query(max_length=40, examples=["30d", "2026-01-01/2026-01-31"], json_schema_extra={"pattern": _PERIOD})
    ] = "7d",
    by: GroupBy | None = None,
) -> StatsShape:
    """How many incidents the period had and how fast people were, in seconds, from transitions alone."""

    def query(store: Store, home: Workspace) -> StatsShape:
        return stats_shape(stats(store, home.team_id, clean_line(period, 40), by))

    return await call.ask(query)


def stats_shape(found: Statistics) -> StatsShape:
    """The figures as the API shows them."""
    return StatsShape(
        period=found.period.name,
        since=found.period.since,
        until=found.period.until,
        by_severity={name: FiguresShape.of(figures) for name, figures in found.by_severity.items()},
        before=FiguresShape.of(found.before),
        by=found.by,
        groups={name: FiguresShape.of(figures) for name, figures in found.groups.items()},
        more_groups=found.more_groups,
        **asdict(found.figures),
    )
