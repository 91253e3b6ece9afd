"""The process that makes reports: bounded, alone, and told nothing that it need not know."""

import asyncio
import json

import pypdfium2 as pdfium
import pytest

from incidentbot.clients.errors import NotYet, Permanent
from incidentbot.delivery.drawing import Drawer
from tests.unit.reports.contents import ORDINARY


async def test_a_report_is_made_into_pictures_and_a_document() -> None:
    made = await Drawer().make(ORDINARY)
    assert made.picture.startswith(b"\x89PNG")
    assert len(pdfium.PdfDocument(made.document)) > 1


@pytest.mark.parametrize(
    ("code", "why"),
    (
        ("import incidentbot.reports.__main__ as m; m.bound(); x = b' ' * (2 << 30)", "too_large"),
        ("import sys; sys.exit(3)", "too_large"),
        ("import time; time.sleep(600)", "too_long"),
    ),
    ids=("memory", "broken", "time"),
)
async def test_what_does_not_fit_is_refused_and_leaves_nothing_running(code: str, why: str) -> None:
    patience = 0.2 if why == "too_long" else 60.0
    with pytest.raises(Permanent) as refused:
        await Drawer(("-c", code), patience).make(ORDINARY)
    assert refused.value.code == why


async def test_it_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    code = (
        "import base64, json, os; told = base64.b64encode(json.dumps(dict(os.environ)).encode()).decode();"
        "print(json.dumps({'picture': told, 'pictures': '', 'document': ''}))"
    )
    made = await Drawer(("-c", code)).make(ORDINARY)
    assert "SLACK_BOT_TOKEN" not in json.loads(made.picture)


async def test_one_is_made_at_a_time() -> None:
    drawer = Drawer(("-c", "import time; time.sleep(600)"), 60.0)
    first = asyncio.ensure_future(drawer.make(ORDINARY))
    await asyncio.sleep(0)
    with pytest.raises(NotYet):
        await drawer.make(ORDINARY)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
