"""What the API's description says of the paths that FastAPI does not describe: webhooks, workflows, Slack, health.

They read raw bodies, which are signed, and answer before anything is parsed; so what they promise is written down here,
and tests/functional/web/test_openapi.py sends it to a running service.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from incidentbot.domain.event_sources.alertmanager import MOST_ALERTS
from incidentbot.domain.workflows import LONGEST_TITLE

Json = dict[str, Any]

_PROBLEM: Final[Json] = {"application/json": {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}
_PROBLEMS: Final[Mapping[str, str]] = {
    "400": "The request cannot be understood, or a value cannot be taken",
    "401": "Signature, time or token is missing or wrong",
    "403": "The token's role lacks the right, or no token is set at all",
    "404": "There is nothing here",
    "408": "The body did not arrive in time",
    "409": "The delivery came before with another body, or several workspaces are installed",
    "410": "The link has expired",
    "413": "The body is larger than 1 MiB",
    "415": "The body is compressed or of another kind",
    "429": "Too many at once; Retry-After tells when to come again",
    "503": "The database does not answer; nothing was done",
}
_BEARER: Final[list[Json]] = [{"HTTPBearer": []}]
_MOMENT: Final[Json] = {"type": "string", "format": "date-time"}

_ALERT: Final[Json] = {
    "type": "object",
    "required": ["fingerprint", "startsAt", "endsAt"],
    "properties": {
        "status": {"enum": ["firing", "resolved"]},
        "fingerprint": {"type": "string", "pattern": "^[A-Za-z0-9]{1,64}$"},
        "startsAt": _MOMENT,
        "endsAt": _MOMENT,
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_ALERTS: Final[Json] = {
    "type": "object",
    "required": ["version", "alerts"],
    "properties": {
        "version": {"const": "4"},
        "groupKey": {"type": "string"},
        "groupLabels": {"type": "object", "additionalProperties": {"type": "string"}},
        "alerts": {"type": "array", "maxItems": MOST_ALERTS, "items": _ALERT},
    },
    "examples": [
        {
            "version": "4",
            "status": "firing",
            "groupKey": '{}:{alertname="DiskFull"}',
            "groupLabels": {"alertname": "DiskFull"},
            "alerts": [
                {
                    "status": "firing",
                    "fingerprint": "6f2a9c01d3e4b587",
                    "startsAt": "2026-01-20T10:00:00Z",
                    "endsAt": "0001-01-01T00:00:00Z",
                    "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-01:9100"},
                    "annotations": {"summary": "Disk full on db-01"},
                }
            ],
        }
    ],
}
_DELIVERY: Final[Json] = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "id": {"type": "string"},
        "type": {"type": "string", "minLength": 1},
        "timestamp": _MOMENT,
        "data": {"type": "object"},
    },
    "examples": [
        {
            "id": "d-1042",
            "type": "event.created",
            "timestamp": "2026-01-20T10:00:00Z",
            "data": {
                "event": {
                    "_id": "e-1042",
                    "title": "Disk full on db-01",
                    "severity": "critical",
                    "status": "open",
                    "timestamp": "2026-01-20T10:00:00Z",
                }
            },
        }
    ],
}
_RECEIPT: Final[Json] = {
    "type": "object",
    "required": ["delivery", "result"],
    "properties": {"delivery": {"type": "string"}, "result": {"enum": ["stored", "known"]}},
    "examples": [{"delivery": "d-1042", "result": "stored"}],
}
_GIVEN: Final[Json] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string", "maxLength": LONGEST_TITLE},
        "inputs": {"type": "object"},
        "dry_run": {"type": "boolean"},
    },
    "examples": [{"title": "Checkout is down", "inputs": {"severity": "critical"}}],
}
_RUN: Final[Json] = {
    "type": "object",
    "required": ["run", "workflow", "dry_run", "actions"],
    "properties": {
        "run": {"type": ["string", "null"]},
        "workflow": {"type": "string"},
        "dry_run": {"type": "boolean"},
        "created_at": _MOMENT,
        "title": {"type": "string"},
        "inputs": {"type": "object"},
        "redelivery_of": {"type": ["string", "null"]},
        "actions": {"type": "array", "items": {"type": "object"}},
    },
    "examples": [{"run": "5f0e6a9c3b7d4f21a8c6d0e1f2a3b4c5", "workflow": "outage", "dry_run": False, "actions": []}],
}


def _header(name: str, what: str, example: str, *, required: bool = True) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": what,
        "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$", "examples": [example]},
    }


def _segment(name: str, what: str, example: str) -> Json:
    schema = {"type": "string", "minLength": 1, "examples": [example]}
    return {"name": name, "in": "path", "required": True, "description": what, "schema": schema}


def _answers(problems: str, **successes: Json) -> Json:
    """Successes by `s202`; problems by their numbers, and whatever else goes wrong in the same shape."""
    told = {number: {"description": _PROBLEMS[number], "content": _PROBLEM} for number in problems.split()}
    rest = {"description": "Something else went wrong, told in the same shape", "content": _PROBLEM}
    return {**{name[1:]: answer for name, answer in successes.items()}, **told, "default": rest}


def _json(what: str, schema: Json) -> Json:
    return {"description": what, "content": {"application/json": {"schema": schema}}}


def _text(what: str, example: str, kind: str = "text/plain") -> Json:
    return {"description": what, "content": {kind: {"schema": {"type": "string", "examples": [example]}}}}


def _taking(schema: Json, *, required: bool = True, kind: str = "application/json") -> Json:
    return {"required": required, "content": {kind: {"schema": schema}}}


_STORED: Final[Json] = {
    "s202": _json("Stored; it is folded into incidents next", _RECEIPT),
    "s200": _json("Known: the same delivery came before", _RECEIPT),
}
_SLACKS: Final[Json] = {"type": "object", "examples": [{"type": "url_verification", "challenge": "3eZbrw1aB"}]}
_SHOWN: Final[Json] = {"description": "What the person is shown"}
_AWAY: Final[Json] = {"description": "The browser goes on to Slack"}

DESCRIBED: Final[Mapping[tuple[str, str], Json]] = {
    ("POST", "/webhooks/nopesight"): {
        "tags": ["webhooks"],
        "summary": "A delivery of NopeSight",
        "parameters": [
            _header("X-NopeSight-Timestamp", "Seconds since 1970, within 300 s of ours", "1768903200"),
            _header("X-NopeSight-Signature", "sha256=HMAC-SHA256(secret, timestamp.body)", f"sha256={'0' * 64}"),
            _header("X-NopeSight-Delivery", "Names the delivery; the same on a retry", "d-1042", required=False),
        ],
        "requestBody": _taking(_DELIVERY),
        "responses": _answers("400 401 408 409 413 415 429 503", **_STORED),
    },
    ("POST", "/webhooks/alertmanager"): {
        "tags": ["webhooks"],
        "summary": "A notification of Alertmanager, version 4",
        "security": _BEARER,
        "requestBody": _taking(_ALERTS),
        "responses": _answers("400 401 403 408 409 413 415 429 503", **_STORED),
    },
    ("POST", "/slack/workflows/{slug}"): {
        "tags": ["workflows"],
        "summary": "Start a workflow of the settings file",
        "description": "Signed with the workflow's own secret (X-Incidentbot-Timestamp, -Signature), or with a token.",
        "security": _BEARER,
        "parameters": [
            _segment("slug", "The last part of the workflow's address in the file", "outage"),
            _header("X-Incidentbot-Delivery", "Names the delivery; a repeat counts once", "d-7", required=False),
        ],
        "requestBody": _taking(_GIVEN),
        "responses": _answers(
            "400 401 403 404 408 409 413 415 429 503",
            s202=_json("The run is stored, with everything that it sets off", _RUN),
            s200=_json("What a run would do (dry_run)", _RUN),
        ),
    },
    ("POST", "/slack/events"): {
        "tags": ["slack"],
        "summary": "Everything that Slack sends, signed by it",
        "requestBody": _taking(_SLACKS),
        "responses": {
            "200": {"description": "Acknowledged: it is stored, or there was nothing to do"},
            **{
                number: {"description": _PROBLEMS[number]}
                for number in ["400", "401", "408", "413", "415", "429", "503"]
            },
        },
    },
    ("GET", "/slack/install"): {
        "tags": ["slack"],
        "summary": "Sends the browser to Slack, to install the app",
        "responses": {"302": _AWAY, "404": _SHOWN, "429": _SHOWN},
    },
    ("GET", "/slack/oauth_redirect"): {
        "tags": ["slack"],
        "summary": "Where Slack sends the browser back to",
        "responses": dict.fromkeys(["200", "400", "404", "429", "502", "503"], _SHOWN),
    },
    ("GET", "/reports/{team}/{report}"): {
        "tags": ["reports"],
        "summary": "The page of one report, by a signed link",
        "parameters": [
            _segment("team", "The workspace", "T012AB3CD"),
            _segment("report", "The report", "5f0e6a9c3b7d4f21a8c6d0e1f2a3b4c5"),
        ],
        "responses": _answers(
            "400 404 410 429 503", s200=_text("The page", "<!doctype html>\n<title>Report</title>", "text/html")
        ),
    },
    ("GET", "/incidents/{team}/{ref}"): {
        "tags": ["slack"],
        "summary": "The address of an incident, which Slack shows as the incident; a browser is led to the workspace",
        "parameters": [_segment("team", "The workspace", "T012AB3CD"), _segment("ref", "The incident", "INC-42")],
        "responses": {"302": _AWAY, **_answers("400 404 429 503")},
    },
    ("GET", "/healthz"): {
        "tags": ["health"],
        "summary": "Whether the process lives",
        "responses": {"200": _text("It does", "ok\n")},
    },
    ("GET", "/readyz"): {
        "tags": ["health"],
        "summary": "Whether it can work: a line a dependency",
        "responses": {
            "200": _text("It can", "database: ok\nslack: ok\n"),
            "503": _text("It cannot", "database: failing: no answer within 2 s\n"),
        },
    },
    ("GET", "/metrics"): {
        "tags": ["health"],
        "summary": "Prometheus metrics",
        "responses": {"200": _text("Prometheus text", 'incidentbot_effects{state="waiting"} 0.0\n')},
    },
}


def described(served: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str, Json]]:
    """Path, method and description of what is `served` and stands here."""
    for method, path in served:
        found = DESCRIBED.get((method, path))
        if found is not None:
            yield path, method.lower(), {"operationId": f"{method.lower()}{path}".replace("/", "_"), **found}
