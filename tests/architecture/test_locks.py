"""The locks pin what pyproject.toml asks for, by hash, from whichever index the user has."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import text

RUN, IMAGE, DEV = "requirements/run.txt", "requirements/image.txt", "requirements/dev.txt"


def _pins(lock: str) -> list[tuple[Requirement, int]]:
    return _pins_in(text(lock))


def _pins_in(content: str) -> list[tuple[Requirement, int]]:
    """Each pinned requirement with the number of its hashes."""
    entries = re.split(r"\n(?=\S)", content.strip())
    return [(Requirement(entry.partition("\\")[0].strip()), entry.count("--hash=sha256:")) for entry in entries]


def _asked_for(project: dict[str, Any], lock: str) -> list[Requirement]:
    asked = list(project["project"]["dependencies"])
    if lock in {IMAGE, DEV}:
        asked += project["project"]["optional-dependencies"]["traces"]
    if lock == DEV:
        asked += project["dependency-groups"]["dev"]
    return [Requirement(line) for line in asked]


def _loose(pins: list[tuple[Requirement, int]]) -> list[str]:
    return [str(pin) for pin, hashes in pins if hashes == 0 or not str(pin.specifier).startswith("==")]


def _addresses(content: str) -> list[str]:
    return re.findall(r"https?:|file:|^-(?!-hash).*", re.sub(r"\n\s+", " ", content), re.MULTILINE)


@pytest.mark.parametrize("lock", (RUN, IMAGE, DEV))
def test_everything_is_pinned_to_hashes(lock: str) -> None:
    assert _loose(_pins(lock)) == []


@pytest.mark.parametrize("lock", (RUN, IMAGE, DEV))
def test_no_lock_names_an_address(lock: str) -> None:
    assert _addresses(text(lock)) == []


@pytest.mark.parametrize(
    "entry", ("planted==1.0", "planted>=1.0 \\\n    --hash=sha256:0", "planted \\\n    --hash=sha256:0")
)
def test_a_planted_loose_pin_is_found(entry: str) -> None:
    assert len(_loose(_pins_in(f"sound==1 \\\n    --hash=sha256:0\n{entry}"))) == 1


@pytest.mark.parametrize("line", ("--extra-ind" + "ex-url x", "-e .", "planted @ https://x.example/planted.whl"))
def test_a_planted_address_is_found(line: str) -> None:
    assert _addresses(f"sound==1 \\\n    --hash=sha256:0\n{line}")


@pytest.mark.parametrize("lock", (RUN, IMAGE, DEV))
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


def test_all_locks_agree() -> None:
    run, image, dev = ({str(pin) for pin, _ in _pins(lock)} for lock in (RUN, IMAGE, DEV))
    assert run <= image <= dev
