"""`incidentbot effects …`: what is still to be told, what was given up, and trying it again."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from incidentbot.store import Store
    from incidentbot.store.parked import Seen

effects = typer.Typer(
    help="See what is still to be told to Slack and NopeSight, and try again what was given up.", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
Team = Annotated[str | None, typer.Option(help="The workspace (its team id), where more than one is installed.")]


class StateChoice(StrEnum):
    """What `--state` takes."""

    WAITING = "waiting"
    IN_FLIGHT = "in_flight"
    HELD = "held"
    PARKED = "parked"


@effects.command("list")
def list_(
    state: Annotated[list[StateChoice] | None, typer.Option(help="May be given more than once.")] = None,
    incident: Annotated[str, typer.Option(help="Those of one incident, such as INC-42.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 100,
    as_json: Json = False,
    team: Team = None,
) -> None:
    """List what is not told, the oldest first; without --state, what was given up and what is held."""
    from incidentbot.cli.desk import refuse
    from incidentbot.domain.reference import parse_reference
    from incidentbot.domain.refusals import IncidentNotFound

    number = parse_reference(incident) if incident else None
    if incident and number is None:
        refuse(IncidentNotFound(incident[:80]), as_json=as_json)
    wanted = [one.value for one in state or (StateChoice.PARKED, StateChoice.HELD)]
    with _at(team, as_json=as_json) as (store, team_id), store.read(team_id) as tx:
        _show(tx.parked.page(wanted, incident=number, limit=limit), as_json=as_json)


@effects.command()
def replay(
    effect: Annotated[str, typer.Argument(help="The effect's id, as `list` shows it.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Everything that was given up.")] = False,
    as_json: Json = False,
    team: Team = None,
) -> None:
    """Try again what was given up, after its cause was put right. What may have arrived is looked up first."""
    from incidentbot.cli.desk import ACTOR
    from incidentbot.usecases.replay import replay as replay_effects

    if bool(effect) == every:
        raise typer.BadParameter("name one effect, or say --all")
    with _at(team, as_json=as_json) as (store, team_id):
        chosen = replay_effects(store, team_id, ACTOR, effect)
        if as_json:
            _show(chosen, as_json=True)
        else:
            print(f"{len(chosen)} will be tried again." if chosen else "Nothing was given up.")


@effects.command("look-up")
def look_up(as_json: Json = False, team: Team = None) -> None:
    """After the database was restored from a backup, before serving: look for each message that waits, then send it."""
    from incidentbot.cli.desk import ACTOR
    from incidentbot.usecases.look_up import look_up as look_up_effects

    with _at(team, as_json=as_json) as (store, team_id):
        count = look_up_effects(store, team_id, ACTOR)
        print(json.dumps({"effects": count}) if as_json else f"{count} will be looked for before they are sent.")


@effects.command()
def park(
    effect: Annotated[str, typer.Argument(help="The effect's id, as `list` shows it.")],
    reason: Annotated[list[str], typer.Argument(help="Why it need not be told any more.")],
    as_json: Json = False,
    team: Team = None,
) -> None:
    """Give up one that waits, so that what stands behind it goes on. `replay` takes that back."""
    from incidentbot.cli.desk import ACTOR
    from incidentbot.cli.incidents import typed
    from incidentbot.usecases.park import park as park_effect

    with _at(team, as_json=as_json) as (store, team_id):
        parked = park_effect(store, team_id, ACTOR, effect, typed(reason))
        if as_json:
            _show([parked], as_json=True)
        else:
            print(f"{parked.kind} of INC-{parked.incident} is given up.")


@contextmanager
def _at(team: str | None, *, as_json: bool) -> Iterator[tuple["Store", str]]:
    """The store and the workspace's id."""
    from incidentbot.cli.desk import opened

    with opened(team, as_json=as_json) as (store, workspace):
        yield store, workspace.team_id


def _show(found: Sequence["Seen"], *, as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    if as_json:
        print(json.dumps([_shape(one) for one in found], indent=2, ensure_ascii=False))
        return
    if not found:
        print("Nothing.")
        return
    # The id is what `replay` wants: it is never cut.
    table = Table(
        Column("Effect", no_wrap=True, min_width=32),
        "What",
        "Incident",
        "State",
        "Since",
        "Tries",
        "Problem",
        box=None,
        pad_edge=False,
    )
    for one in found:
        since = f"{one.created_at:%Y-%m-%d %H:%M} UTC"
        table.add_row(
            one.id,
            one.kind,
            f"INC-{one.incident}",
            one.state,
            since,
            str(one.attempts),
            Text(one.problem or "–"),  # noqa: RUF001 (a dash for nothing)
        )
    Console(highlight=False, soft_wrap=True).print(table)


def _shape(one: "Seen") -> dict[str, Any]:
    moments = {name: getattr(one, name).isoformat().replace("+00:00", "Z") for name in ("created_at", "due_at")}
    return {**asdict(one), **moments, "incident": f"INC-{one.incident}" if one.incident else ""}
