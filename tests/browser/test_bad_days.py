"""What goes wrong is seen in the panel, and nothing of it is lost."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.windows import Windows

SOME_SECONDS = re.compile(r"^[1-9]\d*\.\d s$")


def test_a_storm_under_slacks_limits_lags_and_heals(windows: Windows) -> None:
    ana = windows.person("ana")
    before = ana.card("Connection refused by").count()
    ana.panel.get_by_label("How many events").fill("30")
    ana.panel.get_by_label("On how many services").fill("2")
    ana.switch("Slack limits")
    ana.click(ana.panel, "Fire storm")
    expect(_figure(ana.panel, "oldest")).to_have_text(SOME_SECONDS)
    expect(_figure(ana.panel, "waiting")).not_to_have_text("0")
    ana.click(ana.panel, "All is well again")
    expect(ana.card("Connection refused by")).to_have_count(before + 2)
    expect(_figure(ana.panel, "waiting")).to_have_text("0")
    expect(_figure(ana.panel, "oldest")).to_have_text("0.0 s")


def test_a_bot_that_is_killed_in_the_middle_forgets_nothing(windows: Windows) -> None:
    ana = windows.person("ana")
    card = ana.create("Backups fail")
    ana.open_thread(card)
    ana.switch("Slack is down")
    ana.click(card, "Acknowledge")
    expect(_figure(ana.panel, "waiting")).not_to_have_text("0")
    ana.click(ana.panel, "Kill")
    expect(ana.panel.get_by_text("it is in the bot's database")).to_be_visible()
    ana.switch("Slack is down")
    ana.click(ana.panel, "Start")
    expect(card).to_contain_text("Acknowledged by")
    expect(ana.replies.filter(has_text="Acknowledged by")).to_have_count(2)
    expect(_figure(ana.panel, "waiting")).to_have_text("0")


def _figure(panel: Locator, name: str) -> Locator:
    return panel.locator(f"#panel-{name}")
