"""`incidentbot rules`: what the rules of the settings would do, without doing it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

rules = typer.Typer(name="rules", help="Try out which events become incidents, and who is told.", no_args_is_help=True)


@rules.callback()
def _group() -> None:
    """Try out which events become incidents, and who is told."""


@rules.command("test")
def try_rules(
    file: Annotated[Path, typer.Argument(help="JSON: an event or delivery of NopeSight, or one of Alertmanager.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
    alone: Annotated[bool, typer.Option("--alone", help="By the settings alone: ask no database.")] = False,
    team: Annotated[str | None, typer.Option(help="The workspace (its team id), where several are installed.")] = None,
) -> None:
    """Say what would become of the file's events now, and why, with the notifications as they would read."""
    from incidentbot.bootstrap import SystemClock, policy_of
    from incidentbot.cli.present import decide_alone, decide_now
    from incidentbot.cli.starting import fail, settings_for
    from incidentbot.cli.trial import NoEvent, read_events

    settings = settings_for("rules")
    policy = policy_of(settings)
    try:
        body = file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    try:
        events = read_events(body, SystemClock().now())
    except NoEvent as error:
        fail(f"{file}: {error}.")
    asked = decide_alone(policy, events, "--alone") if alone else decide_now(settings, policy, events, team)
    if asked.alone:
        print(f"By the settings alone ({asked.alone}).", file=sys.stderr)
    _print(asked.decisions, policy, as_json=as_json)


def _print(decisions: Sequence[Any], policy: Any, *, as_json: bool) -> None:
    import json

    from incidentbot.cli.trial import as_facts, as_lines

    if as_json:
        print(json.dumps([as_facts(decision, policy) for decision in decisions], ensure_ascii=False, indent=2))
        return
    for place, decision in enumerate(decisions):
        print(*([""] if place else []), *as_lines(decision, policy), sep="\n")
