"""The sandbox's page: how long until a message is on the screens of two people who look at a full channel.

Run: .venv/bin/python -m benchmarks.page
Goal: within 200 ms in each window, painted, with 10,000 messages in the channel. Then a thousand messages at once.
"""

import sys
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import stand
from incidentbot.sandbox.page import create_page
from incidentbot.sandbox.server import Mounts, SandboxServer
from incidentbot.sandbox.slack.model import Author, Content
from tests.browser.chromium import HOW_TO_GET_ONE, find, launch

CHANNEL, BEFORE, PROBES, FLOOD = "C0INCIDENT", 10_000, 100, 1_000
GOAL = 0.2
# Notes when a line was painted, in milliseconds since the epoch.
WATCH = """() => {
  window.painted = {};
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      const probe = /probe (\\d+)/.exec(node.textContent);
      if (!probe) continue;
      requestAnimationFrame(() => { window.painted[probe[1]] = performance.timeOrigin + performance.now(); });
    }
  }).observe(document.querySelector("[data-lines]"), { childList: true });
}"""


def looking(browser: Browser, server: SandboxServer, who: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(f"{server.url}/c/{CHANNEL}?as={who}")
    page.evaluate(WATCH)
    return page


def painted(page: Page, number: int) -> float:
    while (seen := page.evaluate(f"window.painted[{number}] ?? 0")) == 0:
        page.wait_for_timeout(5)
    return float(seen) / 1_000


def measure(browser: Browser, server: SandboxServer, post: Callable[[str], None]) -> bool:
    for number in range(BEFORE):
        post(f"line {number}")
    windows = [looking(browser, server, who) for who in ("ana", "ben")]
    times: list[float] = []
    for number in range(PROBES):
        windows[0].wait_for_timeout(30)
        posted = time.time()
        post(f"probe {number}")
        times += [painted(window, number) - posted for window in windows]
    stand.heading(f"The page: a message is painted in two windows, {BEFORE} messages in the channel; goal 200 ms")
    print(f"  p50 {stand.milliseconds(times):.0f} ms, p99 {stand.milliseconds(times, 0.99):.0f} ms, ", end="")
    print(f"longest {max(times) * 1_000:.0f} ms")
    began = time.time()
    for number in range(FLOOD):
        post(f"flood {number}")
    windows[0].get_by_text(f"flood {FLOOD - 1}").first.wait_for()
    print(f"  {FLOOD} messages at once: the last is seen after {(time.time() - began) * 1_000:.0f} ms")
    return stand.milliseconds(times, 0.99) <= GOAL * 1_000


def main() -> int:
    with SandboxServer(mounts=lambda server: Mounts(page=create_page(server.slack))) as server:
        bot = server.workspace.installation

        def post(text: str) -> None:
            section = {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": f"*{text}*"}}
            server.workspace.post(CHANNEL, Author(bot.bot_user_id, bot.bot_id), Content(text, [section]))

        with sync_playwright() as playwright:
            program = find(playwright)
            if program is None:
                print(HOW_TO_GET_ONE)
                return 1
            browser = launch(playwright, program)
            reached = measure(browser, server, post)
            browser.close()
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
