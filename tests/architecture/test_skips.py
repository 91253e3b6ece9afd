"""A test that does not run says why."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import modules, planted

SKIPPING = {"skip", "skipif", "xfail", "importorskip"}


def _without_reason(tree: ast.Module) -> Iterator[int]:
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SKIPPING:
            called.add(node.func)
            if not _has_reason(node, node.func.attr):
                yield node.lineno
    yield from (mark.lineno for mark in _marks(tree) if mark not in called)


def _has_reason(call: ast.Call, kind: str) -> bool:
    reasons = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
    if kind == "skip":
        reasons.extend(call.args[:1])
    return any(not isinstance(reason, ast.Constant) or bool(reason.value) for reason in reasons)


def _marks(tree: ast.Module) -> Iterator[ast.Attribute]:
    """Each ``pytest.mark.skip``; one that is not called has no place for a reason."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in SKIPPING:
            owner = node.value
            if isinstance(owner, ast.Attribute) and owner.attr == "mark":
                yield node


def test_every_skipped_test_gives_its_reason() -> None:
    silent = [f"{module.name}:{line}" for module in modules("tests/") for line in _without_reason(module.tree)]
    assert silent == []


@pytest.mark.parametrize(
    ("code", "found"),
    (
        ("@pytest.mark.skip\ndef f(): ...", True),
        ("@pytest.mark.skipif(x)\ndef f(): ...", True),
        ("@pytest.mark.xfail(reason='')\ndef f(): ...", True),
        ("pytest.skip()", True),
        ("pytest.importorskip('x')", True),
        ("@pytest.mark.skip(reason='no display here')\ndef f(): ...", False),
        ("pytest.skip('no display here')", False),
    ),
)
def test_a_planted_silent_skip_is_found(code: str, found: bool) -> None:
    assert bool(list(_without_reason(planted(code).tree))) is found
