"""The project's own source, as data for the tests of its form."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One Python file; `name` is its path in the checkout, such as ``incidentbot/domain/incident.py``."""

    name: str
    tree: ast.Module

    def within(self, *places: str) -> bool:
        """Whether the file is one of these, or lies in one of these folders (which end in a slash)."""
        return any(self.name == place or (place.endswith("/") and self.name.startswith(place)) for place in places)


@cache
def files() -> tuple[str, ...]:
    """Every file that is committed, or would be by `git add`."""
    # Whoever runs the tests need not be the one to whom the checkout belongs.
    command = [
        "git",
        "-c",
        f"safe.directory={CHECKOUT}",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    listed = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (CHECKOUT / name).is_file()))


def text(name: str) -> str:
    """A file's text; what is not UTF-8 (an image) is empty."""
    try:
        return (CHECKOUT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def modules(folder: str) -> tuple[Module, ...]:
    """Every Python file below a folder that ends in a slash."""
    return tuple(
        Module(name, ast.parse(text(name), name))
        for name in files()
        if name.startswith(folder) and name.endswith(".py")
    )


def planted(code: str, name: str = "planted.py") -> Module:
    """A module of a test's own, for the gates to be tried on."""
    return Module(name, ast.parse(code))


def functions(module: Module) -> Iterator[tuple[str, int]]:
    """Each function's name and its number of lines, from `def` to its last one."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


def imports(module: Module) -> Iterator[str]:
    """The full name of each thing the module imports: ``datetime``, ``slack_sdk.models.blocks.SectionBlock``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def uses(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything taken from an imported module: ``os.environ``, ``datetime.datetime.now``."""
    known = dict(_bindings(module))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            dotted = _dotted(node)
            first, _, rest = dotted.partition(".")
            if first in known:
                yield node.lineno, f"{known[first]}.{rest}".rstrip(".")


def _bindings(module: Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (first, first)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _dotted(node: ast.expr) -> str:
    """``a.b.c`` of a plain chain of names, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
