"""A folder is a right: what its code may touch, name by name."""

import ast
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.source import Module, imports, modules, planted, uses

# The sandbox is a program of its own, with its own clock and its own composition.
ONE_PLACE = {
    "the environment": (
        ("os.environ", "os.environb", "os.getenv", "os.putenv"),
        ("incidentbot/settings.py",),
    ),
    "the clock": (
        ("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
        ("incidentbot/bootstrap.py", "incidentbot/sandbox/"),
    ),
    "the clock in seconds": (
        ("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
        ("incidentbot/bootstrap.py", "incidentbot/sandbox/"),
    ),
    "Slack's Web API": (
        (
            "slack_sdk.WebClient",
            "slack_sdk.web.WebClient",
            "slack_sdk.web.client.WebClient",
            "slack_sdk.web.async_client.AsyncWebClient",
        ),
        ("incidentbot/clients/",),
    ),
}

# What pure code may import besides the standard library, and what of the standard library it may not.
PURE = {
    "incidentbot/domain/": ("incidentbot.domain", "incidentbot.languages", "lark", "transitions"),
    "incidentbot/effects/": ("incidentbot.domain", "incidentbot.effects"),
    "incidentbot/render/": ("incidentbot.domain", "incidentbot.languages", "incidentbot.render", "slack_sdk.models"),
}
INPUT_AND_OUTPUT = {
    *("asyncio", "concurrent", "ftplib", "getpass", "glob", "http", "imaplib", "logging", "multiprocessing", "os"),
    *("pathlib", "random", "secrets", "select", "selectors", "shelve", "shutil", "signal", "smtplib", "socket"),
    *("sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "webbrowser"),
}


def touching(what: str, module: Module) -> Iterator[str]:
    """Where a module uses what one place alone may touch."""
    names, places = ONE_PLACE[what]
    if not module.within(*places):
        yield from (f"{module.name}:{line} {name}" for line, name in uses(module) if name in names)


def printing(module: Module) -> Iterator[str]:
    """Where a module prints, unless it belongs to the command line."""
    for node in () if module.within("incidentbot/cli/") else ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"{module.name}:{node.lineno}"


def impure(module: Module, allowed: tuple[str, ...]) -> Iterator[str]:
    """What a pure module imports that reads or writes."""
    yield from (f"{module.name}: {name}" for name in imports(module) if not _is_pure(name, allowed))


def of_the_service(module: Module, allowed: str = "") -> Iterator[str]:
    """What a module imports of the service, besides what lies below `allowed`."""
    for name in imports(module):
        if name.partition(".")[0] == "incidentbot" and not (allowed and f"{name}.".startswith(f"{allowed}.")):
            yield f"{module.name}: {name}"


def catching_all(module: Module) -> Iterator[str]:
    """Where a module catches whatever comes, and does not pass it on."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _passes_on(node):
            yield f"{module.name}:{node.lineno}"


def everywhere(gate: Callable[[Module], Iterator[str]], folder: str = "incidentbot/") -> list[str]:
    return [found for module in modules(folder) for found in gate(module)]


@pytest.mark.parametrize("what", ONE_PLACE)
def test_only_one_place_touches(what: str) -> None:
    assert everywhere(lambda module: touching(what, module)) == []


def test_only_the_command_line_prints() -> None:
    assert everywhere(printing) == []


@pytest.mark.parametrize("folder", PURE)
def test_pure_code_imports_nothing_that_reads_or_writes(folder: str) -> None:
    assert everywhere(lambda module: impure(module, PURE[folder]), folder) == []


def _is_pure(name: str, allowed: tuple[str, ...]) -> bool:
    first = name.partition(".")[0]
    if first in sys.stdlib_module_names:
        return first not in INPUT_AND_OUTPUT
    return any(name == package or name.startswith(f"{package}.") for package in allowed)


def test_the_sandbox_knows_nothing_of_the_service() -> None:
    assert everywhere(lambda module: of_the_service(module, "incidentbot.sandbox"), "incidentbot/sandbox/") == []


def test_a_migration_imports_nothing_of_the_service() -> None:
    assert everywhere(of_the_service, "migrations/versions/") == []


def test_exceptions_are_caught_by_name() -> None:
    # The worker's is the loop that outlives whatever one effect does.
    assert [
        found for found in everywhere(catching_all) if not found.startswith("incidentbot/delivery/worker.py:")
    ] == []


def _is_broad(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"}) for name in names
    )


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Whether it only cleans up, and lets the exception go on its way."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


@pytest.mark.parametrize(
    ("what", "code"),
    (
        ("the environment", "import os\nos.environ['A']"),
        ("the environment", "from os import getenv as g\ng('A')"),
        ("the clock", "from datetime import datetime\ndatetime.now()"),
        ("the clock", "import datetime as d\nd.date.today()"),
        ("the clock in seconds", "from time import time\ntime()"),
        ("Slack's Web API", "from slack_sdk import WebClient\nWebClient()"),
    ),
)
def test_a_planted_touch_is_found_where_it_is_forbidden(what: str, code: str) -> None:
    assert len(list(touching(what, planted(code)))) == 1
    assert list(touching(what, planted(code, ONE_PLACE[what][1][0] + "x.py"))) == [] or "." in ONE_PLACE[what][1][0]


def test_a_planted_print_is_found() -> None:
    assert list(printing(planted("def f():\n  print(1)"))) == ["planted.py:2"]
    assert list(printing(planted("print(1)", "incidentbot/cli/x.py"))) == []


@pytest.mark.parametrize(
    "code", ("import socket", "from pathlib import Path", "import httpx", "from x.incidentbot import y")
)
def test_a_planted_input_into_pure_code_is_found(code: str) -> None:
    assert len(list(impure(planted(code), PURE["incidentbot/domain/"]))) == 1


def test_a_planted_import_of_the_service_is_found() -> None:
    module = planted("import incidentbot.store\nfrom incidentbot.sandbox.slack import x\nimport incidentbots")
    assert len(list(of_the_service(module))) == 2
    assert len(list(of_the_service(module, "incidentbot.sandbox"))) == 1


@pytest.mark.parametrize(
    "handler", ("except Exception: pass", "except (ValueError, BaseException): x()", "except: x()")
)
def test_a_planted_broad_except_is_found(handler: str) -> None:
    assert len(list(catching_all(planted(f"try: x()\n{handler}")))) == 1
    assert list(catching_all(planted("try: x()\nexcept Exception:\n  y()\n  raise"))) == []
