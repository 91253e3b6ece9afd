"""`incidentbot keys …`: the keys by which tokens are kept encrypted."""

import typer

keys = typer.Typer(help="Make and change the keys of secrets at rest.", no_args_is_help=True)


@keys.command()
def generate() -> None:
    """Print a new key for INCIDENTBOT_SECRET_KEY."""
    from incidentbot.store.secret_box import make_key

    print(make_key())


@keys.command()
def rotate() -> None:
    """Encrypt everything with the first key of INCIDENTBOT_SECRET_KEY; the service may go on running."""
    from incidentbot.cli.rotating import rotated

    rotated()
