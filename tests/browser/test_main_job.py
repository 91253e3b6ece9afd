"""The life of an incident through clicks and typing alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.windows import Windows


def test_a_slash_command_makes_an_incident_that_lives_and_ends_in_its_thread(windows: Windows) -> None:
    ana = windows.person("ana")
    card = ana.create("Lifts stand still", "--severity high")
    expect(ana.told_alone("Lifts stand still")).to_contain_text("Created INC-")
    ana.open_thread(card)
    expect(ana.replies).to_contain_text(["Lifts stand still", "Incident created by"])
    ana.click(ana.replies.first, "Acknowledge")
    expect(card).to_contain_text("Acknowledged by")
    expect(ana.replies.last).to_contain_text("Acknowledged by")
    ana.click(card, "Resolve")
    ana.modal.get_by_role("textbox").fill("Somebody had pressed the red button")
    ana.modal.get_by_role("button", name="Resolve").click()
    expect(ana.modal).to_have_count(0)
    expect(card).to_contain_text("Resolved by")
    expect(ana.replies.last).to_contain_text("Somebody had pressed the red button")
    expect(card.get_by_role("button", name="Reopen")).to_be_visible()
    expect(card.get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_a_form_makes_an_incident_once_its_fields_are_right(windows: Windows) -> None:
    ana = windows.person("ana")
    ana.type("/incident create")
    title = ana.modal.get_by_label("Title")
    ana.modal.get_by_role("button", name="Create").click()
    expect(title).to_have_attribute("aria-invalid", "true")
    title.fill("    ")
    ana.modal.get_by_role("button", name="Create").click()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_have_accessible_description(re.compile("^The title is missing"))
    title.fill("Printer is on fire")
    ana.modal.get_by_label("Initial assessment").fill("In the cellar. It smokes.")
    ana.choose("Priority", "Critical")
    ana.choose("Assign to", "Ivy Chen", search="ivy")
    ana.choose("Affected configuration items", "MAIL-01", search="mail")
    ana.modal.get_by_role("button", name="Create").click()
    expect(ana.modal).to_have_count(0)
    card = ana.card("Printer is on fire")
    expect(card).to_contain_text("Critical")
    expect(card).to_contain_text("Ivy Chen")
    expect(card).to_contain_text("MAIL-01")
    ana.open_thread(card)
    expect(ana.replies.nth(1)).to_contain_text("In the cellar. It smokes.")


def test_the_form_about_people_shows_who_does_what_and_gives_roles(windows: Windows) -> None:
    ana = windows.person("ana")
    card = ana.create("Badges open nothing")
    ana.click(card, "People")
    ana.choose("Commander", "Ivy Chen", search="ivy")
    ana.modal.get_by_role("button", name="Save").click()
    expect(ana.modal).to_have_count(0)
    expect(card).to_contain_text("Ivy Chen")
    ana.open_thread(card)
    expect(ana.replies.last).to_contain_text("is commander now")
    ana.click(card, "People")
    expect(ana.modal).to_contain_text("Ivy Chen")


def test_whoever_clicks_later_is_told_politely_who_was_first(windows: Windows) -> None:
    ana, ben = windows.person("ana"), windows.person("ben")
    ana.create("Gate is open")
    ana.switch("Everything is slow")
    seen_by_ben = ben.card("Gate is open").get_by_role("button", name="Acknowledge")
    expect(seen_by_ben).to_be_visible()
    ana.click(ana.card("Gate is open"), "Acknowledge")
    seen_by_ben.click()
    expect(ben.told_alone("already")).to_contain_text("Ana Ferreira")
    expect(ana.told_alone("already")).to_have_count(0)
    expect(ben.card("Gate is open")).to_contain_text("Acknowledged by")


def test_the_link_of_an_invitation_opens_the_thread(windows: Windows) -> None:
    hugo = windows.person("hugo")
    hugo.fire("Packets are lost", "CORE-SW-01")
    expect(hugo.card("Packets are lost")).to_be_visible()
    hugo.go_to("incidentbot")
    hugo.page.get_by_role("link", name="Messages").click()
    invitation = hugo.messages.filter(has_text="Packets are lost")
    invitation.get_by_role("link", name="Go to thread").click()
    expect(hugo.replies.first).to_contain_text("Packets are lost")
    expect(hugo.replies.nth(1)).to_contain_text("Incident created by")


def test_a_notification_becomes_an_incident_by_its_button(windows: Windows) -> None:
    ana = windows.person("ana")
    ana.fire("Fans are loud", "MAIL-01", "medium")
    ana.go_to("alerts")
    ana.click(ana.messages.filter(has_text="Fans are loud"), "Create Incident")
    expect(ana.modal.get_by_label("Title")).to_have_value("Fans are loud")
    ana.click(ana.modal, "Create")
    expect(ana.modal).to_have_count(0)
    ana.go_to("incidents")
    expect(ana.card("Fans are loud")).to_contain_text("MAIL-01")


def test_the_list_is_for_whoever_asked(windows: Windows) -> None:
    ana, ben = windows.person("ana"), windows.person("ben")
    ana.create("Coffee machine leaks", "--severity low")
    ana.type("/incident list low")
    expect(ana.told_alone("Coffee machine leaks").last).to_be_visible()
    expect(ben.card("Coffee machine leaks")).to_be_visible()
    expect(ben.told_alone("Coffee machine leaks")).to_have_count(0)


def test_a_viewer_is_told_whom_to_ask(windows: Windows) -> None:
    ana, grace = windows.person("ana"), windows.person("grace")
    ana.create("Door squeaks")
    grace.click(grace.card("Door squeaks"), "Acknowledge")
    expect(grace.told_alone("You may not do this")).to_contain_text("Farid Haddad")
    expect(ana.card("Door squeaks").get_by_role("button", name="Acknowledge")).to_be_visible()


def test_an_unknown_command_is_answered_with_the_nearest_form(windows: Windows) -> None:
    ana = windows.person("ana")
    ana.type("/incident acknowlegde INC-1")
    expect(ana.told_alone("acknowledge").last).to_be_visible()


@pytest.mark.parametrize("who", ("ana", "ben"))
def test_two_windows_are_two_people_at_once(windows: Windows, who: str) -> None:
    one, other = windows.person(who), windows.person("chloe")
    one.type(f"Has anybody seen the badge of {who}?")
    expect(other.messages.filter(has_text=f"the badge of {who}")).to_be_visible()
    other.type(f"It is at the door, {who}")
    expect(one.messages.filter(has_text=f"It is at the door, {who}")).to_contain_text("Chloé Martin")
