"""Spans by OpenTelemetry, sent as its standard environment variables say, which its SDK reads itself.

Only what FACTS names is told of a span, and only values of our own vocabulary: no text of people or of other systems,
no secret, no message of an exception. No other module imports the SDK, which `incidentbot[traces]` installs.
"""

import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from incidentbot.tracing import Fact, Kind, Mark

# What a span may tell, and OpenTelemetry's name for it where there is one.
FACTS: Final[Mapping[str, str]] = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "payload": "slack.payload",
    "team": "slack.team_id",
    "action": "incidentbot.action",
    "surface": "incidentbot.surface",
    "outcome": "incidentbot.outcome",
    "incident": "incidentbot.incident",
    "effect": "incidentbot.effect.id",
    "kind": "incidentbot.effect.kind",
    "attempt": "incidentbot.effect.attempt",
    "result": "incidentbot.result",
}
STRUCK: Final = "[other]"
_OURS: Final = re.compile(r"[\w./{}*-]{0,100}\Z", re.ASCII)
_KINDS: Final[Mapping[Kind, SpanKind]] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "consumer": SpanKind.CONSUMER,
}
# The service ends within 10 s of SIGTERM, and has other things to finish.
LAST_WORDS_SECONDS: Final = 2.0
_NANOSECONDS: Final = 1_000_000_000


class OpenTelemetry:
    """The recorder that sends spans by OTLP over HTTP, in a thread of its own; where none listens they are dropped."""

    def __init__(self, provider: TracerProvider, version: str, now: Callable[[], datetime]) -> None:
        self._provider = provider
        self._tracer: Final[Tracer] = provider.get_tracer("incidentbot", version)
        self._now = now

    def start(self, name: str, kind: Kind, parent: Mark | None, seconds_ago: float) -> Mark:
        """A span below `parent`, which may be one of another process."""
        began = int((self._now().timestamp() - seconds_ago) * _NANOSECONDS) if seconds_ago else None
        span = self._tracer.start_span(
            name,
            _below(parent),
            _KINDS[kind],
            start_time=began,
            record_exception=False,  # its message may quote what people wrote
            set_status_on_exception=False,
        )
        place = span.get_span_context()
        return Mark(f"{place.trace_id:032x}", f"{place.span_id:016x}", place.trace_flags.sampled, span)

    def note(self, mark: Mark, facts: dict[str, Fact]) -> None:
        """Facts about the span; a text that is none of our words is struck out."""
        span: Span | None = mark.span
        if span is not None:
            span.set_attributes({FACTS[name]: _ours(value) for name, value in facts.items()})

    def rename(self, mark: Mark, name: str) -> None:
        """Another name."""
        if mark.span is not None:
            mark.span.update_name(name)

    def end(self, mark: Mark, failure: str) -> None:
        """The span ends; of what ended it, only the kind is told."""
        if failure:
            mark.span.set_attribute("error.type", failure)
            mark.span.set_status(Status(StatusCode.ERROR))
        mark.span.end()

    def close(self) -> None:
        """Send what is left, as far as that takes no longer than LAST_WORDS_SECONDS."""
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(LAST_WORDS_SECONDS)


def by_environment(version: str, now: Callable[[], datetime]) -> OpenTelemetry:
    """The recorder that OTEL_EXPORTER_OTLP_*, OTEL_TRACES_SAMPLER, OTEL_BSP_*, OTEL_RESOURCE_ATTRIBUTES … describe."""
    resource = Resource.create({SERVICE_VERSION: version})
    if str(resource.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):
        resource = resource.merge(Resource({SERVICE_NAME: "incidentbot"}))
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OpenTelemetry(provider, version, now)


def _below(parent: Mark | None) -> Context:
    """An empty context where there is no parent: whatever else uses OpenTelemetry in this process has its own."""
    if parent is None:
        return Context()
    if parent.span is not None:
        return set_span_in_context(parent.span, Context())
    flags = TraceFlags(TraceFlags.SAMPLED if parent.sampled else TraceFlags.DEFAULT)
    place = SpanContext(int(parent.trace_id, 16), int(parent.span_id, 16), is_remote=True, trace_flags=flags)
    return set_span_in_context(NonRecordingSpan(place), Context())


def _ours(value: Fact) -> Fact:
    return value if not isinstance(value, str) or _OURS.match(value) else STRUCK
