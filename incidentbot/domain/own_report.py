"""The reports that we make ourselves: which there are, and how people ask for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from incidentbot.domain.job import OwnReportOrder
from incidentbot.domain.period import read_period
from incidentbot.domain.reference import is_prefixed, parse_reference
from incidentbot.domain.refusals import BadField, BadOption, Refused

DAILY: Final = "daily_summary"
INCIDENTS: Final = "incidents"
INCIDENT: Final = "incident"
TYPES: Final = (DAILY, INCIDENTS, INCIDENT)
USAGE: Final = "/incident report [daily_summary|incidents|INC-n] [24h|7d|30d|2026-01-01/2026-01-31]"
PERIODS: Final = {DAILY: "24h", INCIDENTS: "7d"}
_ALIASES: Final = {"daily": DAILY, "summary": DAILY, "all": INCIDENTS}


@dataclass(frozen=True, slots=True)
class ReportPolicy:
    """How long reports are kept, and for how long their links open; `base_url` is our public address, or ""."""

    keep_for: timedelta = timedelta(days=90)
    links_valid_for: timedelta = timedelta(days=7)
    base_url: str = ""


def read_report(words: Sequence[str], now: datetime) -> OwnReportOrder:
    """The report that was typed: a type or a reference, then a period. Refused where a word is neither.

    Nothing at all is the daily summary. Of one incident there is a report over all of its time.
    """
    left = list(words)
    kind, number = DAILY, 0
    if left and (typed := _type(left[0])):
        kind = typed
        left.pop(0)
    if left and kind != INCIDENTS and _names_incident(left[0], alone=kind == INCIDENT):
        kind, number = INCIDENT, parse_reference(left.pop(0)) or 0
    if kind == INCIDENT:
        if left:
            raise Refused(BadOption(left[0][:80], USAGE))
        return OwnReportOrder(kind, "", incident=number)
    return OwnReportOrder(kind, _period(left, kind, now))


def _period(left: list[str], kind: str, now: datetime) -> str:
    if len(left) > 1:
        raise Refused(BadOption(left[1][:80], USAGE))
    named = left[0] if left else PERIODS[kind]
    if not named[:1].isdigit() and not named.startswith("last_"):
        raise Refused(BadField("type", "unknown", named[:80], choices=(*TYPES, "INC-n")))
    return read_period(named, now).name


def _type(word: str) -> str:
    typed = word.lower().replace("-", "_")
    return typed if typed in TYPES else _ALIASES.get(typed, "")


def _names_incident(word: str, *, alone: bool) -> bool:
    return parse_reference(word) is not None and (alone or is_prefixed(word))
