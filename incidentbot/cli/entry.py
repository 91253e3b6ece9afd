"""All commands of `incidentbot`, by name."""

from typing import Annotated

import typer

import incidentbot
from incidentbot.cli.audit import audit
from incidentbot.cli.demo import demo, sandbox
from incidentbot.cli.doctor import doctor
from incidentbot.cli.effects import effects
from incidentbot.cli.incidents import incidents
from incidentbot.cli.keys import keys
from incidentbot.cli.manifest import print_manifest
from incidentbot.cli.permissions import permissions
from incidentbot.cli.prune import prune
from incidentbot.cli.rules import rules
from incidentbot.cli.serving import migrate, serve, worker
from incidentbot.cli.setup import setup
from incidentbot.cli.subscribers import subscribers
from incidentbot.cli.workflows import workflows

# Tracebacks of typer show local variables, and those hold secrets.
app = typer.Typer(
    name="incidentbot",
    help="Incidents in Slack, driven by monitoring events and people.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(sandbox)
app.command()(setup)
app.command()(serve)
app.command()(worker)
app.command()(migrate)
app.command()(prune)
app.command()(doctor)
app.command("manifest")(print_manifest)
app.add_typer(audit, name="audit")
app.add_typer(incidents, name="incidents")
app.add_typer(keys, name="keys")
app.add_typer(permissions, name="permissions")
app.add_typer(effects, name="effects")
app.add_typer(rules, name="rules")
app.add_typer(workflows, name="workflows")
app.add_typer(subscribers, name="subscribers")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"incidentbot {incidentbot.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Options of `incidentbot` itself."""


def main() -> None:
    """Run the command line; ends the process."""
    app()
