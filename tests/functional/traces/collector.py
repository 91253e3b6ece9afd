"""What an operator's collector of traces is: it takes spans over HTTP, in OpenTelemetry's own protocol."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Value = str | int | bool


@dataclass(frozen=True)
class Span:
    """One as it arrived; `parent` is "" at the root of a trace. `raw` is all of it as text."""

    name: str
    trace_id: str
    span_id: str
    parent: str
    kind: int
    facts: dict[str, Value]
    service: dict[str, Value]
    raw: str
    began: int
    ended: int


@dataclass
class Collector:
    """The spans that arrived, and the address for OTEL_EXPORTER_OTLP_ENDPOINT."""

    url: str
    spans: list[Span] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def of(self, trace_id: str) -> list[Span]:
        return [span for span in self.spans if span.trace_id == trace_id]


@contextmanager
def collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            collector.headers.append({name.lower(): value for name, value in self.headers.items()})
            collector.spans.extend(spans_in(ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield collector
        finally:
            server.shutdown()


def spans_in(request: ExportTraceServiceRequest) -> Iterator[Span]:
    for group in request.resource_spans:
        service = facts_in(group.resource.attributes)
        for scope in group.scope_spans:
            for one in scope.spans:
                place = one.trace_id.hex(), one.span_id.hex(), one.parent_span_id.hex()
                times = one.start_time_unix_nano, one.end_time_unix_nano
                yield Span(one.name, *place, one.kind, facts_in(one.attributes), service, str(one), *times)


def facts_in(attributes: object) -> dict[str, Value]:
    return {
        one.key: getattr(one.value, one.value.WhichOneof("value"))
        for one in attributes  # type: ignore[attr-defined] # a repeated field of protobuf
    }
