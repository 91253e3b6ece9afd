"""/metrics: what this process counts, and what the database knows of all of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from incidentbot.domain.incident import ENTRY_OF
from incidentbot.domain.people import Source
from incidentbot.domain.timers import TimerKind
from incidentbot.queries import (
    EffectsSummary,
    Guarantee,
    TimersSummary,
    effects_summary,
    guarantees,
    inbox_lag,
    inbox_set_aside,
    timers_summary,
)
from incidentbot.queries.replicas import replicas
from incidentbot.queries.subscribers import lags
from incidentbot.queries.sync import unsynced_count
from incidentbot.queries.tokens import overdue_tokens
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.web.parts import WebParts

_TRIGGER_OF: Final = {kind.value: trigger.value for trigger, kind in ENTRY_OF.items()}


class TransitionCounter:
    """Counts the transitions that this process committed, in incidentbot_transitions_total."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._counter: Final = Counter(
            "incidentbot_transitions", "Transitions of incidents.", ["trigger", "source"], registry=registry
        )
        # All of them from the start: a rate over something that appears out of nothing misses its first.
        for trigger in _TRIGGER_OF.values():
            for source in Source:
                self._counter.labels(trigger, source.value)

    def count(self, kind: str, source: str) -> None:
        """Count a timeline entry of `kind` by `source`, if it tells of a transition. Safe from any thread."""
        if kind in _TRIGGER_OF:
            self._counter.labels(_TRIGGER_OF[kind], source).inc()


class TimerCounter:
    """Counts the timers that this process fired (incidentbot_timers_fired_total), and those that were late."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._fired: Final = Counter(
            "incidentbot_timers_fired", "Timers that did what they are for.", ["kind"], registry=registry
        )
        self._late: Final = Counter(
            "incidentbot_timers_late", "Timers that fired minutes after they were due.", ["kind"], registry=registry
        )
        for kind in TimerKind:
            self._fired.labels(kind.value)
            self._late.labels(kind.value)

    def count(self, kind: str, *, late: bool) -> None:
        """Count one that fired."""
        self._fired.labels(kind).inc()
        if late:
            self._late.labels(kind).inc()


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database tells in one look."""

    effects: EffectsSummary
    inbox_seconds: float
    inbox_set_aside: int
    guarantees: tuple[Guarantee, ...]
    replicas: int
    unsynced: int
    timers: TimersSummary
    overdue_tokens: int
    subscribers: Mapping[str, float]


def figures(store: Store) -> Figures:
    """The figures of the moment, over all workspaces."""
    return Figures(
        effects_summary(store),
        inbox_lag(store),
        inbox_set_aside(store),
        guarantees(store),
        len(replicas(store)),
        unsynced_count(store),
        timers_summary(store),
        len(overdue_tokens(store)),
        {**dict.fromkeys((one.name for one in store.policy.subscriptions), 0.0), **lags(store)},
    )


class _Snapshot(Collector):
    """The database's figures as metrics; without figures only that it is away."""

    def __init__(self, found: Figures | None) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Every metric, each with all of its labels."""
        yield _gauge("incidentbot_database_up", "1 if the database answers.", float(self._found is not None))
        if self._found is None:
            return
        summary = self._found.effects
        effects = GaugeMetricFamily("incidentbot_effects", "Effects by state.", labels=["state"])
        for state in ("waiting", "in_flight", "held", "parked"):
            effects.add_metric([state], getattr(summary, state))
        yield effects
        yield _gauge(
            "incidentbot_effects_oldest_waiting_seconds",
            "How long the oldest effect that is not done has waited.",
            summary.oldest_seconds,
        )
        yield _gauge(
            "incidentbot_inbox_oldest_seconds",
            "How long the oldest delivery waits to be folded into incidents.",
            self._found.inbox_seconds,
        )
        yield _gauge(
            "incidentbot_inbox_set_aside",
            "Deliveries that could not be folded however often it was tried.",
            float(self._found.inbox_set_aside),
        )
        yield _gauge("incidentbot_replicas", "Processes that work on this database.", float(self._found.replicas))
        yield _gauge(
            "incidentbot_tokens_overdue",
            "Workspaces whose token should have been exchanged and was not: install the app again before it expires.",
            float(self._found.overdue_tokens),
        )
        yield _gauge(
            "incidentbot_unsynced_incidents",
            "Incidents of which NopeSight has long not been told, or will not be.",
            float(self._found.unsynced),
        )
        timers = self._found.timers
        yield _gauge("incidentbot_timers_waiting", "Timers that are still to fire.", float(timers.waiting))
        yield _gauge(
            "incidentbot_timers_overdue_seconds",
            "How long ago the oldest timer that has not fired was due.",
            timers.overdue_seconds,
        )
        subscribers = GaugeMetricFamily(
            "incidentbot_subscriber_lag_seconds",
            "How long the oldest change that a subscriber has not taken has waited.",
            labels=["subscriber"],
        )
        for name, seconds in self._found.subscribers.items():
            subscribers.add_metric([name], seconds)
        yield subscribers
        yield self._at_least_once()

    def _at_least_once(self) -> Metric:
        found = GaugeMetricFamily(
            "incidentbot_at_least_once",
            "1 where a message may come twice, because Slack does not let us look whether it arrived.",
            labels=["team", "where"],
        )
        for one in self._found.guarantees if self._found else ():
            found.add_metric([one.team_id, one.where], float(not one.once))
        return found


def metrics_routes(parts: WebParts) -> list[Route]:
    """The path /metrics."""

    async def metrics(_request: Request) -> Response:
        try:
            found = await parts.store.ask(figures)
        except DatabaseUnavailable:
            found = None
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Snapshot(found))
        text = generate_latest(parts.registry) + generate_latest(registry)
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [Route("/metrics", metrics)]


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=value)
