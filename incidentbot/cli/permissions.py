"""`incidentbot permissions …`: who may do what, and why."""

from typing import Annotated

import typer

from incidentbot.cli.incidents import Json, Team

permissions = typer.Typer(help="See who may do what, and why.", no_args_is_help=True)


@permissions.callback()
def _permissions() -> None:
    """See who may do what, and why."""


@permissions.command()
def explain(
    who: Annotated[str, typer.Argument(metavar="USER", help="A user id, or a name such as @ana.")],
    action: Annotated[str, typer.Argument(help="A subcommand or an action, such as ack or resolve.")],
    as_json: Json = False,
    team: Team = None,
) -> None:
    """Tell which role somebody has, by what, and whether it lets them do something."""
    from incidentbot.cli.desk import desk

    with desk(team, as_json=as_json) as at:
        at.explain(who, action)
