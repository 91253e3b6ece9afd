"""A third language needs a file and nothing else: in one that nobody speaks, no English is left over."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog

from scripts.catalogue import template, written

CHECKOUT: Final = Path(__file__).parents[3]
# A language that gettext and Unicode know, and that we do not have.
LANGUAGE: Final = "eo"
OTHER: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "áƀćđéƒǵħíĵķĺɱńóṕɋŕśťúṽẃẋýźÁɃĆĐÉƑǴĦÍĴĶĹṀŃÓṔɊŔŚŤÚṼẂẊÝŹ"
)
# What is filled in, what is typed, and mentions, links and dates stay as they are in every language.
KEPT: Final = re.compile(r"\{[^{}]*\}|`[^`]*`|<[^<>]*>")
# Names, references, units of time, what the story itself wrote, and what programs call things.
NAMES: Final = frozenset(
    {"Zzqq", "INC", "UTC", "min", "Ana", "Ferreira", "ana", "Europe", "Lisbon", "incident", "daily", "summary"}
)
WORD: Final = re.compile(r"[A-Za-z]{3,}")


def other(sentence: str) -> str:
    """The sentence as nobody says it, with the same facts and markup."""
    kept, parts = KEPT.findall(sentence), KEPT.split(sentence)
    shown = [part.translate(OTHER) for part in parts]
    return "".join(piece for pair in zip(shown, [*kept, ""], strict=True) for piece in pair)


def left_over(text: str) -> set[str]:
    """English in a text that should have none."""
    return {word for word in WORD.findall(KEPT.sub(" ", text)) if word not in NAMES}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The service as it is installed, with one more file."""
    made = tmp_path_factory.mktemp("installed")
    shutil.copytree(CHECKOUT / "incidentbot", made / "incidentbot", ignore=shutil.ignore_patterns("__pycache__"))
    for beside in ("migrations", "tests", "scripts", "pyproject.toml"):
        (made / beside).symlink_to(CHECKOUT / beside)
    catalogue = Catalog(locale=LANGUAGE, charset="utf-8")
    for message in template():
        if message.id:
            forms = [other(form) for form in ([message.id] if isinstance(message.id, str) else message.id)]
            catalogue.add(message.id, tuple(forms) if len(forms) > 1 else forms[0], locations=message.locations)
    written(made / "incidentbot" / "languages" / f"{LANGUAGE}.po", catalogue)
    return made


def test_what_people_read_has_no_english_left_over(copy: Path, tmp_path: Path, sqlite_url: str) -> None:
    command = [sys.executable, "-m", "tests.functional.stories.third_language", LANGUAGE, sqlite_url, str(tmp_path)]
    ran = subprocess.run(
        command,
        cwd=copy,
        env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    read = json.loads(ran.stdout.splitlines()[-1])
    assert {"help", "form", "incident", "report"} <= {where for where, _ in read}
    assert [(where, sorted(found)) for where, text in read if (found := left_over(text))] == []
