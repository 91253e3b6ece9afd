"""A monitoring system more is one file: it is found, its webhook is served, and its events become incidents."""

import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from incidentbot.domain.conditions import parse
from incidentbot.domain.event_sources import SOURCES, discover
from incidentbot.domain.event_sources.source import EventSource
from incidentbot.domain.policy import Policy
from incidentbot.store import Store
from incidentbot.usecases import fold
from tests.functional.web.conftest import StillClock, client_of, install, parts_of

FILE = """
from datetime import UTC, datetime

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.event_sources.source import EventSource
from incidentbot.domain.foreign_fields import BadShape
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.severity import Severity
from incidentbot.domain.strict_json import read_json


def read(body):
    raw = fields.mapping_in(read_json(body), "body")
    event_id = fields.required_id(raw, "check", path="check")
    moment = fields.moment(raw, "at")
    if moment is None:
        raise BadShape("at", "a time")
    status = EventStatus.RESOLVED if fields.word(raw, "state") == "up" else EventStatus.OPEN
    title = fields.line(raw, "text")
    return (MonitoringEvent("uptime", event_id, title, Severity.CRITICAL, status, moment, moment),)


SOURCE = EventSource("uptime", read)
"""


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Mapping[str, EventSource]]:
    package = tmp_path / "more_sources"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "uptime.py").write_text(FILE, encoding="utf-8")
    (package / "nothing.py").write_text("ANYTHING = 1", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("more_sources", package / "__init__.py")
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__path__ = [str(package)]
    sys.modules["more_sources"] = module
    yield discover([str(package)], "more_sources")
    for name in [name for name in sys.modules if name.partition(".")[0] == "more_sources"]:
        del sys.modules[name]


def test_the_sources_of_the_service_are_found() -> None:
    assert list(SOURCES) == ["alertmanager"]


@pytest.mark.parametrize("name", ("", "Grafana", "a" * 17, "a-b", "a/b"))
def test_a_name_that_cannot_be_a_path_and_a_key_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a source"):
        EventSource(name, lambda _body: ())


async def test_its_events_become_incidents_and_resolve_them(
    sources: Mapping[str, EventSource], database_url: str, clock: StillClock
) -> None:
    store = Store(database_url, clock=clock, policy=Policy(create_when=parse("source == 'uptime'")))
    install(store)
    down = {"check": "shop", "at": "2026-01-20T14:44:00Z", "state": "down", "text": "The shop is down"}
    up = {**down, "at": "2026-01-20T14:50:00Z", "state": "up"}
    async with client_of(replace(parts_of(store, clock), sources=sources)) as api:
        for body, status in ((down, 202), (down, 200), (up, 202), ({"check": "x"}, 400)):
            answer = await api.post("/webhooks/uptime", content=json.dumps(body))
            assert answer.status_code == status
        assert (await api.post("/webhooks/uptime", json=up, headers={"authorization": "Bearer x"})).status_code == 401
        fold(store, {name: source.read for name, source in sources.items()})
        incident = (await api.get("/v1/incidents/INC-1")).json()
        told = (await api.get("/v1/incidents/INC-1/timeline")).json()
    assert (incident["title"], incident["state"]) == ("The shop is down", "resolved")
    assert told["items"][0]["actor"]["source"] == "monitoring"
    store.close()
