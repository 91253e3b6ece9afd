"""The release before this one, taken out of git; and the release after it, as far as its schema goes."""

import io
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from tests.databases import CHECKOUT, connected, migrations

# Where nothing bears a tag yet: a commit whose schema is older than the present one.
BEFORE_THE_FIRST: Final = "d6a4e4f"
# What a service needs of the checkout to run.
PARTS: Final = ("incidentbot", "migrations", "alembic.ini", "pyproject.toml")
NEXT: Final = '''
"""What the release after this one adds."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{head}"


def upgrade() -> None:
    op.create_table("of_the_next_release", sa.Column("id", sa.Integer, primary_key=True))
    for table in ("incidents", "effects", "timeline_entries", "inbox"):
        op.add_column(table, sa.Column("of_the_next_release", sa.Text))


def downgrade() -> None:
    for table in ("incidents", "effects", "timeline_entries", "inbox"):
        op.drop_column(table, "of_the_next_release")
    op.drop_table("of_the_next_release")
'''


class NotHere(Exception):
    """The release before cannot be had in this checkout; the message says why."""


@dataclass(frozen=True, slots=True)
class Release:
    """The code of a release in a folder of its own, and the newest revision that it knows."""

    name: str
    folder: Path
    head: str


def before(folder: Path) -> Release:
    """The newest tagged release before the present commit, unpacked into `folder`; NotHere where there is none."""
    if not (CHECKOUT / ".git").exists():
        raise NotHere("this is no clone: releases before are in git's history alone")
    tag = _git("describe", "--tags", "--abbrev=0", "HEAD^").stdout.decode().strip()
    name = tag or BEFORE_THE_FIRST
    archive = _git("archive", name, *PARTS)
    if archive.returncode:
        raise NotHere(f"{name} is not in this clone, which is shallow")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(folder, filter="data")
    config = Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    head = type(migrations()).from_config(config).get_current_head()
    return Release(name, folder, str(head))


def migrate_to_the_next(url: str, folder: Path) -> None:
    """Bring a database at our head to the schema of the release after this one, kept in `folder`."""
    shutil.copytree(CHECKOUT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = str(migrations().get_current_head())
    (folder / "versions" / "next.py").write_text(NEXT.format(head=head).lstrip(), encoding="utf-8")
    bring(url, folder)


def bring(url: str, scripts: Path) -> None:
    """Bring a database to the head of `scripts`."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    with connected(url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision(url: str) -> str:
    """The database's revision."""
    with connected(url) as connection:
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def _git(*words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(("git", *words), cwd=CHECKOUT, capture_output=True, check=False)
