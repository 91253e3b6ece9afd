"""The chat as a person uses it: clicking, typing, by keyboard alone, in two windows, on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from incidentbot.cli.stage import Stage
from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.slack.blockkit.completion import completed
from incidentbot.sandbox.slack.changes import CLOSING
from incidentbot.sandbox.slack.model import Author, Content
from incidentbot.sandbox.slack.views import checked_view, open_modal, replace_view
from tests.browser.windows import PHONE, Windows

GENERAL = "/c/C0GENERAL0"


@pytest.fixture
def h(staged: Stage) -> Iterator[Harness]:
    """A harness for what happens while people look; it expects nothing."""
    with Harness(staged.server) as harness:
        yield harness
        harness.ignore(lambda _: True)


def message(window: Page, words: str) -> Locator:
    return window.locator(".conversation article").filter(has_text=words).last


def write(window: Page, text: str) -> None:
    window.locator("#composer-text").fill(text)
    window.locator("#composer-text").press("Enter")


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def test_two_people_see_each_other_write_react_and_edit(windows: Windows) -> None:
    ana, ben = windows.open("ana", path=GENERAL), windows.open("ben", path=GENERAL)
    write(ana, "Lunch at *noon*, @ben? :fork_and_knife:")
    said = message(ben, "Lunch at noon")
    expect(said.locator(".mention.me")).to_have_text("@Ben Okafor")
    said.hover()
    ben.get_by_role("button", name="React with eyes").click()
    expect(message(ana, "Lunch at noon").get_by_role("button", name=re.compile("eyes, 1: Ben Okafor"))).to_be_visible()
    message(ana, "Lunch at noon").hover()
    ana.get_by_role("button", name="More actions").last.click()
    ana.get_by_role("menuitem", name="Edit").click()
    ana.get_by_label("Edit the message").fill("Lunch at one?")
    ana.get_by_role("button", name="Save").click()
    expect(message(ben, "Lunch at one?")).to_contain_text("(edited)")


def test_what_waits_elsewhere_is_marked_until_it_is_read(windows: Windows, h: Harness) -> None:
    ana = windows.open("ana", path=GENERAL)
    h.say("look here @ana", as_="ben", channel="#changes")
    entry = ana.get_by_role("link", name="changes, 1 for you")
    entry.click()
    expect(message(ana, "look here")).to_be_visible()
    expect(ana.get_by_role("link", name="changes", exact=True)).to_have_attribute("aria-current", "page")


def test_the_field_completes_commands_and_names(windows: Windows) -> None:
    ana = windows.open("ana")
    field = ana.locator("#composer-text")
    field.press_sequentially("/inc")
    expect(ana.get_by_role("option", name="/incident")).to_be_visible()
    field.press("Tab")
    expect(field).to_have_value("/incident ")
    expect(ana.get_by_role("option", name="/incident list")).to_be_visible()
    field.press("Escape")
    field.fill("")
    field.press_sequentially("ask @chl")
    expect(ana.locator("#composer").get_by_role("option", name="Chloé Martin")).to_be_visible()
    field.press("Enter")
    expect(field).to_have_value("ask @chloe ")


def test_what_slack_would_not_run_is_said_and_the_text_kept(windows: Windows) -> None:
    ana = windows.open("ana")
    write(ana, "/nonsense now")
    expect(ana.get_by_role("alert").filter(has_text="/nonsense is not a valid command.")).to_be_visible()
    expect(ana.locator("#composer-text")).to_have_value("/nonsense now")


def test_a_modal_by_keyboard_alone(windows: Windows) -> None:
    ana = windows.open("ana")
    write(ana, "/incident create")
    modal = ana.get_by_role("dialog", name="Create incident")
    expect(modal.get_by_label("Title")).to_be_focused()
    ana.keyboard.press("Enter")
    expect(modal.get_by_text("Please complete this required field.")).to_be_visible()
    expect(modal.get_by_label("Title")).to_be_focused()
    ana.keyboard.type("Doors do not open")
    modal.get_by_role("combobox", name="Priority").focus()
    ana.keyboard.press("ArrowDown")
    ana.keyboard.type("crit")
    expect(ana.locator("#picker").get_by_role("option", name="Critical")).to_be_visible()
    ana.keyboard.press("Enter")
    expect(modal.get_by_role("combobox", name="Priority")).to_contain_text("Critical")
    modal.get_by_role("combobox", name="Affected configuration items").focus()
    ana.keyboard.press("ArrowDown")
    ana.keyboard.type("LEGACY")
    expect(ana.locator("#picker").get_by_role("option", name="LEGACY-FTP-01")).to_have_attribute(
        "aria-selected", "true"
    )
    ana.keyboard.press("Enter")
    expect(modal.locator(".chip")).to_have_text(re.compile("LEGACY-FTP-01"))
    modal.get_by_role("button", name="Create").focus()
    ana.keyboard.press("Enter")
    expect(modal).not_to_be_visible()
    card = ana.locator("article").filter(
        has=ana.get_by_role("button", name="Acknowledge"), has_text="Doors do not open"
    )
    expect(card).to_contain_text("LEGACY-FTP-01")
    expect(card).to_contain_text("Critical")


def test_escape_closes_a_modal_one_by_one(windows: Windows, h: Harness) -> None:
    ana = windows.open("emi")
    text = {"type": "section", "text": plain("words")}
    for title in ("First", "Second"):
        body = checked_view({"type": "modal", "title": plain(title), "blocks": [text]}, "modal")
        open_modal(h.workspace, h.person("emi").id, body, push=title == "Second")
    expect(ana.get_by_role("dialog", name="Second")).to_be_visible()
    ana.keyboard.press("Escape")
    expect(ana.get_by_role("dialog", name="First")).to_be_visible()
    ana.keyboard.press("Escape")
    expect(ana.get_by_role("dialog")).to_have_count(0)


def test_what_is_being_typed_survives_an_update_of_the_view(windows: Windows, h: Harness) -> None:
    ana = windows.open("hugo")
    field = {
        "type": "input",
        "block_id": "b",
        "label": plain("Name"),
        "element": {"type": "plain_text_input", "action_id": "a"},
    }
    frame = {"type": "modal", "title": plain("Form"), "submit": plain("Send")}
    view = open_modal(h.workspace, h.person("hugo").id, checked_view({**frame, "blocks": [field]}, "modal"), push=False)
    ana.get_by_label("Name").press_sequentially("half a wo")
    more = {"type": "section", "text": plain("loaded meanwhile")}
    replace_view(h.workspace, view, checked_view({**frame, "blocks": [field, more]}, "modal"))
    expect(ana.get_by_text("loaded meanwhile")).to_be_visible()
    ana.keyboard.type("rd")
    expect(ana.get_by_label("Name")).to_have_value("half a word")


def test_a_dangerous_button_asks_first(windows: Windows, h: Harness) -> None:
    asks = {
        "title": plain("Really?"),
        "text": {"type": "mrkdwn", "text": "It is *gone* then."},
        "confirm": plain("Do it"),
        "deny": plain("No"),
    }
    button = {
        "type": "button",
        "action_id": "acknowledge_incident",
        "value": "INC-none",
        "text": plain("Burn"),
        "confirm": asks,
    }
    blocks = completed([{"type": "actions", "elements": [button]}])
    bot = h.workspace.installation
    h.workspace.post("C0GENERAL0", Author(bot.bot_user_id, bot.bot_id), Content("Burn it", blocks))
    ana = windows.open("ana", path=GENERAL)
    ana.get_by_role("button", name="Burn").click()
    question = ana.get_by_role("dialog", name="Really?")
    expect(question.locator("b")).to_have_text("gone")
    question.get_by_role("button", name="No").click()
    expect(question).not_to_be_visible()
    ana.get_by_role("button", name="Burn").click()
    with ana.expect_response("**/do/act"):
        question.get_by_role("button", name="Do it").click()
    told = [one.payload for one in h.server.platform.records.deliveries if one.what == "acknowledge_incident"]
    assert [one["actions"][0]["value"] for one in told].count("INC-none") == 1


def test_older_messages_come_while_one_scrolls_and_nothing_jumps(windows: Windows, h: Harness) -> None:
    for number in range(400):
        h.workspace.post("C0SECURITY", Author(h.person("ben").id), Content(f"line {number:03}"))
    ana = windows.open("ana", path="/c/C0SECURITY")
    expect(message(ana, "line 399")).to_be_in_viewport()
    expect(message(ana, "line 300")).to_be_attached()  # what is not far above is there already
    expect(ana.get_by_text("line 200")).to_have_count(0)
    oldest = message(ana, "line 300")
    oldest.scroll_into_view_if_needed()
    expect(message(ana, "line 250")).to_be_attached()
    expect(oldest).to_be_in_viewport()
    h.say("the newest", as_="ben", channel="#security-alerts")
    expect(message(ana, "the newest")).to_be_attached()
    expect(oldest).to_be_in_viewport()
    ana.get_by_role("button", name="Newest").click()
    expect(message(ana, "the newest")).to_be_in_viewport()


def test_messages_are_walked_through_by_keyboard(windows: Windows, h: Harness) -> None:
    ana = windows.open("ana", path="/c/C0REPORTS0")
    for words in ("first", "second"):
        h.say(f"{words} of two", as_="ben", channel="#reports")
    message(ana, "second of two").focus()
    ana.keyboard.press("ArrowUp")
    expect(message(ana, "first of two")).to_be_focused()
    ana.keyboard.press("t")
    expect(ana.locator("#composer-thread-text")).to_be_focused()
    ana.keyboard.type("in the thread")
    ana.keyboard.press("Enter")
    expect(ana.locator("#thread article").last).to_contain_text("in the thread")
    expect(message(ana, "first of two").get_by_role("button", name=re.compile("1 reply"))).to_be_visible()
    ana.keyboard.press("Escape")
    expect(ana.locator("#thread article")).to_have_count(0)
    expect(message(ana, "first of two")).to_be_focused()


def test_a_window_that_was_cut_off_catches_up(windows: Windows, h: Harness) -> None:
    ana = windows.open("ana", path="/c/C0NOTIFIC0")
    h.say("before", as_="ben", channel="#notifications")
    expect(message(ana, "before")).to_be_visible()
    h.server.platform.feed.emit(CLOSING)  # ends every stream, as a connection that breaks would
    h.say("meanwhile", as_="ben", channel="#notifications")
    expect(message(ana, "meanwhile")).to_be_visible()
    h.say("after", as_="ben", channel="#notifications")
    expect(ana.locator("article").filter(has_text="after")).to_have_count(1)


@pytest.mark.parametrize("dark", (False, True), ids=("light", "dark"))
def test_on_a_phone_everything_fits_and_the_list_is_a_drawer(windows: Windows, h: Harness, dark: bool) -> None:
    h.say("https://example.com/" + "long" * 60, as_="ben", channel="#general")
    ana = windows.open("ana", size=PHONE, dark=dark, path=GENERAL)
    expect(ana.get_by_role("link", name="alerts")).not_to_be_visible()
    ana.get_by_role("button", name="Channels").click()
    ana.get_by_role("link", name="incidents").click()
    expect(ana.get_by_role("heading", name="incidents")).to_be_visible()
    expect(ana.get_by_role("link", name="alerts")).not_to_be_visible()
    for path in ("/c/C0INCIDENT", GENERAL, "/app/home", "/app/messages", "/app/about"):
        ana.goto(re.sub(r"/c/.*|/app/.*", f"{path}?as=ana", ana.url))
        assert ana.evaluate("document.scrollingElement.scrollWidth") <= PHONE[0], path


def test_the_theme_is_switched_and_remembered(windows: Windows) -> None:
    ana = windows.open("ana")
    ground = ana.evaluate("getComputedStyle(document.body).backgroundColor")
    ana.get_by_role("button", name="Light, dark").click()
    dark = ana.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != ground
    ana.reload()
    assert ana.evaluate("getComputedStyle(document.body).backgroundColor") == dark
