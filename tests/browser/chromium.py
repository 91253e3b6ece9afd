"""Where a Chromium is on this machine, if there is one: the one that playwright installed, else the system's own."""

import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW_TO_GET_ONE: Final = "no Chromium on this machine: `make browser` gets one"


def find() -> Path | None:
    """The program to start; None if there is none."""
    return _own() or next((Path(found) for name in NAMES if (found := shutil.which(name))), None)


def _own() -> Path | None:
    """Playwright's own, under its release's name: another release's does not count."""
    with sync_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
    return program if program.is_file() else None
