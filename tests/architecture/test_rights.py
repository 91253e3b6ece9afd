"""A folder is a right: what its code may touch, name by name."""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, imports, modules, uses

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


@pytest.mark.parametrize("what", ONE_PLACE)
def test_only_one_place_touches(what: str) -> None:
    names, places = ONE_PLACE[what]
    elsewhere = [
        f"{module.name}:{line} {name}"
        for module in modules("incidentbot/")
        if not module.within(*places)
        for line, name in uses(module)
        if name in names
    ]
    assert elsewhere == []


def test_only_the_command_line_prints() -> None:
    printing = [
        f"{module.name}:{node.lineno}"
        for module in modules("incidentbot/")
        if not module.within("incidentbot/cli/")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


@pytest.mark.parametrize("folder", PURE)
def test_pure_code_imports_nothing_that_reads_or_writes(folder: str) -> None:
    impure = [
        f"{module.name}: {name}"
        for module in modules(folder)
        for name in imports(module)
        if not _is_pure(name, PURE[folder])
    ]
    assert impure == []


def _is_pure(name: str, allowed: tuple[str, ...]) -> bool:
    first = name.partition(".")[0]
    if first in sys.stdlib_module_names:
        return first not in INPUT_AND_OUTPUT
    return any(name == package or name.startswith(f"{package}.") for package in allowed)


def test_the_sandbox_knows_nothing_of_the_service() -> None:
    known = [
        f"{module.name}: {name}"
        for module in modules("incidentbot/sandbox/")
        for name in imports(module)
        if name.startswith("incidentbot") and not name.startswith("incidentbot.sandbox")
    ]
    assert known == []


def test_a_migration_imports_nothing_of_the_service() -> None:
    importing = [module.name for module in modules("migrations/versions/") if any(_of_the_service(module))]
    assert importing == []


def _of_the_service(module: Module) -> Iterator[bool]:
    return (name.partition(".")[0] == "incidentbot" for name in imports(module))


def test_exceptions_are_caught_by_name() -> None:
    broad = [
        f"{module.name}:{node.lineno}"
        for module in modules("incidentbot/")
        if not module.within("incidentbot/delivery/worker.py")  # the loop that outlives whatever one effect does
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _passes_on(node)
    ]
    assert broad == []


def _is_broad(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"}) for name in names
    )


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Whether it only cleans up, and lets the exception go on its way."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None
