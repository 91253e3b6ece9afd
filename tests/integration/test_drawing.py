"""The process that makes reports: bounded, alone, and told nothing that it need not know."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import structlog

from incidentbot.clients.errors import NotYet, Permanent
from incidentbot.delivery.drawing import Drawer
from tests.functional.stories.running import wait_for
from tests.unit.reports.contents import ORDINARY


async def test_a_report_is_made_into_pictures_and_a_document() -> None:
    made = await Drawer().make(ORDINARY)
    assert made.picture.startswith(b"\x89PNG")
    assert len(pdfium.PdfDocument(made.document)) > 1


BOUNDED = pytest.mark.skipif(sys.platform != "linux", reason="no other system knows a bound on a process's memory")


@pytest.mark.parametrize(
    ("code", "why", "complaint"),
    (
        pytest.param(
            "import incidentbot.reports.__main__ as m; m.bound(); x = b' ' * (2 << 30)",
            "too_large",
            "MemoryError",
            marks=BOUNDED,
        ),
        ("import sys; sys.exit('no such font')", "too_large", "no such font"),
        ("import time; time.sleep(600)", "too_long", ""),
    ),
    ids=("memory", "broken", "time"),
)
async def test_what_does_not_fit_is_refused_and_the_operator_told_why(code: str, why: str, complaint: str) -> None:
    patience = 0.2 if why == "too_long" else 60.0
    with structlog.testing.capture_logs() as logged, pytest.raises(Permanent) as refused:
        await Drawer(("-c", code), patience).make(ORDINARY)
    assert refused.value.code == why
    assert [complaint in one["complaint"] for one in logged] == ([True] if complaint else [])


async def test_it_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    code = (
        "import base64, json, os; told = base64.b64encode(json.dumps(dict(os.environ)).encode()).decode();"
        "print(json.dumps({'picture': told, 'pictures': '', 'document': ''}))"
    )
    made = await Drawer(("-c", code)).make(ORDINARY)
    assert "SLACK_BOT_TOKEN" not in json.loads(made.picture)


def begun(file: Path) -> int:
    """The id of the process that writes it into `file`, once it does."""
    wait_for(lambda: file.exists() and file.read_text().endswith("\n"), "the process")
    return int(file.read_text())


async def test_one_is_made_at_a_time_and_whoever_is_ended_leaves_nothing_running(tmp_path: Path) -> None:
    file = tmp_path / "process"
    code = f"import os, pathlib, time; pathlib.Path({str(file)!r}).write_text(f'{{os.getpid()}}\\n'); time.sleep(600)"
    drawer = Drawer(("-c", code))
    first = asyncio.ensure_future(drawer.make(ORDINARY))
    process = await asyncio.to_thread(begun, file)
    with pytest.raises(NotYet):
        await drawer.make(ORDINARY)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
