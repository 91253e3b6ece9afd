"""`incidentbot doctor`: what is not well, and what to do about it."""

from typing import Annotated

import typer

from incidentbot.cli.effects import Json, Team


def doctor(
    url: Annotated[
        str, typer.Option(help="Where the service is reached; else INCIDENTBOT_BASE_URL, else http://127.0.0.1:3000.")
    ] = "",
    timeout: Annotated[float, typer.Option(min=1, max=600, help="Seconds that one look may take.")] = 8.0,
    as_json: Json = False,
    team: Team = None,
) -> None:
    """Look at settings, database, Slack, NopeSight and what waits; ends with 1 if anything fails."""
    from incidentbot.cli.examining import print_checkup

    print_checkup(url, team or "", timeout, as_json=as_json)
