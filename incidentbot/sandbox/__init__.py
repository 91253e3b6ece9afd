"""A Slack workspace and a NopeSight on this machine, strict as the real ones.

A program of its own: it knows Slack and NopeSight, not the bot that is tried against it.
"""
