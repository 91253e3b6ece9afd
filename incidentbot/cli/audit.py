"""`incidentbot audit …`: the chain of who did what, checked, exported, and without somebody's data."""

from typing import Annotated

import typer

from incidentbot.cli.incidents import Json, Team

audit = typer.Typer(help="Check and export the record of who did what.", no_args_is_help=True)

AllTeams = Annotated[str | None, typer.Option("--team", help="The workspace (its team id) alone; otherwise all.")]


@audit.command()
def verify(
    anchor: Annotated[
        list[str] | None, typer.Option(help="An end of a chain that was kept elsewhere, as TEAM:ROW:HASH.")
    ] = None,
    team: AllTeams = None,
    as_json: Json = False,
) -> None:
    """Check every chain; ends with 1 and names the first bad row where one is broken."""
    from incidentbot.cli.auditing import verified

    verified(team, anchor or (), as_json=as_json)


@audit.command()
def export(team: AllTeams = None) -> None:
    """Print every row as a line of JSON, and where each chain ends, to be kept elsewhere."""
    from incidentbot.cli.auditing import exported

    exported(team)


@audit.command("erase-person")
def erase_person(
    person: Annotated[str, typer.Argument(metavar="USER", help="The Slack user id.")], team: Team = None
) -> None:
    """Take a person's id, name and address out of everything that is kept; the chains still verify."""
    from incidentbot.cli.desk import desk

    with desk(team, as_json=False) as at:
        at.erase(person)
