"""What the doctor found, for the one person who asked: what is not well first, each with its remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from incidentbot.domain.doctor import Finding, Verdict
from incidentbot.languages import said
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, capital, code, escape, fill, fit, joined, number

TEXT_LIMIT: Final = 3900
SHOWN: Final = 12
_SIGN: Final[Mapping[Verdict, Escaped]] = {
    Verdict.FAIL: fill("❌"),
    Verdict.WARN: fill("⚠️"),
    Verdict.OFF: fill("⚪"),
    Verdict.OK: fill("✅"),
}


def looking() -> Message:
    """It takes a moment."""
    return Message(fill("🩺 Looking at everything; what is found follows in a moment."))


def checkup(findings: Sequence[Finding]) -> Message:
    """Every line that needs somebody, then how many do not."""
    wanted = [finding for verdict in (Verdict.FAIL, Verdict.WARN) for finding in _of(findings, verdict)]
    lines = [_line(finding) for finding in wanted[:SHOWN]]
    more = len(wanted) - len(lines)
    if more:
        lines.append(fill("…and {more} more: see {cli}.", more=number(more), cli=code("incidentbot doctor")))
    quiet = _quiet(findings)
    shown = [blocks.section(line) for line in lines]
    head = _head(findings)
    text = fit(joined([head, *lines, quiet], "\n"), TEXT_LIMIT)
    return Message(text, (blocks.section(head), *shown, *([blocks.context([quiet])] if quiet else [])))


def _of(findings: Sequence[Finding], verdict: Verdict) -> list[Finding]:
    return [finding for finding in findings if finding.verdict is verdict]


def _head(findings: Sequence[Finding]) -> Escaped:
    failing, doubtful = len(_of(findings, Verdict.FAIL)), len(_of(findings, Verdict.WARN))
    if failing:
        return fill("🩺 *{n} of {all} things do not work.*", n=number(failing), all=number(len(findings)))
    if doubtful:
        return fill(
            "🩺 *Everything works; {n} of {all} things want a look.*", n=number(doubtful), all=number(len(findings))
        )
    return fill("🩺 *All {all} things are well.*", all=number(len(findings)))


def _line(finding: Finding) -> Escaped:
    where = fill(" in {team}", team=escape(finding.workspace, 40)) if finding.workspace else NOTHING
    return fill(
        "{sign} {name}{where}: {sentence} {remedy}",
        sign=_SIGN[finding.verdict],
        name=code(finding.name, 80),
        where=where,
        sentence=escape(said(finding.sentence), 400),
        remedy=fill("_{remedy}_", remedy=escape(said(finding.remedy), 300)) if finding.remedy else NOTHING,
    )


def _quiet(findings: Sequence[Finding]) -> Escaped:
    """What needs nobody, by name."""
    parts = [
        fill("{sign} {names}", sign=_SIGN[verdict], names=escape(", ".join(dict.fromkeys(found)), 800))
        for verdict in (Verdict.OK, Verdict.OFF)
        if (found := [finding.name for finding in _of(findings, verdict)])
    ]
    return capital(joined(parts, " · "))
