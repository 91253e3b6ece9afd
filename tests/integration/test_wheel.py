"""What `pip install` gives: the whole service, its migrations included, far from the checkout."""

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from alembic.runtime.migration import MigrationContext

from tests.databases import CHECKOUT, connected, migrations, sqlite_url


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=CHECKOUT, check=True)
    (built,) = folder.glob("*.whl")
    return zipfile.Path(built)


def test_it_holds_the_package_with_its_types_and_every_migration(wheel: zipfile.Path) -> None:
    revisions = {Path(step.path).name for step in migrations().walk_revisions()}
    names = set(wheel.root.namelist())
    assert names >= {f"incidentbot/_migrations/versions/{name}" for name in revisions}
    assert names >= {"incidentbot/_migrations/env.py", "incidentbot/py.typed", "incidentbot/__main__.py"}


def test_it_holds_nothing_of_the_checkout_but_the_package(wheel: zipfile.Path) -> None:
    assert {name.partition("/")[0] for name in wheel.root.namelist()} == {"incidentbot", "incidentbot-0.1.0.dist-info"}


def test_it_holds_the_page_of_the_sandbox(wheel: zipfile.Path) -> None:
    page = CHECKOUT / "incidentbot" / "sandbox" / "page"
    shipped = {file for folder in ("static", "templates") for file in (page / folder).rglob("*") if file.is_file()}
    names = {file.relative_to(CHECKOUT).as_posix() for file in (*shipped, page / "emoji.tsv")}
    assert set(wheel.root.namelist()) >= names
    assert len(names) > 50


def test_it_names_its_licence_and_its_command(wheel: zipfile.Path) -> None:
    about = wheel / "incidentbot-0.1.0.dist-info"
    assert Parser().parsestr((about / "METADATA").read_text())["License-Expression"] == "MIT"
    assert "incidentbot = incidentbot.cli:main" in (about / "entry_points.txt").read_text()


def test_installed_it_migrates_a_database(wheel: zipfile.Path, tmp_path: Path) -> None:
    wheel.root.extractall(tmp_path / "site")
    url = sqlite_url(tmp_path / "installed.db")
    environment = {"PYTHONPATH": str(tmp_path / "site"), "DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "incidentbot", "migrate"], cwd=tmp_path, env=environment, check=True)
    with connected(url) as connection:
        assert [MigrationContext.configure(connection).get_current_revision()] == migrations().get_heads()
