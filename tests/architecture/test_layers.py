"""The layers of ARCHITECTURE.md, as contracts in pyproject.toml."""

import subprocess
import sys

from tests.architecture.source import CHECKOUT

CHECK = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_a_folder_imports_only_from_the_folders_below_it() -> None:
    # In a process of its own, since building the graph of imports changes the interpreter's search path.
    checked = subprocess.run(
        [sys.executable, "-c", CHECK, "--no-logo", "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
