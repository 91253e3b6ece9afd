"""The documentation is a site on which every page is found, no link leads nowhere, and nothing is fetched elsewhere."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from incidentbot.settings_file import read_config
from tests.architecture.source import CHECKOUT, files, text

PAGES: Final = {name.removeprefix("docs/") for name in files() if re.fullmatch(r"docs/.*\.md", name)}
SNIPPET: Final = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
ELSEWHERE: Final = re.compile(r"""<(?:script|img|link|iframe)[^>]+(?:src|href)=["']?(?:https?:)?//""")


def listed(nav: Any) -> Iterator[str]:
    """The pages of the navigation, at whatever depth."""
    if isinstance(nav, str):
        yield nav
        return
    for one in nav.values() if isinstance(nav, dict) else nav:
        yield from listed(one)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is built, from a copy: a build writes beside its source."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(CHECKOUT / "zensical.toml", folder)
    shutil.copytree(CHECKOUT / "docs", folder / "docs")
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder / "build/site"


def test_every_page_is_found_once_by_the_navigation() -> None:
    nav = list(listed(tomllib.loads(text("zensical.toml"))["project"]["nav"]))
    assert sorted(nav) == sorted(PAGES)


def test_no_link_leads_nowhere_and_every_page_is_built(site: Path) -> None:
    built = {str(path.parent.relative_to(site)) for path in site.rglob("index.html")}
    assert {page.removesuffix(".md").replace("index", ".") for page in PAGES} <= built


def test_whoever_reads_a_page_fetches_nothing_from_elsewhere(site: Path) -> None:
    fetching = [path for path in site.rglob("*.html") if ELSEWHERE.search(path.read_text("utf-8"))]
    assert fetching == []


@pytest.mark.parametrize("page", sorted(page for page in PAGES if SNIPPET.search(text(f"docs/{page}"))))
def test_what_the_docs_write_into_the_file_is_taken_by_it(page: str) -> None:
    for snippet in SNIPPET.findall(text(f"docs/{page}")):
        read_config(snippet.replace("…", "x" * 32))  # what everybody fills in themselves


def test_a_planted_address_that_a_page_would_fetch_is_found() -> None:
    for tag in (
        '<script src="//x.example/y.js">',
        "<link href=https://x.example/y.css>",
        '<img src="http://x.example/y">',
    ):
        assert ELSEWHERE.search(tag)
    assert list(listed(["a.md", {"B": ["b.md", {"C": "c.md"}]}])) == ["a.md", "b.md", "c.md"]
