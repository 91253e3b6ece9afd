"""What the doctor finds: one sentence a thing looked at, and one on what to do where it is not well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a thing is. `off` is what is not used, on purpose or for want of a setting, and keeps nothing else from
    working; `warn` works, but not as it should; `fail` does not.
    """

    OK = "ok"
    OFF = "off"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at (`name`, such as slack.token), how it is, and the remedy, "" where none is needed.

    `workspace` is the team id of what concerns one workspace alone. Nothing secret is in any of it.
    """

    name: str
    verdict: Verdict
    sentence: str
    remedy: str = ""
    workspace: str = ""


def well(name: str, sentence: str) -> Finding:
    """It is as it should be."""
    return Finding(name, Verdict.OK, sentence)


def unused(name: str, sentence: str, remedy: str = "") -> Finding:
    """It is not used; `remedy` is how it would be."""
    return Finding(name, Verdict.OFF, sentence, remedy)


def doubtful(name: str, sentence: str, remedy: str) -> Finding:
    """It works, but somebody should look."""
    return Finding(name, Verdict.WARN, sentence, remedy)


def failing(name: str, sentence: str, remedy: str) -> Finding:
    """It does not work until somebody does something."""
    return Finding(name, Verdict.FAIL, sentence, remedy)


def worst(findings: Iterable[Finding]) -> Verdict:
    """The verdict on all of it; nothing found is well."""
    order: Sequence[Verdict] = tuple(Verdict)
    return max((finding.verdict for finding in findings), key=order.index, default=Verdict.OK)
