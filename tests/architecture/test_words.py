"""Words and addresses that have no place in what is committed."""

import re

import pytest

from tests.architecture.source import files, text

# A letter in brackets, so that this file does not hold them itself.
UNFINISHED = re.compile(r"\b(T[O]DO|FIXM[E]|X[X]X|HAC[K]|NotImplemented[E]rror)\b")
PATHS_OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/")
REGISTRIES = re.compile(
    r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|yarnpk[g]\.com|crate[s]\.io|"
    r"rubygem[s]\.org|proxy\.golan[g]\.org|deb\.debia[n]\.org|--(?:extra-)?inde[x]-url"
)
# A suppression names its code and, after a dash or in a further comment, says why.
SUPPRESSION = re.compile(r"#\s*(?:ruff:\s*)?noqa|#\s*type:\s*ignore", re.IGNORECASE)
REASONED = re.compile(
    r"#\s*(?:ruff:\s*)?noqa:\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*\s*(?:#|-|–|—|\()\s*\w+|"
    r"#\s*type:\s*ignore\[[\w\-, ]+\]\s*(?:#|-|–|—)\s*\w+"
)
EVASIVE = re.compile(r"(?:^|[/_])(?:utils?|helpers?|managers?|misc|common)(?:\.py|/|_|$)")
EVASIVE_CLASS = re.compile(r"^class \w*(?:Manager|Helper|Utils?)\b", re.MULTILINE)


def _lines(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    return [
        f"{name}:{number} {line.strip()}"
        for name in names
        for number, line in enumerate(text(name).splitlines(), start=1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("pattern", (UNFINISHED, PATHS_OF_A_MACHINE, REGISTRIES), ids=("unfinished", "paths", "hosts"))
def test_nothing_committed_holds(pattern: re.Pattern[str]) -> None:
    # `make lock` has to name the option that keeps addresses out of the locks.
    found = [line for line in _lines(pattern, list(files())) if "--no-emit-index-url" not in line]
    assert found == []


def test_every_suppression_names_its_code_and_its_reason() -> None:
    python = [name for name in files() if name.endswith(".py") and name != "tests/architecture/test_words.py"]
    assert [line for line in _lines(SUPPRESSION, python) if not REASONED.search(line)] == []


def test_a_module_is_named_for_what_it_is_about() -> None:
    python = [name for name in files() if name.endswith(".py")]
    assert [name for name in python if EVASIVE.search(name)] == []
    assert [name for name in python if EVASIVE_CLASS.search(text(name))] == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    (
        (UNFINISHED, "# TO" + "DO: later"),
        (UNFINISHED, "raise Not" + "ImplementedError"),
        (PATHS_OF_A_MACHINE, "see /ro" + "ot/x/y"),
        (PATHS_OF_A_MACHINE, "see /home" + "/ana/x"),
        (REGISTRIES, "https://py" + "pi.org/simple"),
        (EVASIVE, "incidentbot/store/ut" + "ils.py"),
        (EVASIVE, "incidentbot/help" + "ers/x.py"),
        (EVASIVE_CLASS, "class Incident" + "Manager:"),
    ),
)
def test_a_planted_word_is_found(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


@pytest.mark.parametrize(
    "line", ("x  # no" + "qa", "x  # no" + "qa: E501", "x  # type: ig" + "nore", "x  # type: ig" + "nore[x]")
)
def test_a_planted_suppression_without_code_and_reason_is_found(line: str) -> None:
    assert SUPPRESSION.search(line)
    assert not REASONED.search(line)
