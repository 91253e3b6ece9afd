"""What people do and see in a window, in their own words; every locator is one that a screen reader has too."""

import re

from playwright.sync_api import Locator, Page, expect

CARD_CHANNEL = "incidents"


class Person:
    """Somebody in front of a window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    # --- where to look ------------------------------------------------------------------------------------------------

    @property
    def messages(self) -> Locator:
        """The messages of the open conversation."""
        return self.page.get_by_role("log", name="Messages").get_by_role("article")

    @property
    def thread(self) -> Locator:
        """The pane of the open thread."""
        return self.page.get_by_role("region", name="Thread")

    @property
    def replies(self) -> Locator:
        """The messages of the open thread, its root among them."""
        return self.thread.get_by_role("log").get_by_role("article")

    @property
    def modal(self) -> Locator:
        """The form that is open."""
        return self.page.get_by_role("dialog")

    @property
    def panel(self) -> Locator:
        """The sandbox's panel."""
        return self.page.get_by_role("complementary", name="Sandbox panel")

    def card(self, title: str) -> Locator:
        """The card of an incident; everything else that names the title is from people or for one person's eyes."""
        shown = self.messages.filter(has_text=title).filter(has_text="Severity")
        return shown.filter(has_not_text="Only visible to you")

    def told_alone(self, words: str) -> Locator:
        """What only this person sees."""
        return self.page.get_by_role("article").filter(has_text="Only visible to you").filter(has_text=words)

    # --- what to do ---------------------------------------------------------------------------------------------------

    def go_to(self, name: str) -> None:
        """Open a conversation by the list at the side."""
        self.page.get_by_role("navigation").get_by_role("link", name=re.compile(rf"^{re.escape(name)}\b")).click()

    def type(self, text: str, *, to: str = CARD_CHANNEL) -> None:
        """Write into the open conversation and press Enter."""
        field = self.page.get_by_role("textbox", name=f"Message {to}")
        field.fill(text)
        field.press("Enter")

    def create(self, title: str, options: str = "") -> Locator:
        """Create an incident by slash command; its card, once it is there."""
        self.type(f"/incident create {title} {options}".strip())
        card = self.card(title)
        expect(card).to_be_visible()
        return card

    def click(self, where: Locator, button: str) -> None:
        """Click a button."""
        where.get_by_role("button", name=button, exact=True).click()

    def choose(self, label: str, option: str, *, search: str = "") -> None:
        """Open a list of the modal, search in it, and take an option."""
        self.modal.get_by_role("combobox", name=re.compile(rf"^{re.escape(label)}")).click()
        if search:
            self.page.get_by_role("combobox", name="Search", exact=True).fill(search)
        self.page.get_by_role("listbox", name="Options").get_by_role("option", name=option).click()

    def open_thread(self, card: Locator) -> None:
        """Open a message's thread."""
        card.get_by_role("button", name=re.compile(r"^\d+ repl")).click()
        expect(self.thread.get_by_role("heading", name="Thread")).to_be_visible()

    def reply(self, text: str) -> None:
        """Write into the open thread."""
        field = self.thread.get_by_role("textbox", name="Reply")
        field.fill(text)
        field.press("Enter")

    def fire(self, title: str, ci: str, severity: str = "critical") -> None:
        """Let NopeSight report something, by the panel."""
        self.panel.get_by_label("Title").fill(title)
        self.panel.get_by_label("On", exact=True).select_option(ci)
        self.panel.get_by_role("button", name=f"Fire {severity}").click()

    def switch(self, name: str) -> None:
        """Change the weather."""
        self.panel.get_by_role("switch", name=name).click()
