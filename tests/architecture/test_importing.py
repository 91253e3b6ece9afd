"""Importing a module of the service does nothing: no connection, no process, no thread."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT, modules

IMPORT_THEM_ALL = """
import importlib, sys, threading

def refuse(event, arguments):
    if event in {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "_thread.start_new_thread"}:
        raise RuntimeError(f"importing does {event} {arguments}")

sys.addaudithook(refuse)
for name in sys.argv[1:]:
    importlib.import_module(name)
    # Python 3.11 tells no hook of them.
    if threading.active_count() > 1:
        raise RuntimeError(f"importing does start a thread: {name}")
"""


def imported(folder: Path, *names: str) -> str:
    """What went wrong as these modules were imported in a process of its own, "" where nothing did."""
    command = [sys.executable, "-c", IMPORT_THEM_ALL, *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def test_importing_any_module_touches_nothing() -> None:
    names = [
        module.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for module in modules("incidentbot/")
        if not module.name.endswith("__main__.py")  # the one whose import is its run
    ]
    assert imported(CHECKOUT, *names) == ""


@pytest.mark.parametrize(
    "code",
    (
        "import sqlite3\nsqlite3.connect(':memory:')",
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()",
        "import subprocess\nsubprocess.run(['true'])",
        "import socket\nsocket.socket().bind(('127.0.0.1', 0))",
    ),
    ids=("database", "thread", "process", "socket"),
)
def test_a_planted_module_that_does_something_is_found(tmp_path: Path, code: str) -> None:
    (tmp_path / "planted.py").write_text(code, encoding="utf-8")
    assert "importing does" in imported(tmp_path, "planted")
