"""What a team does in an incident that lasts, by clicks."""

import re
import time

from playwright.sync_api import Locator, expect

from tests.browser.windows import PATIENCE, Windows


def reference(card: Locator) -> str:
    found = re.search(r"INC-\d+", card.inner_text())
    assert found
    return found[0]


def test_who_is_on_call_is_seen_and_called_by_the_name(windows: Windows) -> None:
    ana = windows.person("ana")
    card = ana.create("Nobody can pay")
    until_known = time.monotonic() + PATIENCE
    while not ana.told_alone("@oncall").filter(has_text="Ana Ferreira").count() and time.monotonic() < until_known:
        ana.type("/incident oncall")
        ana.page.wait_for_timeout(500)
    ana.type(f"/incident invite {reference(card)} @oncall ")  # a blank: Enter would take the completion
    ana.open_thread(card)
    expect(ana.replies.filter(has_text="Invited by")).to_be_visible()
