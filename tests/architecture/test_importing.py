"""Importing a module of the service does nothing: no connection, no process, no thread."""

import subprocess
import sys

from tests.architecture.source import CHECKOUT, modules

IMPORT_THEM_ALL = """
import importlib, sys

def refuse(event, arguments):
    if event in {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "_thread.start_new_thread"}:
        raise RuntimeError(f"importing does {event} {arguments}")

sys.addaudithook(refuse)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_importing_any_module_touches_nothing() -> None:
    names = [
        module.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for module in modules("incidentbot/")
        if not module.name.endswith("__main__.py")  # the one whose import is its run
    ]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_THEM_ALL, *names], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
