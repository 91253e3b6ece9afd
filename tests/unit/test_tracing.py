"""One id for everything that one cause sets off; what a span tells is ours; nothing is recorded unasked."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextvars import copy_context
from datetime import UTC, datetime
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from incidentbot import tracing
from incidentbot.tracing.opentelemetry import FACTS, STRUCK, OpenTelemetry

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracing.record_with(OpenTelemetry(provider, "1", lambda: datetime(2026, 1, 20, tzinfo=UTC)))
    yield kept
    tracing.record_with(None)


def only(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    found = [span for span in spans.get_finished_spans() if span.name == name]
    assert len(found) == 1
    return found[0]


def test_a_piece_of_work_has_an_id_that_its_parts_share() -> None:
    assert (tracing.trace_id(), tracing.traceparent()) == ("", None)
    with tracing.begun("request", "server"):
        first = tracing.trace_id()
        assert len(first) == 32
        with tracing.part("transaction"):
            assert tracing.trace_id() == first
        with tracing.begun("another", "server"):
            assert tracing.trace_id() != first
        assert tracing.trace_id() == first
    assert tracing.trace_id() == ""


def test_what_was_kept_goes_on_with_the_same_id() -> None:
    with tracing.begun("request", "server"):
        kept, first = tracing.traceparent(), tracing.trace_id()
    with tracing.begun("effect", "consumer", kept):
        assert tracing.trace_id() == first
    with tracing.resumed(kept):
        assert tracing.traceparent() == kept


def test_the_id_goes_along_into_a_thread() -> None:
    seen = []
    with tracing.begun("request", "server"):
        context = copy_context()
        thread = threading.Thread(target=lambda: context.run(lambda: seen.append(tracing.trace_id())))
        thread.start()
        thread.join()
        assert seen == [tracing.trace_id()]


@pytest.mark.parametrize(
    "given",
    (
        None,
        "",
        "canary",
        GIVEN.upper(),
        f"{GIVEN}-00",
        f"{GIVEN} ",
        f"{GIVEN}\n",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
        f"ff{GIVEN[2:]}",
        GIVEN.replace("0af", "0\u0664f"),
    ),
)
def test_what_is_no_traceparent_is_as_if_it_were_not_there(given: str | None) -> None:
    assert tracing.parsed(given) is None
    with tracing.begun("request", "server", given):
        assert len(tracing.trace_id()) == 32


def test_a_traceparent_is_read_and_written_alike() -> None:
    mark = tracing.parsed(GIVEN)
    assert mark is not None
    assert (mark.traceparent, mark.sampled) == (GIVEN, True)


def test_spans_have_the_parents_that_they_were_begun_in(spans: InMemorySpanExporter) -> None:
    with tracing.begun("request", "server", GIVEN), tracing.part("transaction"):
        kept = tracing.traceparent()
    with tracing.begun("effect", "consumer", kept):
        tracing.past("claim", 2.0)
    request, transaction, effect, claim = (only(spans, n) for n in ("request", "transaction", "effect", "claim"))
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == GIVEN[36:52]
    for child, parent in ((transaction, request), (effect, transaction), (claim, effect)):
        assert child.parent is not None
        assert child.parent.span_id == parent.context.span_id
        assert child.context.trace_id == int(GIVEN[3:35], 16)


def test_a_failure_is_told_by_its_kind_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="canary"), tracing.begun("request", "server"):
        raise ValueError("canary")
    span = only(spans, "request")
    assert (span.status.status_code, span.attributes) == (StatusCode.ERROR, {"error.type": "ValueError"})
    assert "canary" not in span.to_json()


@pytest.mark.parametrize(
    "foreign", ("two words", "a@b.example", "<!channel>", "x" * 101, "ä", "a=b", "a:b", "line\nbreak")
)
def test_a_value_that_is_none_of_our_words_is_struck_out(spans: InMemorySpanExporter, foreign: str) -> None:
    with tracing.begun("request", "server"):
        tracing.note(payload=foreign)
    assert only(spans, "request").attributes == {FACTS["payload"]: STRUCK}


def test_a_fact_that_nobody_declared_is_a_mistake_of_ours(spans: InMemorySpanExporter) -> None:
    with tracing.begun("request", "server"), pytest.raises(KeyError):
        tracing.note(title="Canary")


def test_who_records_no_traces_loads_nothing_of_them(sqlite_url: str) -> None:
    code = """
import sys
from incidentbot.bootstrap import build, record_traces
from incidentbot.settings import load
settings = load({"DATABASE_URL": sys.argv[1], "SLACK_SIGNING_SECRET": "5f1b0c9e7a3d4826b1e0f9c8d7a6b5c4"})
record_traces(settings)
build(settings).close()
print([name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter", "google."))])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, sqlite_url],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
