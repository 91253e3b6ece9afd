"""`python -m incidentbot` is the command line."""

from incidentbot.cli import main

main()
