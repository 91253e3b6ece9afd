"""What NopeSight answers to somebody who asks in Slack, put together from several calls, and why there is no answer."""

from dataclasses import dataclass
from typing import Literal

from incidentbot.domain.cmdb import Ci, Owner, Relationship
from incidentbot.domain.monitoring import CiRef, MonitoringEvent
from incidentbot.domain.nopesight import Page

Reason = Literal["not_connected", "unreachable", "busy", "token_refused", "not_there", "refused"]


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """NopeSight gave no answer. `number` is a reference number that the log tells the details of; "" without one.

    `reason`: not_connected (no NopeSight is set up), unreachable, busy, token_refused, not_there (no such path or
    thing), refused (anything else that will not get better by asking again).
    """

    reason: Reason
    number: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found: a page of configuration items and, where they were asked for, one of events."""

    cis: Page[Ci]
    events: Page[MonitoringEvent] | None = None


@dataclass(frozen=True, slots=True)
class Dependent:
    """A CI that stands on another, `hops` relationships away."""

    ci: CiRef
    hops: int


@dataclass(frozen=True, slots=True)
class CiInFull:
    """A configuration item and what is around it. What NopeSight did not tell is None.

    `dependents` are the CIs that something wrong with this one reaches, nearest first; `more` says that some were not
    followed up.
    """

    ci: Ci
    owners: tuple[Owner, ...] | None
    relationships: tuple[Relationship, ...] | None
    events: Page[MonitoringEvent] | None
    dependents: tuple[Dependent, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """No CI, or more than one, is called so: `similar` are those that may be meant, at most 10."""

    typed: str
    similar: tuple[CiRef, ...]
    exact: bool = False
