"""What the pictures of a report show: their data alone, and the sentence that says what can be seen in them.

The sentence is the picture's text for whoever cannot see it, so it states the finding, not that there is a picture.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from incidentbot.domain.lengths import in_words
from incidentbot.languages import counted_plain, fill_plain, grouped, phrase, said

_WEEKDAYS: Final = (
    phrase("Monday"),
    phrase("Tuesday"),
    phrase("Wednesday"),
    phrase("Thursday"),
    phrase("Friday"),
    phrase("Saturday"),
    phrase("Sunday"),
)
Step = Literal["hour", "day", "week", "month"]


_BY_STEP: Final[Mapping[Step, str]] = {
    "hour": phrase("Incidents by hour and severity"),
    "day": phrase("Incidents by day and severity"),
    "week": phrase("Incidents by week and severity"),
    "month": phrase("Incidents by month and severity"),
}
_MOST: Final[Mapping[str, str]] = {"services": phrase("Services with the most incidents")}
_NONE_KNOWN: Final[Mapping[str, str]] = {"services": phrase("No services are known of these incidents.")}


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
        return said(_BY_STEP[self.step])

    @property
    def totals(self) -> tuple[int, ...]:
        """All severities together."""
        return tuple(map(sum, zip(*self.counts.values(), strict=True)))

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        total = sum(self.totals)
        if not total:
            return fill_plain("No incident from {first} to {last}.", first=self.labels[0], last=self.labels[-1])
        most = max(range(len(self.totals)), key=lambda place: self.totals[place])
        worst = [f"{counts[most]} {said(name)}" for name, counts in self.counts.items() if counts[most]]
        return fill_plain(
            "{incidents} from {first} to {last}; most began at {label}: {most} ({worst}).",
            incidents=counted_plain(total, "{count} incident", "{count} incidents"),
            first=self.labels[0],
            last=self.labels[-1],
            label=self.labels[most],
            most=grouped(self.totals[most]),
            worst=", ".join(worst),
        )


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
        return fill_plain("How long it took")

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        told = [
            _moved(fill_plain("Half were acknowledged within"), self.labels, self.acknowledged),
            _moved(fill_plain("Half were resolved within"), self.labels, self.resolved),
        ]
        return " ".join(one for one in told if one) or fill_plain("No incident was acknowledged or resolved.")


@dataclass(frozen=True, slots=True)
class HeatMap:
    """How many incidents began in each hour (0 to 23) of each weekday (Monday first), on the clocks of `zone`."""

    counts: tuple[tuple[int, ...], ...]
    zone: str
    kind: Literal["heat_map"] = "heat_map"

    @property
    def title(self) -> str:
        """What stands above it."""
        return fill_plain("When incidents begin ({zone})", zone=self.zone)

    @property
    def days(self) -> tuple[str, ...]:
        """What its rows are called."""
        return tuple(map(said, _WEEKDAYS))

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        total = sum(map(sum, self.counts))
        if not total:
            return fill_plain("No incident began in the period.")
        most, day, hour = max(
            (count, -day, -hour) for day, row in enumerate(self.counts) for hour, count in enumerate(row)
        )
        outside = total - sum(sum(row[9:17]) for row in self.counts[:5])
        return fill_plain(
            "Most incidents began on {day} from {since} to {until} ({most} of {total});"
            " {share} % outside of weekdays 9 to 17.",
            day=self.days[-day],
            since=f"{-hour:02}:00",
            until=f"{-hour + 1:02}:00",
            most=grouped(most),
            total=grouped(total),
            share=round(100 * outside / total),
        )


@dataclass(frozen=True, slots=True)
class Top:
    """The `what` (services) with the most incidents, by severity; `more` others have some too."""

    what: str
    names: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]
    more: int = 0
    kind: Literal["top"] = "top"

    @property
    def title(self) -> str:
        """What stands above it."""
        return said(_MOST[self.what])

    @property
    def totals(self) -> tuple[int, ...]:
        """All severities together."""
        return tuple(map(sum, zip(*self.counts.values(), strict=True)))

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        if not self.names:
            return said(_NONE_KNOWN[self.what])
        named = [f"{name} ({grouped(total)})" for name, total in zip(self.names, self.totals, strict=True)]
        told = fill_plain("Most incidents: {names}.", names=", ".join(named[:3]))
        others = counted_plain(self.more, "{count} other had some too.", "{count} others had some too.")
        return f"{told} {others}" if self.more else told


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
        return fill_plain("{ref} from its beginning", ref=self.reference)

    @property
    def finding(self) -> str:
        """What can be seen in it."""
        began = self.stretches[0].since
        taken = next((one.since for one in self.stretches if one.state == "acknowledged"), None)
        until = self.stretches[-1].since if self.ended else self.stretches[-1].until
        again = sum(moment.kind == "reopened" for moment in self.moments)
        facts = {
            "ref": self.reference,
            "length": in_words((until - began).total_seconds()),
            "taken": in_words((taken - began).total_seconds()) if taken else "",
            "again": counted_plain(again, "; opened again once", "; opened again {count} times") if again else "",
        }
        if taken and self.ended:
            return fill_plain("{ref} was acknowledged after {taken} and resolved after {length}{again}.", **facts)
        if taken:
            return fill_plain("{ref} was acknowledged after {taken} and not resolved after {length}{again}.", **facts)
        if self.ended:
            return fill_plain("{ref} was resolved after {length}{again}.", **facts)
        return fill_plain("{ref} was not resolved after {length}{again}.", **facts)


Chart = OverTime | Trend | HeatMap | Top | Course


def _moved(words: str, labels: Sequence[str], spreads: Sequence[Spread | None]) -> str:
    """How the median went from the first step where it is known to the last."""
    known = list(_known(labels, spreads))
    if not known:
        return ""
    (first, began), (last, ended) = known[0], known[-1]
    if len(known) == 1:
        return f"{words} {in_words(began)} ({first})."
    worst = max(known, key=lambda one: one[1])
    most = fill_plain(", at most {length} ({when})", length=in_words(worst[1]), when=worst[0])
    return fill_plain(
        "{words} {began} at first ({first}), {ended} at last ({last}){most}.",
        words=words,
        began=in_words(began),
        first=first,
        ended=in_words(ended),
        last=last,
        most=most if worst[1] > max(began, ended) else "",
    )


def _known(labels: Sequence[str], spreads: Sequence[Spread | None]) -> Iterator[tuple[str, float]]:
    for label, spread in zip(labels, spreads, strict=True):
        if spread is not None and spread.median is not None:
            yield label, spread.median
