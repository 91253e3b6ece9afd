"""What the pictures of a report show: their data alone, and the sentence that says what can be seen in them.

The sentence is the picture's text for whoever cannot see it, so it states the finding, not that there is a picture.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from incidentbot.domain.lengths import in_words

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Step = Literal["hour", "day", "week", "month"]


class Spread(NamedTuple):
    """Within how many seconds a quarter, a half and nine tenths came to it; None where that is not known (yet)."""

    low: float | None
    median: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class OverTime:
    """How many incidents began in each `step`, by severity (the worst first); `labels` name the steps."""

    step: Step
    labels: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]
    kind: Literal["over_time"] = "over_time"

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"Incidents by {self.step} and severity"

    @property
    def totals(self) -> tuple[int, ...]:
        """All severities together."""
        return tuple(map(sum, zip(*self.counts.values(), strict=True)))

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        total = sum(self.totals)
        if not total:
            return f"No incident from {self.labels[0]} to {self.labels[-1]}."
        most = max(range(len(self.totals)), key=lambda place: self.totals[place])
        worst = [f"{counts[most]} {name}" for name, counts in self.counts.items() if counts[most]]
        spoken = f"{_counted(total)} from {self.labels[0]} to {self.labels[-1]}"
        return f"{spoken}; most began at {self.labels[most]}: {self.totals[most]} ({', '.join(worst)})."


@dataclass(frozen=True, slots=True)
class Trend:
    """How long it took to acknowledge and to resolve what began in each `step`, as a spread; None without incidents."""

    step: Step
    labels: tuple[str, ...]
    acknowledged: tuple[Spread | None, ...]
    resolved: tuple[Spread | None, ...]
    kind: Literal["trend"] = "trend"

    @property
    def title(self) -> str:
        """What stands above it."""
        return "How long it took"

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        told = [
            _moved("Half were acknowledged within", self.labels, self.acknowledged),
            _moved("Half were resolved within", self.labels, self.resolved),
        ]
        return " ".join(one for one in told if one) or "No incident was acknowledged or resolved."


@dataclass(frozen=True, slots=True)
class HeatMap:
    """How many incidents began in each hour (0 to 23) of each weekday (Monday first), on the clocks of `zone`."""

    counts: tuple[tuple[int, ...], ...]
    zone: str
    kind: Literal["heat_map"] = "heat_map"

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"When incidents begin ({self.zone})"

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        total = sum(map(sum, self.counts))
        if not total:
            return "No incident began in the period."
        most, day, hour = max(
            (count, -day, -hour) for day, row in enumerate(self.counts) for hour, count in enumerate(row)
        )
        busiest = f"{WEEKDAYS[-day]} from {-hour:02}:00 to {-hour + 1:02}:00"
        outside = total - sum(sum(row[9:17]) for row in self.counts[:5])
        share = round(100 * outside / total)
        return f"Most incidents began on {busiest} ({most} of {total}); {share} % outside of weekdays 9 to 17."


@dataclass(frozen=True, slots=True)
class Top:
    """The `what` (services, configuration items) with the most incidents, by severity; `more` others have some too."""

    what: str
    names: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]
    more: int = 0
    kind: Literal["top"] = "top"

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"{self.what.capitalize()} with the most incidents"

    @property
    def totals(self) -> tuple[int, ...]:
        """All severities together."""
        return tuple(map(sum, zip(*self.counts.values(), strict=True)))

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        if not self.names:
            return f"No {self.what} are known of these incidents."
        named = [f"{name} ({total})" for name, total in zip(self.names, self.totals, strict=True)]
        others = f" {self.more} others had some too." if self.more else ""
        return f"Most incidents: {', '.join(named[:3])}.{others}"


class Moment(NamedTuple):
    """Something that happened to an incident."""

    at: datetime
    kind: str


class Stretch(NamedTuple):
    """A time during which an incident was in one state."""

    state: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to one incident: the states that it was in, one after the other, and all that was told of it.

    `ended` says that it is resolved; else the last stretch ends when it was looked at.
    """

    reference: str
    stretches: tuple[Stretch, ...]
    moments: tuple[Moment, ...]
    ended: bool = False
    kind: Literal["course"] = "course"

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"{self.reference} from its beginning"

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        began = self.stretches[0].since
        taken = next((one.since for one in self.stretches if one.state == "acknowledged"), None)
        told = [f"acknowledged after {in_words((taken - began).total_seconds())}"] if taken else []
        until = self.stretches[-1].since if self.ended else self.stretches[-1].until
        length = in_words((until - began).total_seconds())
        told.append(f"resolved after {length}" if self.ended else f"not resolved after {length}")
        again = sum(moment.kind == "reopened" for moment in self.moments)
        reopened = f"; opened again {again} times" if again > 1 else "; opened again once" if again else ""
        return f"{self.reference} was {' and '.join(told)}{reopened}."


Chart = OverTime | Trend | HeatMap | Top | Course


def _counted(total: int) -> str:
    return "1 incident" if total == 1 else f"{total} incidents"


def _moved(words: str, labels: Sequence[str], spreads: Sequence[Spread | None]) -> str:
    """How the median went from the first step where it is known to the last."""
    known = list(_known(labels, spreads))
    if not known:
        return ""
    (first, began), (last, ended) = known[0], known[-1]
    if len(known) == 1:
        return f"{words} {in_words(began)} ({first})."
    worst = max(known, key=lambda one: one[1])
    most = f", at most {in_words(worst[1])} ({worst[0]})" if worst[1] > max(began, ended) else ""
    return f"{words} {in_words(began)} at first ({first}), {in_words(ended)} at last ({last}){most}."


def _known(labels: Sequence[str], spreads: Sequence[Spread | None]) -> Iterator[tuple[str, float]]:
    for label, spread in zip(labels, spreads, strict=True):
        if spread is not None and spread.median is not None:
            yield label, spread.median
