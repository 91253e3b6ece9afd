"""The layers of ARCHITECTURE.md, as contracts in pyproject.toml."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.source import CHECKOUT

FOLDERS: Final = (
    *("cli", "slack", "web", "delivery", "usecases", "queries", "store"),
    *("effects", "render", "clients", "reports", "domain", "sandbox", "languages"),
)
FILES: Final = ("bootstrap", "settings", "settings_file", "log", "crashpoints")
# One import for each contract that it breaks.
PLANTED: Final = {
    "domain/upward.py": "import incidentbot.store",
    "render/impure.py": "import socket",
    "reports/impure.py": "import httpx",
    "usecases/calls.py": "import incidentbot.clients.slack",
    "web/plays.py": "import incidentbot.sandbox.slack",
    "store/round.py": "import incidentbot.queries",
    "queries/round.py": "import incidentbot.store",
}
CHECK = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def broken_in(folder: Path) -> str:
    """What the contracts say of the package that lies in `folder`, "" where all are kept."""
    # In a process of its own, since building the graph of imports changes the interpreter's search path.
    command = [sys.executable, "-c", CHECK, "--no-logo", "--no-cache"]
    checked = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return checked.stdout + checked.stderr if checked.returncode else ""


def test_a_folder_imports_only_from_the_folders_below_it() -> None:
    assert broken_in(CHECKOUT) == ""


@pytest.fixture(scope="module")
def outline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contracts, and a package that has our folders and nothing in them."""
    folder = tmp_path_factory.mktemp("layers")
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    for name in ("", *FOLDERS, "sandbox/slack", "clients/slack"):
        (folder / "incidentbot" / name).mkdir(parents=True, exist_ok=True)
        (folder / "incidentbot" / name / "__init__.py").touch()
    for name in FILES:
        (folder / "incidentbot" / f"{name}.py").touch()
    return folder


def test_an_outline_keeps_all_contracts(outline: Path) -> None:
    assert broken_in(outline) == ""


def test_planted_imports_break_each_contract(outline: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(outline, tmp_path / "planted")
    for file, code in PLANTED.items():
        (folder / "incidentbot" / file).write_text(code, encoding="utf-8")
    told = broken_in(folder)
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert [one["name"] for one in contracts if f"{one['name']} BROKEN" not in " ".join(told.split())] == []
