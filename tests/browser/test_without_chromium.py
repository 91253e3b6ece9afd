"""Where there is no Chromium, the tests of the page say so and ask for nothing."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def test_without_a_chromium_the_tests_skip_and_name_the_way_to_one(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "tests/browser/test_panel.py"]
    nothing = {**os.environ, "PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    done = subprocess.run(command, cwd=CHECKOUT, env=nothing, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" not in done.stdout
    assert "SKIPPED" in done.stdout
    assert "`make browser`" in done.stdout
