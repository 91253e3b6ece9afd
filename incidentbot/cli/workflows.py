"""`incidentbot workflows …`: which there are, what they would do, what their runs came to, and running one again."""

from typing import TYPE_CHECKING, Annotated

import typer

from incidentbot.cli.incidents import Json, Team

if TYPE_CHECKING:
    from incidentbot.domain.workflows import Workflow

workflows = typer.Typer(help="See and try out the workflows of the settings, and their runs.", no_args_is_help=True)

Inputs = Annotated[list[str] | None, typer.Option("--input", metavar="NAME=VALUE", help="May be given more than once.")]


@workflows.callback()
def _workflows() -> None:
    """See and try out the workflows of the settings, and their runs."""


@workflows.command("list")
def list_(as_json: Json = False) -> None:
    """List the workflows of the settings, with their paths and inputs."""
    from incidentbot.cli.runs import print_workflows

    print_workflows(list(_configured().values()), as_json=as_json)


@workflows.command("test")
def try_out(
    slug: Annotated[str, typer.Argument(help="The last segment of its path.")],
    title: Annotated[str, typer.Option(help="The title that a request would bring.")] = "",
    inputs: Inputs = None,
    as_json: Json = False,
) -> None:
    """Say what a request would do, without doing it; no database is needed."""
    from incidentbot.cli.runs import print_trial

    print_trial(_named(slug), title, inputs or [], as_json=as_json)


@workflows.command()
def runs(
    slug: Annotated[str, typer.Argument(help="Those of one workflow.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: Json = False,
    team: Team = None,
) -> None:
    """List what ran, the newest first, with what came of each action."""
    from incidentbot.cli.desk import opened
    from incidentbot.cli.runs import print_runs
    from incidentbot.queries.workflows import workflow_runs

    with opened(team, as_json=as_json) as (store, home):
        print_runs(workflow_runs(store, home.team_id, slug, limit), as_json=as_json)


@workflows.command()
def redeliver(
    run: Annotated[str, typer.Argument(help="The run's id, as `runs` shows it.")],
    every: Annotated[bool, typer.Option("--all", help="Every action, also those that were done.")] = False,
    as_json: Json = False,
    team: Team = None,
) -> None:
    """Run it again with what it was given, by the settings as they are now: the actions that came to nothing."""
    from incidentbot.cli.desk import opened
    from incidentbot.cli.runs import run_again

    with opened(team, as_json=as_json) as (store, home):
        run_again(store, home.team_id, run, every=every, as_json=as_json)


def _configured() -> "dict[str, Workflow]":
    from incidentbot.bootstrap import workflows_of
    from incidentbot.cli.starting import settings_for

    return workflows_of(settings_for("workflows").file)


def _named(slug: str) -> "Workflow":
    from incidentbot.cli.starting import fail

    known = _configured()
    if slug not in known:
        fail(f'The settings have no workflow "{slug}". They have: {", ".join(known) or "none"}.')
    return known[slug]
