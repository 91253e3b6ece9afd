"""Takes the pictures of README and docs from the sandbox's page, as people see it. Run by `make screenshots`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from incidentbot.cli.stage import Stage, stage
from tests.browser.chromium import HOW_TO_GET_ONE, find, launch
from tests.browser.people import Person

PICTURES: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"
MOST_BYTES: Final = 300_000
WIDTH, HEIGHT = 1280, 800
TITLE: Final = "CPU 98% on PROD-WEB-01"
NOTE: Final = "A runaway log rotation; stopped it and added a limit."


class Studio:
    """Windows to be photographed; every picture is a file of docs/pictures."""

    def __init__(self, browser: Browser, staged: Stage) -> None:
        self._browser = browser
        self._staged = staged

    def seat(
        self, who: str, *, theme: Literal["light", "dark"] = "light", panel: bool = False, width: int = WIDTH
    ) -> Person:
        """Somebody in front of a window, with or without the panel."""
        context = self._browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme=theme,
            bypass_csp=True,  # taking a picture puts a style into the page
            reduced_motion="reduce",
            timezone_id="Europe/London",
            locale="en-GB",
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(f"{self._staged.server.url}/?as={who}")
        expect(page.locator("#panel-truth")).to_be_attached()
        if not panel and page.locator("#panel").is_visible():
            page.get_by_role("button", name="Sandbox panel").click()
        return Person(page)

    def take(self, page: Page, name: str) -> None:
        """A picture of what the window shows."""
        file = PICTURES / f"{name}.png"
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.matches('[aria-label], .button') && document.activeElement.blur()")
        page.screenshot(path=file, animations="disabled")
        size = file.stat().st_size
        print(f"{file.name}: {size // 1_000} kB")
        if size > MOST_BYTES:
            sys.exit(f"{file.name} is too large to be committed: {size} bytes, at most {MOST_BYTES}.")


def main_job(studio: Studio) -> None:
    """The main job, step by step."""
    ben, chloe = studio.seat("ben"), studio.seat("chloe")
    director = studio.seat("ana", panel=True)
    director.fire(TITLE, "PROD-WEB-01")
    card = ben.card(TITLE)
    expect(card.get_by_role("button", name="2 replies")).to_be_visible()
    studio.take(ben.page, "main-job-1-card")
    ben.go_to("incidentbot")
    ben.page.get_by_role("link", name="Messages").click()
    link = ben.messages.get_by_role("link", name="Go to thread")
    expect(link).to_be_visible()
    studio.take(ben.page, "main-job-2-invitation")
    link.click()
    director.switch("Everything is slow")
    late = chloe.card(TITLE).get_by_role("button", name="Acknowledge")
    ben.click(ben.replies.first, "Acknowledge")
    late.click()
    expect(ben.replies.last).to_contain_text("Acknowledged by")
    director.switch("Everything is slow")
    studio.take(ben.page, "main-job-3-acknowledged")
    expect(chloe.told_alone("already")).to_be_visible()
    studio.take(chloe.page, "main-job-4-too-late")
    chloe.open_thread(chloe.card(TITLE))
    chloe.reply("@ben nine log rotations at once, I stop the timer")
    expect(ben.replies.last).to_contain_text("nine log rotations")
    resolve(studio, ben)


def resolve(studio: Studio, ben: Person) -> None:
    """The end of it, by the form."""
    ben.click(ben.replies.first, "Resolve")
    ben.modal.get_by_role("textbox").fill(NOTE)
    studio.take(ben.page, "main-job-5-resolve")
    ben.modal.get_by_role("button", name="Resolve").click()
    expect(ben.replies.last).to_contain_text(NOTE)
    expect(ben.card(TITLE).get_by_role("button", name="Reopen")).to_be_visible()
    ben.replies.last.scroll_into_view_if_needed()
    studio.take(ben.page, "main-job-6-resolved")


def weather(studio: Studio) -> None:
    """Slack is down while Dmitri acknowledges, and the panel shows what waits."""
    ana, dmitri = studio.seat("ana", panel=True), studio.seat("dmitri")
    ana.fire("Replication stopped on PROD-DB-01", "PROD-DB-01")
    card = dmitri.card("Replication stopped")
    expect(card.get_by_role("button", name="2 replies")).to_be_visible()
    ana.switch("Slack is down")
    dmitri.click(card, "Acknowledge")
    ana.page.wait_for_function("parseFloat(document.querySelector('#panel-oldest').textContent) > 9")
    ana.panel.get_by_role("heading", name="Stories").click()
    ana.page.locator("#panel").evaluate("one => { one.scrollTop = 0; }")
    studio.take(ana.page, "weather")
    ana.switch("Slack is down")
    expect(ana.page.locator("#panel-waiting")).to_have_text("0")


def workspace(studio: Studio) -> None:
    """The picture of the README, light and dark."""
    for theme in ("light", "dark"):
        ben = studio.seat("ben", theme=theme)
        ben.open_thread(ben.card(TITLE))
        studio.take(ben.page, f"workspace-{theme}")


SHOTS: Final[tuple[Callable[[Studio], None], ...]] = (main_job, weather, workspace)


def main() -> None:
    """Take all of them."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        program = find(playwright)
        if program is None:
            sys.exit(f"No picture can be taken: {HOW_TO_GET_ONE}.")
        expect.set_options(timeout=30_000)
        with stage(0, by_socket=False) as staged:
            browser = launch(playwright, program)
            for shoot in SHOTS:
                shoot(Studio(browser, staged))
            browser.close()


if __name__ == "__main__":
    main()
