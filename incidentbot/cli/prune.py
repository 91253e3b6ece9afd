"""`incidentbot prune`: what has been over for long is taken out of the database."""

from pathlib import Path
from typing import Annotated

import typer

from incidentbot.cli.incidents import Json, Team


def prune(
    older_than: Annotated[str, typer.Option(metavar="TIME", help="Over for longer than this, such as 400d.")],
    archive: Annotated[
        Path | None, typer.Option(help="First add each incident, with its timeline, to this file: a line of JSON each.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many incidents that would be.")] = False,
    as_json: Json = False,
    team: Team = None,
) -> None:
    """Take out resolved incidents whose time is over, and what belongs to none. The audit log stays, and verifies."""
    from incidentbot.cli.desk import opened
    from incidentbot.cli.pruning import Pruner, age_of

    age = age_of(older_than)
    with opened(team, as_json=as_json) as (store, home):
        pruner = Pruner(store, home, age, as_json=as_json)
        pruner.count() if dry_run else pruner.prune(archive)
