"""A run of one of our steps in Slack's Workflow Builder, and how it ended."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """`execution` is Slack's id of the run. It ended with `incident`, or, where that is 0, because of `problem`."""

    execution: str
    incident: int = 0
    problem: str = ""
