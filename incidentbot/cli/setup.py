"""`incidentbot setup`: from nothing to the first incident."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Transport(StrEnum):
    """How Slack reaches the service."""

    SOCKET = "socket"
    HTTP = "http"


def setup(  # noqa: PLR0913, PLR0917 - an option each
    transport: Annotated[
        Transport | None, typer.Option(help="socket needs no address; http is for one that Slack can call.")
    ] = None,
    url: Annotated[str, typer.Option(help="The public address of this service, for --transport http.")] = "",
    bot_token: Annotated[str, typer.Option(envvar="SLACK_BOT_TOKEN", help="xoxb-… of OAuth & Permissions.")] = "",
    app_token: Annotated[str, typer.Option(envvar="SLACK_APP_TOKEN", help="xapp-… with connections:write.")] = "",
    signing_secret: Annotated[str, typer.Option(envvar="SLACK_SIGNING_SECRET", help="Of Basic Information.")] = "",
    incidents_channel: Annotated[str, typer.Option(envvar="SLACK_INCIDENTS_CHANNEL")] = "#incidents",
    alerts_channel: Annotated[str, typer.Option(envvar="SLACK_ALERTS_CHANNEL")] = "#alerts",
    database_url: Annotated[
        str, typer.Option(envvar="DATABASE_URL", help="Default: incidentbot.db beside the file of variables.")
    ] = "",
    nopesight_url: Annotated[str, typer.Option(envvar="NOPESIGHT_API_URL")] = "",
    nopesight_token: Annotated[str, typer.Option(envvar="NOPESIGHT_API_TOKEN", help="Without it, no NopeSight.")] = "",
    slack_api_url: Annotated[str, typer.Option(envvar="SLACK_API_URL", help="Of the sandbox, or a gateway.")] = "",
    env_file: Annotated[Path, typer.Option(help="The file of variables that is written.")] = Path("incidentbot.env"),
    manifest_file: Annotated[Path, typer.Option(help="The app's manifest.")] = Path("manifest.json"),
    steps: Annotated[
        bool, typer.Option("--steps/--no-steps", help="Steps of Workflow Builder, which need a paid plan.")
    ] = False,
    create_channels: Annotated[
        bool, typer.Option("--create-channels/--no-create-channels", help="Make channels that are not there.")
    ] = True,
    test_incident: Annotated[
        bool, typer.Option("--test-incident/--no-test-incident", help="Post a first incident at the end.")
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of variables; the old one is kept.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: what no option says is left at its default.")
    ] = False,
) -> None:
    """Make the app, try its tokens, find or make the channels, write the variables, and post a first incident."""
    from incidentbot.cli.guide import Guide, Wishes

    given = {
        "SLACK_BOT_TOKEN": bot_token,
        "SLACK_APP_TOKEN": app_token,
        "SLACK_SIGNING_SECRET": signing_secret,
        "SLACK_API_URL": slack_api_url,
        "SLACK_INCIDENTS_CHANNEL": incidents_channel,
        "SLACK_ALERTS_CHANNEL": alerts_channel,
        "DATABASE_URL": database_url,
        "NOPESIGHT_API_URL": nopesight_url,
        "NOPESIGHT_API_TOKEN": nopesight_token,
    }
    wishes = Wishes(
        given={name: value for name, value in given.items() if value},
        transport=transport.value if transport else "",
        url=url.rstrip("/"),
        env_file=env_file,
        manifest_file=manifest_file,
        steps=steps,
        create_channels=create_channels,
        test_incident=test_incident,
        force=force,
        yes=yes,
    )
    Guide(wishes).run()
