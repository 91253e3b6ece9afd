"""The log: one event a unit of work, on one line, without a secret in it. `configure` is called once, by the process.

Our own events (`structlog.get_logger()`) and those of the libraries (the standard library's logging) pass the same
processors and go to the same stream. Whatever looks like a secret, stands under a secret's name, or is one of the
secrets in use is struck out, in keys, values, tracebacks and nested data alike.
"""

import logging
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from incidentbot import tracing

Format = Literal["json", "console"]
Level = Literal["debug", "info", "warning", "error"]

STRUCK: Final = "[redacted]"
# Shorter ones would strike out ordinary words.
SHORTEST_KNOWN_SECRET: Final = 8
DEEPEST: Final = 8

# Libraries whose chatter tells nothing of our units of work; what they warn of stays.
QUIET: Final = (
    *("aiohttp", "alembic", "asyncio", "httpcore", "httpx", "opentelemetry", "slack_bolt", "slack_sdk", "sqlalchemy"),
    *("transitions", "urllib3", "uvicorn"),
)

_SECRET_NAME: Final = re.compile(
    r"(?:^|[_\-.])(?:token|secret|password|passwd|signature|authorization|cookie|credentials?|api[_-]?key|secret[_-]?key"
    r"|response[_-]?url|trigger[_-]?id|upload[_-]?url)s?$",
    re.IGNORECASE,
)
# name=value, "name": "value" and 'name': 'value' inside a text.
_NAMED: Final = (
    r"(?i)(\b[\w-]{0,40}(?:token|secret|password|signature|authorization|api[_-]?key|response_url|trigger_id)"
    r"[\"']?\s{0,3}[:=]\s{0,3})(\"[^\"]*\"|'[^']*'|[^\s,;&)}\]\"']+)"
)
_PATTERNS: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?i)\bx(?:ox[a-z](?:\.xox[a-z])?|app|wfp)-[\w.%-]+", STRUCK),  # Slack's tokens
        (r"(?i)\b(bearer|basic)\s+[\w.~+/%-]{6,}=*", rf"\1 {STRUCK}"),
        (r"(?i)\bhttps?:(?:\\*/){2}hooks\.slack(?:-gov)?\.com[^\s\"'<>|]*", STRUCK),  # incoming webhooks, response URLs
        (r"\bv0=[0-9a-fA-F]{16,}|\bsha256=[0-9a-fA-F]{16,}", STRUCK),  # signatures of requests
        (r"\bgAAAA[\w-]{16,}={0,2}", STRUCK),  # Fernet tokens
        (r"\b\d{6,}\.\d{6,}\.[0-9a-f]{16,}\b", STRUCK),  # trigger ids
        (r"(\b[a-z][a-z0-9+.-]{1,30}://[^\s/:@\"']{0,80}):[^\s/@\"']{1,200}@", rf"\1:{STRUCK}@"),  # passwords in URLs
        (_NAMED, rf"\1{STRUCK}"),
    )
)
# Words, ids and times, which most values are: none of the patterns can match them.
_HARMLESS: Final = re.compile(
    r"(?:[a-z_.]{0,60}|[0-9a-f]{32}|[A-Z0-9]{0,20}|\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z)\Z", re.ASCII
)
# Names come from the code, and so there are few of them; what a name says is found out once.
MOST_NAMES: Final = 1024
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Redaction:
    """Strikes secrets out of events; `secrets` are those in use, found wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({s for s in secrets if len(s) >= SHORTEST_KNOWN_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        self._name: Final = lru_cache(MOST_NAMES)(self._named)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """The event without secrets, as a structlog processor."""
        return self._mapping(event, 0)

    def text(self, text: str) -> str:
        """`text` without secrets."""
        if len(text) < SHORTEST_KNOWN_SECRET:
            return text
        if self._known is not None:
            text = self._known.sub(STRUCK, text)
        if _HARMLESS.match(text):
            return text
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def _mapping(self, facts: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        found = {}
        for key, value in facts.items():
            name, secret = self._name(str(key))
            found[name] = STRUCK if secret and value not in (None, "", (), []) else self._value(value, depth)
        return found

    def _named(self, key: str) -> tuple[str, bool]:
        """A name without secrets, and whether what stands under it is one."""
        return self.text(key), bool(_SECRET_NAME.search(key))

    def _value(self, value: object, depth: int) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self.text(value)
        if depth >= DEEPEST:
            return "…"
        if isinstance(value, Mapping):
            return self._mapping(value, depth + 1)
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
            return [self._value(item, depth + 1) for item in value]
        return self.text(repr(value))


def with_trace_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event with the id of the request, command, delivery or timer that it follows from, where there is one."""
    if found := tracing.trace_id():
        event.setdefault("trace_id", found)
    return event


def on_one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Control characters as escapes, so that no value can start a line of its own or move the cursor.

    A traceback keeps its lines, each behind a mark that no event begins with. JSON escapes by itself.
    """
    traceback = event.pop("exception", None)
    event = {_escaped(str(key)): _escaped(value) if isinstance(value, str) else value for key, value in event.items()}
    if isinstance(traceback, str):
        event["exception"] = "\n".join(f"    | {_escaped(line)}" for line in traceback.split("\n"))
    return event


def _escaped(text: str) -> str:
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def configure(
    log_format: Format | None = None,
    level: Level = "info",
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every event of `level` and above to `stream` (stderr), as `log_format` (None: console on a terminal)."""
    stream = sys.stderr if stream is None else stream
    chosen = log_format or ("console" if stream.isatty() else "json")
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        with_trace_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    finish = _finish(chosen, Redaction(secrets), colors=stream.isatty())
    structlog.configure(
        processors=[*shared, *finish],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    _route_libraries(stream, number, [*shared, structlog.stdlib.add_logger_name], finish)


def _finish(chosen: Format, redaction: Redaction, *, colors: bool) -> list[Processor]:
    """From an event to its line. Tracebacks become text before secrets are struck out, and show no local variables."""
    if chosen == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
        return [structlog.processors.format_exc_info, redaction, on_one_line, renderer]
    tracebacks = structlog.processors.ExceptionRenderer(
        structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
    )
    return [tracebacks, redaction, structlog.processors.JSONRenderer()]


def _route_libraries(stream: TextIO, level: int, before: list[Processor], finish: list[Processor]) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
