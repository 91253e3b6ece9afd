"""A drill from the form to its retrospective, by clicks: marked, corrected, and written down at the end."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.browser.windows import Windows


def test_a_drill_is_begun_by_its_box_corrected_by_its_form_and_drafted_by_its_button(windows: Windows) -> None:
    ana = windows.person("ana")
    ana.type("/incident create")
    ana.modal.get_by_label("Title").fill("Cellar under water")
    ana.modal.get_by_label("This is a drill").check()
    ana.modal.get_by_role("button", name="Create").click()
    expect(ana.modal).to_have_count(0)
    card = ana.card("Cellar under water")
    expect(card).to_contain_text("DRILL")
    [reference] = re.findall(r"INC-\d+", card.inner_text())[:1]

    ana.type(f"/incident correct {reference}")
    when = ana.modal.get_by_label("When was it?")
    began = datetime.fromisoformat(when.input_value()) - timedelta(hours=1)
    when.fill(began.strftime("%Y-%m-%dT%H:%M"))
    ana.modal.get_by_role("button", name="Correct").click()
    expect(ana.modal).to_have_count(0)
    expect(card).to_contain_text("Started")
    ana.open_thread(card)
    expect(ana.replies.filter(has_text="Corrected: started")).to_have_count(1)

    ana.click(card, "Resolve")
    ana.modal.get_by_role("button", name="Resolve").click()
    ana.click(ana.replies.filter(has_text="Resolved by").last, "Draft a retrospective")
    drafted = ana.replies.filter(has_text="retrospective.md")
    expect(drafted).to_contain_text(f"A draft of the retrospective of DRILL {reference}")
