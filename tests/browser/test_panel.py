"""The panel beside the chat, by clicks alone."""

import re

from playwright.sync_api import Page, expect

from incidentbot.cli.stage import Stage
from incidentbot.sandbox.slack.changes import CLOSING
from tests.browser.windows import Windows


def test_a_story_is_played_with_one_click_and_says_what_to_watch(windows: Windows) -> None:
    window = windows.open()
    window.get_by_role("button", name="Critical server, fast").click()
    story = window.get_by_role("region", name="Critical server")
    expect(story).to_contain_text("Watch:")
    expect(story.get_by_text("everything arrived")).to_be_visible()
    expect(window.locator("#panel-events")).to_contain_text("resolved by")
    expect(window.locator("#panel-calls")).to_contain_text("is resolved")


def test_an_event_is_fired_and_acknowledged_at_nopesight(windows: Windows) -> None:
    window = windows.open()
    window.get_by_label("Title").fill("Fans stopped")
    window.get_by_label("On", exact=True).select_option("MAIL-01")
    window.get_by_role("button", name="Fire critical").click()
    event = window.get_by_role("listitem").filter(has_text="Fans stopped")
    expect(window.locator("#panel-calls")).to_contain_text("Who owns MAIL-01?")
    window.get_by_role("combobox", name="Act as").select_option("Hugo Almeida")
    event.get_by_role("button", name="Acknowledge").click()
    expect(event).to_contain_text("acknowledged by Hugo Almeida")
    event.get_by_role("button", name="Update").click()
    window.get_by_label("Comment").fill("Ordered new ones")
    window.get_by_role("form", name="Update EVT-").get_by_role("button", name="Update").click()
    expect(event).to_contain_text("Hugo Almeida: “Ordered new ones”")
    event.get_by_role("button", name="Resolve").click()
    expect(event).to_contain_text("resolved by Hugo Almeida")


def test_two_windows_show_the_same_weather(windows: Windows) -> None:
    one, other = windows.open("ana"), windows.open("ben")
    slow = one.get_by_role("switch", name="Everything is slow")
    slow.click()
    expect(slow).to_have_attribute("aria-checked", "true")
    expect(other.get_by_role("switch", name="Everything is slow")).to_have_attribute("aria-checked", "true")
    other.get_by_role("button", name="All is well again").click()
    expect(slow).to_have_attribute("aria-checked", "false")


def test_while_slack_is_down_the_lag_shows_and_then_heals(windows: Windows, staged: Stage) -> None:
    window = windows.open()
    window.get_by_role("switch", name="Slack is down").click()
    window.get_by_label("Title").fill("Light fails")
    window.get_by_label("On", exact=True).select_option("LEGACY-FTP-01")
    window.get_by_role("button", name="Fire critical").click()
    waiting, sent = window.locator("#panel-waiting"), window.locator("#panel-sent")
    expect(waiting).not_to_have_text("0")
    expect(window.locator("#panel-oldest")).to_have_text(re.compile(r"^[1-9]\d*\.\d s$"))
    before = int(sent.inner_text())
    window.get_by_role("switch", name="Slack is down").click()
    expect(waiting).to_have_text("0")
    expect(window.locator("#panel-oldest")).to_have_text("0.0 s")
    assert int(sent.inner_text()) > before
    posted = staged.server.workspace.channel("#incidents").messages.values()
    assert len([one for one in posted if "Light fails" in one.content.text and not one.is_reply]) == 1


def test_the_bot_is_killed_and_started_by_its_buttons(windows: Windows, staged: Stage) -> None:
    window = windows.open()
    window.get_by_role("button", name="Kill", exact=True).click()
    truth = window.get_by_role("region", name="The bot")
    expect(truth).to_contain_text("The bot is dead")
    assert not staged.bot.running
    window.get_by_role("button", name="Start", exact=True).click()
    expect(truth).to_contain_text("The bot runs")
    assert staged.bot.running


def test_a_window_that_was_cut_off_shows_the_weather_of_now(windows: Windows, staged: Stage) -> None:
    window = windows.open()
    down = window.get_by_role("switch", name="NopeSight is down")
    expect(down).to_have_attribute("aria-checked", "false")
    windows.open("ben").get_by_role("switch", name="NopeSight is down").click()
    expect(down).to_have_attribute("aria-checked", "true")
    staged.server.platform.feed.emit(CLOSING)  # ends every stream, as a connection that breaks would
    staged.nopesight.faults.clear()
    expect(down).to_have_attribute("aria-checked", "false")


def test_what_stands_in_the_way_is_told(windows: Windows) -> None:
    window = windows.open()
    window.get_by_label("How many events").fill("many")
    window.get_by_role("button", name="Fire storm").click()
    expect(window.locator("#panel").get_by_role("alert")).to_have_text("A storm has 1 to 5000 events.")


def test_the_panel_is_used_with_the_keyboard_alone(windows: Windows) -> None:
    window = windows.open()
    switch = window.get_by_role("switch", name="Replies lost")
    switch.focus()
    for checked in ("true", "false"):
        window.keyboard.press("Space")
        expect(switch).to_have_attribute("aria-checked", checked)
        expect(switch).to_be_focused()
    assert _wider_than_its_window(window) == []


def _wider_than_its_window(window: Page) -> list[str]:
    """What sticks out of the panel at its right."""
    found: list[str] = window.evaluate(
        """() => {
            const edge = document.querySelector("#panel").getBoundingClientRect().right;
            return [...document.querySelectorAll("#panel *")]
                .filter((one) => one.getBoundingClientRect().right > edge + 1)
                .map((one) => one.outerHTML.slice(0, 80));
        }"""
    )
    return found
