"""The command line: one file a group of commands. `main` is what `incidentbot` and `python -m incidentbot` run."""

from incidentbot.cli.entry import app, main

__all__ = ["app", "main"]
