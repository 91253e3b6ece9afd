"""Questions in words that we answer ourselves, where NopeSight's AI is not there or busy: a small grammar.

What it does not cover is not guessed at. Pure: `now` says what "yesterday" is.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError

from incidentbot.domain.lifecycle import State
from incidentbot.domain.severity import Severity

LONGEST: Final = 300
EXAMPLES: Final = (
    "open critical events",
    "open events on PROD-WEB-01",
    "open incidents of checkout",
    "who owns PROD-WEB-01",
    "what depends on PROD-DB-01",
    "what happened yesterday",
    "what about INC-42",
    "how is NopeSight",
)

_GRAMMAR: Final = r"""
    start: help | owners | depends | incident | happened | system | events | incidents

    help: "help" | ("what" "can" "you" ("do" | "answer" | "tell" "me"))
    owners: WHO ("owns" | "is"? "responsible" "for" | "is" "in" "charge" "of" | "looks" "after") name
          | lead* "owners" "of" name | lead* "owner" "of" name | "who" "is" "the" "owner" "of" name
    depends: "what" ("depends" | "stands" | "relies") "on" name | lead* "impact" "of" name
    incident: (lead* | "what" "about" | "how" "is" | "status" "of" | "who" ("has" | "is" "on")) REFERENCE
    happened: "what" ("happened" | "was" "up" | "went" "wrong") period? | "summary" ("of" | "for") period
    system: ("how" "is" | "status" "of" | "is") "nopesight" ("up" | "ok" | "doing")? | "system"? "status"
    events: lead* modifier* EVENTS rest*
    incidents: lead* modifier* INCIDENTS rest* | "what" "is" current rest*

    lead: "show" | "list" | "give" | "me" | "which" | "what" | "how" "many" | "are" "there" | "any" | "all" | "the"
        | "tell" "about" | "find"
    current: OPEN_WORD -> unresolved | "going" "on" -> unresolved | "wrong" -> unresolved
    modifier: SEVERITY -> severity | OPEN_WORD -> unresolved | STATE -> state
    rest: about | period | "are" | "there" | "now" | "right" "now" | "we" "have" | modifier
    about: ("of" | "on" | "for" | "about" | "at" | "with" | "affecting") name
    period: ("from" | "since" | "of" | "in" "the" | "the" | "during")? PERIOD_WORD -> named
          | ("in" "the" | "the")? "last" NUMBER UNIT -> last
    name: WORD+

    WHO.3: /who/
    EVENTS.3: /events?|alerts?|alarms?/
    INCIDENTS.3: /incidents?|outages?/
    SEVERITY.3: /critical|high|medium|low/
    OPEN_WORD.3: /open|unresolved|active|ongoing/
    STATE.3: /acknowledged|resolved/
    PERIOD_WORD.3: /today|yesterday|last night|this week|last week/
    NUMBER.3: /\d{1,3}/
    UNIT.3: /hours?|days?|weeks?/
    REFERENCE.4: /inc-\d{1,9}/
    WORD: /[^\s?!,;"']+/
    %import common.WS
    %ignore WS
"""
# Words that belong to the sentence around a name, which the grammar cannot tell from those of a name.
_AROUND: Final = re.compile(r"^(?:the |our )+|(?: from| since| of| during| in the| the| in)+$")


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to `until`, and what people call it."""

    since: datetime
    until: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `about` is a name (of a CI, a service), "" for anything."""

    what: Literal["help", "owners", "depends", "incident", "happened", "system", "events", "incidents"]
    about: str = ""
    number: int = 0
    severity: Severity | None = None
    states: tuple[State, ...] = ()
    period: Period | None = None


def read_question(text: str, now: datetime, tz: str = "") -> Asked | None:
    """What `text` asks for, days being those of the time zone `tz`; None where the grammar does not cover it."""
    words = re.sub(r"\bwhat's\b", "what is", " ".join(text.lower().replace("\u2019", "'").split()))
    words = re.sub(r"^(?:please |hey |hi )+|(?: please)?[\s?!.]*$", "", words)
    if not 0 < len(words) <= LONGEST:
        return None
    try:
        asked = _Reader(now, _zone(tz)).transform(_parser().parse(words))
    except LarkError:
        return None
    return replace(asked, about=_as_typed(asked.about, text)) if isinstance(asked, Asked) else None


def _as_typed(name: str, text: str) -> str:
    """The name in the letters in which it stands in `text`."""
    whole = " ".join(text.split())
    at = whole.lower().find(name)
    return whole[at : at + len(name)] if at >= 0 else name


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="earley", lexer="dynamic")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class _About:
    name: str


@dataclass(slots=True)
class _Filters:
    """What stands around "events" and "incidents"."""

    about: str = ""
    severity: Severity | None = None
    states: list[State] = field(default_factory=list)
    period: Period | None = None

    def take(self, one: Any) -> None:
        match one:
            case _About(name):
                self.about = name
            case Severity():
                self.severity = one
            case Period():
                self.period = one
            case [*states]:
                self.states += states


class _Reader(Transformer[Token, Any]):
    """From the tree to what is asked for."""

    def __init__(self, now: datetime, zone: tzinfo) -> None:
        super().__init__()
        self._now = now.astimezone(zone)

    def start(self, children: list[Any]) -> Any:
        return children[0]

    def help(self, _children: list[Any]) -> Asked:
        return Asked("help")

    def owners(self, children: list[Any]) -> Asked:
        return Asked("owners", children[-1].name)

    def depends(self, children: list[Any]) -> Asked:
        return Asked("depends", children[-1].name)

    def incident(self, children: list[Any]) -> Asked:
        return Asked("incident", number=int(str(children[-1]).partition("-")[2]))

    def happened(self, children: list[Any]) -> Asked:
        period = next((one for one in children if isinstance(one, Period)), None)
        return Asked("happened", period=period or self._named("today"))

    def system(self, _children: list[Any]) -> Asked:
        return Asked("system")

    def events(self, children: list[Any]) -> Asked:
        return self._listed("events", children)

    def incidents(self, children: list[Any]) -> Asked:
        return self._listed("incidents", children)

    def lead(self, _children: list[Any]) -> None:
        return None

    def severity(self, children: list[Any]) -> Severity:
        return Severity(str(children[0]))

    def unresolved(self, _children: list[Any]) -> list[State]:
        return [State.OPEN, State.ACKNOWLEDGED]

    def state(self, children: list[Any]) -> list[State]:
        return [State(str(children[0]))]

    def rest(self, children: list[Any]) -> Any:
        return children[0] if children else None

    def about(self, children: list[Any]) -> _About:
        found: _About = children[0]
        return found

    def name(self, children: list[Any]) -> _About:
        return _About(_AROUND.sub("", " ".join(str(word) for word in children)))

    def named(self, children: list[Any]) -> Period:
        return self._named(str(children[0]))

    def last(self, children: list[Any]) -> Period:
        number, unit = int(children[0]), str(children[1]).rstrip("s")
        length = timedelta(hours=number * {"hour": 1, "day": 24, "week": 168}[unit])
        return Period(self._now - length, self._now, f"the last {number} {unit}{'' if number == 1 else 's'}")

    def _listed(self, what: Literal["events", "incidents"], children: list[Any]) -> Asked:
        filters = _Filters()
        for child in children:
            filters.take(child)
        states = tuple(dict.fromkeys(filters.states))
        return Asked(what, filters.about, severity=filters.severity, states=states, period=filters.period)

    def _named(self, word: str) -> Period:
        today = self._now.replace(hour=0, minute=0, second=0, microsecond=0)
        monday = today - timedelta(days=today.weekday())
        since, until = {
            "today": (today, self._now),
            "yesterday": (today - timedelta(days=1), today),
            "last night": (today - timedelta(hours=6), min(today + timedelta(hours=8), self._now)),
            "this week": (monday, self._now),
            "last week": (monday - timedelta(days=7), monday),
        }[word]
        return Period(since, until, word)
