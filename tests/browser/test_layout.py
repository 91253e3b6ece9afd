"""The page on a narrow screen, in the dark, and with more messages than anybody reads."""

import pytest
from playwright.sync_api import Page, expect

from incidentbot.cli.stage import Stage
from incidentbot.sandbox.slack.model import Author, Content
from tests.browser.windows import PHONE, Windows

MANY = 10_000
# What a page may have drawn of them.
FEW = 400

STICKS_OUT = """() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (one) => one && one !== document.body && (
        ["auto", "scroll", "hidden"].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    const outside = [...document.querySelectorAll("body *")].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width && box.height && box.right > width + 1 && one.checkVisibility() && !scrolls(one.parentElement);
    });
    const wide = document.documentElement.scrollWidth > width ? ["the page itself scrolls sideways"] : [];
    return [...wide, ...outside.map((one) => one.outerHTML.slice(0, 120))];
}"""


def sticks_out(page: Page) -> list[str]:
    """What is drawn beyond the right edge of the window and cannot be scrolled to within its own box."""
    found: list[str] = page.evaluate(STICKS_OUT)
    return found


def test_nothing_breaks_on_a_phone(windows: Windows) -> None:
    ana = windows.person("ana", size=PHONE)
    card = ana.create("Antenna bent by a storm that nobody in the whole neighbourhood had seen coming")
    assert sticks_out(ana.page) == []
    ana.open_thread(card)
    assert sticks_out(ana.page) == []
    ana.click(ana.replies.first, "Update")
    expect(ana.modal).to_be_visible()
    assert sticks_out(ana.page) == []
    ana.page.keyboard.press("Escape")
    expect(ana.modal).to_have_count(0)
    ana.page.get_by_role("button", name="Close the thread").click()
    ana.page.get_by_role("button", name="Sandbox panel").click()
    expect(ana.panel).to_be_visible()
    assert sticks_out(ana.page) == []
    ana.page.keyboard.press("Escape")
    expect(ana.panel).to_be_hidden()
    ana.page.get_by_role("button", name="Channels").click()
    ana.go_to("incidentbot")
    expect(ana.page.get_by_role("heading", name="incidentbot")).to_be_visible()
    assert sticks_out(ana.page) == []


@pytest.mark.parametrize("who", ("lena", "grace"))
def test_nothing_breaks_for_whoever_has_nothing_to_see(windows: Windows, who: str) -> None:
    page = windows.open(who, size=PHONE, dark=True, path="/c/C0GENERAL0")
    expect(page.get_by_role("log", name="Messages")).to_be_visible()
    assert sticks_out(page) == []


def test_ten_thousand_messages_are_no_burden(windows: Windows, staged: Stage) -> None:
    workspace = staged.server.workspace
    channel = workspace.open_channel("archive", workspace.person("ivy").id)
    for person in workspace.people.values():
        channel.members.add(person.id)
    channel.members.discard(workspace.installation.bot_user_id)
    for number in range(MANY):
        workspace.post(channel.id, Author(workspace.person("ivy").id), Content(text=f"Message number {number}."))
    ana = windows.person("ana")
    ana.go_to("archive")
    expect(ana.messages.last).to_contain_text(f"Message number {MANY - 1}.")
    assert ana.messages.count() < FEW
    oldest = ana.messages.first.inner_text()
    ana.messages.first.scroll_into_view_if_needed()
    expect(ana.messages.first).not_to_have_text(oldest)
    assert ana.messages.count() < 2 * FEW
    ana.type("And one more", to="archive")
    expect(ana.messages.filter(has_text="And one more")).to_be_in_viewport()


def test_what_is_posted_appears_in_every_open_window(windows: Windows, staged: Stage) -> None:
    seats = [windows.person(who) for who in ("ana", "ben", "emi")]
    workspace = staged.server.workspace
    author = Author(workspace.person("farid").id)
    workspace.post(workspace.channel("#incidents").id, author, Content(text="Lunch is ready"))
    for seat in seats:
        expect(seat.messages.filter(has_text="Lunch is ready")).to_be_in_viewport()
