"""What NopeSight answers besides events and CIs: status, playbooks, reports, answers to questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `total` is the number of all, as far as it is known.

    `unreadable` counts what stood on the page and made no sense to us, so that it is never lost in silence.
    """

    items: tuple[T, ...]
    page: int
    limit: int
    total: int
    unreadable: int = 0

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.page * self.limit < self.total


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """How NopeSight is. `status` is operational, degraded or down; agents are None where it does not tell."""

    status: str
    response_milliseconds: int
    open_events: int
    active_agents: int | None = None
    all_agents: int | None = None


@dataclass(frozen=True, slots=True)
class PlaybookParameter:
    """An input of a playbook; `default` is text, whatever its type."""

    name: str
    type: str = "string"
    required: bool = False
    default: str = ""


@dataclass(frozen=True, slots=True)
class Playbook:
    """An automation that can be run for an event. `risk` is low, medium or high (high if it is not told)."""

    id: str
    name: str
    description: str = ""
    risk: str = "high"
    requires_approval: bool = False
    parameters: tuple[PlaybookParameter, ...] = ()


def diagnostics_among(offered: Sequence[Playbook], named: str) -> Playbook | None:
    """The playbook whose id or name is `named`; without a name the first harmless one that is for diagnostics."""
    if named:
        wanted = named.casefold()
        return next((one for one in offered if wanted in {one.id.casefold(), one.name.casefold()}), None)
    harmless = (one for one in offered if one.risk == "low")
    return next((one for one in harmless if "diagnos" in f"{one.id} {one.name}".casefold()), None)


@dataclass(frozen=True, slots=True)
class PlaybookStep:
    """One step of a running playbook."""

    name: str
    status: str
    output: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """A playbook that was started. `status`: queued, awaiting_approval, running, succeeded, failed or cancelled."""

    id: str
    status: str
    playbook_id: str = ""
    event_id: str = ""
    progress: int = 0
    steps: tuple[PlaybookStep, ...] = ()
    started_at: datetime | None = None
    finished_at: datetime | None = None
    summary: str = ""
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in {"succeeded", "failed", "cancelled"}


@dataclass(frozen=True, slots=True)
class Report:
    """A report of NopeSight. `status`: pending, running, ready or failed. The addresses are foreign: only to show."""

    id: str
    status: str
    name: str = ""
    type: str = ""
    period: str = ""
    summary: str = ""
    preview_url: str = ""
    pdf_url: str = ""
    web_url: str = ""
    created_at: datetime | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in {"ready", "failed"}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under their column names. `total` counts also those that were not told."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class ProposedAction:
    """Something NopeSight's AI offers to do. It is never done before a person with the right to it has confirmed."""

    id: str
    name: str
    description: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    risk: str = "high"


@dataclass(frozen=True, slots=True)
class AiAnswer:
    """An answer in words, and with it at most one of a table and a proposed action. All of it is foreign text."""

    answer: str
    table: Table | None = None
    action: ProposedAction | None = None
