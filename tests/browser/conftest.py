"""The sandbox in a real browser: one stage and one Chromium for all tests of a worker, a window of its own for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from incidentbot.cli.stage import Stage, stage
from tests.browser.chromium import HOW_TO_GET_ONE, find, launch
from tests.browser.windows import PATIENCE, Windows

# The scope `package` matters: playwright's event loop has to be gone before other tests start one of theirs.


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    program = find(playwright)
    if program is None:
        pytest.skip(HOW_TO_GET_ONE)
    expect.set_options(timeout=PATIENCE * 1_000)
    browser = launch(playwright, program)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def _stage(chromium: Browser) -> Iterator[Stage]:
    with stage(0, by_socket=False) as running:
        yield running


@pytest.fixture
def staged(_stage: Stage) -> Iterator[Stage]:
    """The workspace, NopeSight and a bot that runs; what one test breaks is whole again for the next."""
    yield _stage
    people = _stage.server.slack.people()
    for person in _stage.server.workspace.people:
        _stage.server.run(people.close(person, everything=True))
    _stage.server.platform.faults.clear()
    _stage.nopesight.faults.clear()
    _stage.bot.start()


@pytest.fixture
def windows(chromium: Browser, staged: Stage) -> Iterator[Windows]:
    """Opens windows of the page; whatever goes wrong in one of them fails the test."""
    opened = Windows(chromium, staged.server.url)
    yield opened
    opened.close()
    assert opened.troubles == []
