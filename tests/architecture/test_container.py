"""The container has no rights it does not need, and is made of what was pinned."""

import re

import pytest

from tests.architecture.source import text

DOCKERFILE = text("deploy/Dockerfile")
INSTRUCTIONS = [
    line.split(None, 1) for line in re.sub(r"\\\n", " ", DOCKERFILE).splitlines() if re.match(r"[A-Z]", line)
]


def arguments(instruction: str) -> list[str]:
    return [line[1] for line in INSTRUCTIONS if line[0] == instruction]


def moving(bases: list[str]) -> list[str]:
    """The bases that may be others tomorrow."""
    return [base for base in bases if not re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}( AS \w+)?", base)]


def unpinned(runs: list[str]) -> list[str]:
    """The installations that take what no hash pins."""
    return [one for one in re.findall(r"pip install[^&]*", " ".join(runs)) if "--require-hashes" not in one]


def test_every_base_is_pinned_by_digest() -> None:
    assert arguments("FROM")
    assert moving(arguments("FROM")) == []


def test_it_runs_as_nobody_in_particular() -> None:
    assert arguments("USER") == ["10001:10001"]
    assert INSTRUCTIONS.index(["USER", "10001:10001"]) < [line[0] for line in INSTRUCTIONS].index("ENTRYPOINT")


def test_it_installs_only_what_is_pinned_by_hash() -> None:
    assert "pip install" in " ".join(arguments("RUN"))
    assert unpinned(arguments("RUN")) == []


def test_planted_bases_and_installations_are_found() -> None:
    assert len(moving(["python:3.12-slim", "python@sha256:" + "0" * 63, "python:latest AS build"])) == 3
    assert len(unpinned(["pip install --require-hashes -r x && pip install planted"])) == 1


def test_it_says_whether_it_lives_and_needs_no_shell_for_it() -> None:
    (check,) = arguments("HEALTHCHECK")
    assert re.search(r'CMD \["python",', check)


def test_nothing_enters_the_image_but_what_is_named() -> None:
    ignored = text(".dockerignore").splitlines()
    assert ignored[0] == "*"
    assert not [line for line in ignored if re.search(r"!.*(\.env|\.git|tests|\.db)", line)]


@pytest.mark.parametrize("instruction", ("ADD", "MAINTAINER", "SHELL", "ONBUILD"))
def test_instructions_that_fetch_or_surprise_are_not_used(instruction: str) -> None:
    assert arguments(instruction) == []
