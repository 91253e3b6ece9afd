"""Gets a Chromium for the tests of the sandbox's page: playwright's own, else the system's where this user may.

Asks for no password and for no right that is not there already. Run by `make browser`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import find

GIVE_UP_AFTER = 300


def ways() -> Iterator[tuple[str, list[list[str]]]]:
    """Each way to get one, in words and as commands, the least intrusive first."""
    yield "playwright's own", [[sys.executable, "-m", "playwright", "install", "chromium"]]
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if shutil.which("apt-get") and (not as_root or shutil.which("sudo")):
        apt = [*as_root, "apt-get", "--quiet", "--yes"]
        yield "the system's package", [[*apt, "update"], [*apt, "install", "--no-install-recommends", "chromium"]]


def succeeds(commands: list[list[str]]) -> bool:
    """Run them one after another, until one fails."""
    try:
        return all(subprocess.run(one, check=False, timeout=GIVE_UP_AFTER).returncode == 0 for one in commands)
    except subprocess.TimeoutExpired:
        return False


def present() -> Path | None:
    """The Chromium that there is."""
    with sync_playwright() as playwright:
        return find(playwright)


def main() -> int:
    """Get one, unless there is one."""
    for name, commands in ways():
        if present():
            break
        print(f"No Chromium yet; trying {name} …", flush=True)
        succeeds(commands)
    if found := present():
        print(f"Chromium: {found}")
        return 0
    print(
        "No Chromium could be installed. Install one by hand (chromium or google-chrome on the PATH will do); "
        "without it the tests of the sandbox's page are skipped.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
