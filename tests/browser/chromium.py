"""Where a Chromium is on this machine, if there is one: the one that playwright installed, else the system's own."""

import os
import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW_TO_GET_ONE: Final = "there is no Chromium on this machine; `make browser` gets one"


def find(playwright: Playwright) -> Path | None:
    """The program to start; None if there is none."""
    own = Path(playwright.chromium.executable_path)
    if own.is_file():
        return own
    return next((Path(found) for name in NAMES if (found := shutil.which(name))), None)


def launch(playwright: Playwright, program: Path) -> Browser:
    """A browser without a window. Chromium's sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=program, args=arguments)
