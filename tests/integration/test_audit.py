"""Each look of `make audit` finds what is planted, and finds nothing in the project itself."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from scripts import audit

PINNED: Final = {"httpx": "0.28.1", "lark": "1.3.0"}


def advisories(folder: Path, **affected: Any) -> Path:
    package = {"ecosystem": "PyPI", "name": "HTTPX"}
    told = {"id": "PYSEC-0000-1", "summary": "planted", "affected": [{"package": package, **affected}]}
    (folder / "vulns").mkdir()
    (folder / "vulns" / "PYSEC-0000-1.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("affected", "found"),
    (
        ({"versions": ["0.28.1"]}, True),
        ({"versions": ["0.28.0"]}, False),
        ({"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "0.28.2"}]}]}, True),
        ({"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "0.28.1"}]}]}, False),
        ({"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0.28"}, {"last_affected": "0.28.1"}]}]}, True),
        ({"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0.29"}]}]}, False),
        ({"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, False),
    ),
)
def test_a_pinned_version_that_is_known_to_be_bad_is_found(
    tmp_path: Path, affected: dict[str, Any], found: bool
) -> None:
    assert bool(list(audit.known_weaknesses(PINNED, advisories(tmp_path, **affected)))) is found


def test_no_advisories_are_no_clean_bill(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(audit.known_weaknesses(PINNED, tmp_path))


# Written in two parts, so that this file holds none of them.
PLANTED: Final = {
    "a bot token": "xoxb-" + "1234567890123-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
    "an incoming webhook": "https://hooks.slack.com/services/" + "T0ABCDEFGH/B0ABCDEFGH/AbCdEfGhIjKlMnOpQrStUvWx",
    "a private key": "-----BEGIN RSA PRIVATE" + " KEY-----",
    "a key of AWS": "AKIA" + "QYLPMN5HHHFPZAM2",
    "a token of GitHub": "ghp_" + "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx",
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_secret_is_found_and_not_repeated(tmp_path: Path, planted: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(f"remember: {planted}\n", encoding="utf-8")
    found = list(audit.secrets([file]))
    assert len(found) == 1
    assert planted not in found[0]


def test_the_tree_holds_no_secret() -> None:
    assert list(audit.secrets(audit.tracked())) == []


def test_a_workflow_that_hands_its_rights_to_strangers_is_found(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "bad.yml").write_text(
        "on: pull_request_target\njobs:\n  bad:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: actions/checkout@v4\n      - run: echo ${{ github.event.pull_request.title }}\n",
        encoding="utf-8",
    )
    found = "".join(audit.weak_workflows(tmp_path / ".github"))
    assert "template-injection" in found
    assert "unpinned-uses" in found


def test_the_project_s_own_workflows_are_sound() -> None:
    assert list(audit.weak_workflows()) == []


def test_the_bill_of_materials_names_every_package_with_its_version() -> None:
    listed = json.loads(audit.bill_of_materials())["components"]
    assert {one["name"].lower().replace("_", "-"): one["version"] for one in listed} == audit.pins()


@pytest.mark.parametrize("advisory", ("{", None), ids=("broken", "none there"))
def test_a_look_that_cannot_be_taken_is_a_finding_and_the_others_are_taken(
    tmp_path: Path, advisory: str | None
) -> None:
    folder, notes, bill = tmp_path / "osv", tmp_path / "notes.txt", tmp_path / "build" / "sbom.json"
    folder.mkdir()
    if advisory:
        (folder / "advisory.json").write_text(advisory, encoding="utf-8")
    notes.write_text(PLANTED["a bot token"], encoding="utf-8")
    found = audit.look(folder, [notes], bill)
    assert "could not be looked at" in found["weaknesses"][0]
    assert len(found["secrets"]) == 1
    assert found["workflows"] == found["bill of materials"] == []
    assert bill.is_file()


def test_offline_nothing_is_found_by_advisories_about_others(tmp_path: Path) -> None:
    found = audit.look(advisories(tmp_path, versions=["0.0.1"]), [], tmp_path / "build" / "sbom.json")
    assert set(map(tuple, found.values())) == {()}
