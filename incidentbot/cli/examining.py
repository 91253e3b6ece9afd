"""What the doctor found, in the terminal: a line a thing, and below it what to do."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import typer
from rich.console import Console
from rich.text import Text

from incidentbot import log
from incidentbot.bootstrap import build
from incidentbot.cli.starting import checked
from incidentbot.domain.doctor import Finding, Verdict, failing, worst
from incidentbot.settings import SettingsError

_STYLE: Final[Mapping[Verdict, tuple[str, str]]] = {
    Verdict.OK: ("✓ ok  ", "green"),
    Verdict.OFF: ("– off ", "dim"),  # noqa: RUF001 (a dash for nothing)
    Verdict.WARN: ("! warn", "yellow"),
    Verdict.FAIL: ("✗ FAIL", "bold red"),
}


def print_checkup(url: str, team: str, seconds: float, *, as_json: bool) -> None:
    """Examine and print; ends the process with 1 if anything fails."""
    findings = _findings(url, team, seconds)
    verdict = worst(findings)
    if as_json:
        told = [{**asdict(finding), "verdict": finding.verdict.value} for finding in findings]
        print(json.dumps({"verdict": verdict.value, "findings": told}, indent=2, ensure_ascii=False))
    else:
        _print(findings)
    if verdict is Verdict.FAIL:
        raise typer.Exit(1)


def _findings(url: str, team: str, seconds: float) -> Sequence[Finding]:
    try:
        settings = checked("doctor")
    except SettingsError as error:
        # Nothing else can be looked at: everything else depends on some setting.
        return [failing("settings", f"{one.name} {one.what}.", one.remedy) for one in error.problems]
    log.configure(settings.log_format, "error", secrets=settings.secrets())
    service = build(settings)
    try:
        return asyncio.run(service.examine(url, team, seconds))
    finally:
        service.close()


def _print(findings: Sequence[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    width = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        sign, style = _STYLE[finding.verdict]
        where = f" [{finding.workspace}]" if finding.workspace else ""
        console.print(Text.assemble((sign, style), f"  {finding.name:<{width}}  {finding.sentence}{where}"))
        if finding.remedy:
            console.print(
                Text(f"{'':<{width + 8}}  → {finding.remedy}", style="" if finding.verdict in _URGENT else "dim")
            )
    console.print(Text(_summary(findings)))


_URGENT: Final = frozenset({Verdict.FAIL, Verdict.WARN})


def _summary(findings: Sequence[Finding]) -> str:
    counts: dict[str, Any] = {verdict.value: sum(one.verdict is verdict for one in findings) for verdict in Verdict}
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
