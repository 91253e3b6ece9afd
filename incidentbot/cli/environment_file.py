"""The file of variables that the set-up writes: for the owner's eyes alone, and never over another unsaid."""

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+=,#?&~-]*", re.ASCII)
HEADING: Final = """\
# Written by incidentbot setup. Secrets: keep it for yourself.
# In a shell:  set -a; . ./{name}; set +a
"""


def write(path: Path, values: Mapping[str, str]) -> Path | None:
    """Write `values` so that only the owner may read them. What stood there is kept beside it; answers where.

    A reader sees the old file or the new one, never half of it.
    """
    lines = [f"{name}={_quoted(value)}\n" for name, value in values.items()]
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(HEADING.format(name=path.name))
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    kept = _kept(path)
    fresh.replace(path)
    return kept


def read(path: Path) -> dict[str, str]:
    """The variables in a file that `write` wrote."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: "".join(shlex.split(value)) if value[:1] == "'" else value for name, _, value in pairs}


def _kept(path: Path) -> Path | None:
    """Put the file aside under a name that nothing has."""
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.old{number}")).exists():
        number += 1
    path.rename(aside)
    aside.chmod(0o600)
    return aside


def _quoted(value: str) -> str:
    """As shells, systemd and Docker all read it; what needs quotes is none of ours, but may be a password's."""
    return value if _PLAIN.fullmatch(value) else shlex.quote(value)
