"""`incidentbot subscribers …`: the programs that follow incidents, how far behind each is, and telling one again."""

from typing import TYPE_CHECKING, Annotated

import typer

from incidentbot.cli.incidents import Json, Team

if TYPE_CHECKING:
    from incidentbot.settings import Settings

subscribers = typer.Typer(help="See and try out the programs that follow incidents.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Its name in the settings.")]


@subscribers.callback()
def _subscribers() -> None:
    """See and try out the programs that follow incidents."""


@subscribers.command("list")
def list_(as_json: Json = False) -> None:
    """List the subscribers of the settings, and what each has not been told."""
    from incidentbot.cli.following import print_subscribers

    print_subscribers(_configured(), as_json=as_json)


@subscribers.command("test")
def try_out(name: Name) -> None:
    """Send it a signed message of the type "ping", and say what it answered; no database is needed."""
    from incidentbot.cli.following import ping

    ping(_having(name), name)


@subscribers.command()
def redeliver(
    name: Name,
    ref: Annotated[str, typer.Argument(metavar="INCIDENT", help="Such as INC-42.")],
    since: Annotated[int, typer.Option(min=1, help="From this timeline entry on.")] = 1,
    as_json: Json = False,
    team: Team = None,
) -> None:
    """Tell it again what became of an incident, in order, whether or not it has heard of it."""
    from incidentbot.bootstrap import subscriptions_of
    from incidentbot.cli.desk import opened
    from incidentbot.cli.following import tell_again

    subscription = next(one for one in subscriptions_of(_having(name).file) if one.name == name)
    with opened(team, as_json=as_json) as (store, home):
        tell_again(store, home.team_id, subscription, ref, since=since, as_json=as_json)


def _configured() -> "Settings":
    from incidentbot.cli.starting import settings_for

    return settings_for("subscribers")


def _having(name: str) -> "Settings":
    from incidentbot.cli.starting import fail

    settings = _configured()
    known = [one.name for one in settings.file.subscribers]
    if name not in known:
        fail(f'The settings have no subscriber "{name}". They have: {", ".join(known) or "none"}.')
    return settings
