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


def test_a_status_update_with_a_promise_by_the_form(windows: Windows) -> None:
    ana = windows.person("ana")
    card = ana.create("Parcels are lost")
    ana.click(card, "Update")
    ana.modal.get_by_label("Status update").fill("We look at the belts")
    ana.choose("Next update in", "30 minutes")
    ana.modal.get_by_role("button", name="Update", exact=True).click()
    expect(card).to_contain_text("Next update")
    ana.open_thread(card)
    expect(ana.replies.filter(has_text="We look at the belts")).to_contain_text("Status update")


def test_an_incident_is_moved_to_a_channel_and_the_channel_is_archived_by_clicks(windows: Windows) -> None:
    ana = windows.person("ana")
    card = ana.create("Belts stand still")
    ref = reference(card)
    ana.click(card, "Channel")
    ana.modal.get_by_role("button", name="Move", exact=True).click()
    expect(card.get_by_role("button", name="Channel", exact=True)).to_have_count(0)
    name = f"{ref.lower()}-belts-stand-still"
    ana.go_to(name)
    expect(ana.messages.filter(has_text="stays the record").first).to_be_visible()
    ana.type(f"/incident resolve {ref} belts go again", to=name)
    over = ana.messages.filter(has_text="It is not archived by itself")
    expect(over).to_be_visible()
    ana.click(over, "Archive this channel")
    expect(ana.told_alone("is being archived")).to_be_visible()
