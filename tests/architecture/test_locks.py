"""The locks pin what pyproject.toml asks for, by hash, from whichever index the user has."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import text

RUN, DEV = "requirements/run.txt", "requirements/dev.txt"


def _pins(lock: str) -> list[tuple[Requirement, int]]:
    """Each pinned requirement with the number of its hashes."""
    entries = re.split(r"\n(?=\S)", text(lock).strip())
    return [(Requirement(entry.partition("\\")[0].strip()), entry.count("--hash=sha256:")) for entry in entries]


def _asked_for(project: dict[str, Any], lock: str) -> list[Requirement]:
    runtime = project["project"]["dependencies"]
    return [Requirement(line) for line in (runtime + project["dependency-groups"]["dev"] if lock == DEV else runtime)]


@pytest.mark.parametrize("lock", (RUN, DEV))
def test_everything_is_pinned_to_hashes(lock: str) -> None:
    loose = [str(pin) for pin, hashes in _pins(lock) if hashes == 0 or not str(pin.specifier).startswith("==")]
    assert loose == []


@pytest.mark.parametrize("lock", (RUN, DEV))
def test_no_lock_names_an_address(lock: str) -> None:
    assert re.findall(r"https?:|file:|^-(?!-hash).*", re.sub(r"\n\s+", " ", text(lock)), re.MULTILINE) == []


@pytest.mark.parametrize("lock", (RUN, DEV))
def test_the_lock_is_as_new_as_the_project(lock: str) -> None:
    pinned: dict[str, list[str]] = {}
    for pin, _ in _pins(lock):
        pinned.setdefault(canonicalize_name(pin.name), []).append(str(pin.specifier).removeprefix("=="))
    stale = [
        str(asked)
        for asked in _asked_for(tomllib.loads(text("pyproject.toml")), lock)
        if not any(asked.specifier.contains(version) for version in pinned.get(canonicalize_name(asked.name), ()))
    ]
    assert stale == [], "run `make lock`"


def test_both_locks_agree() -> None:
    assert {str(pin) for pin, _ in _pins(RUN)} <= {str(pin) for pin, _ in _pins(DEV)}
