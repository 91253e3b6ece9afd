"""Slash commands: what was typed is parsed without a look at anything else, then run."""
