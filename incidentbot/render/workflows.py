"""The message by which a workflow tells a team."""

from collections.abc import Sequence

from incidentbot.domain.incident import Incident
from incidentbot.domain.workflows import Notice
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, escape, fill, fit, joined, link

TEXT_LIMIT = 3_900


def notice(step: Notice, name: str, mentions: Sequence[Escaped], incident: Incident | None, url: str) -> Message:
    """`name` is the workflow's; `mentions` are resolved; `incident` is the one that it made, `url` its thread's."""
    first = joined([*mentions, fill("*{title}*", title=escape(step.title, 250))])
    thread = NOTHING
    if incident is not None:
        thread = fill(
            "{incident} · {severity}", incident=escape(incident.reference), severity=escape(incident.severity)
        )
        thread = link(url, thread) if url else thread
    small = fill("Workflow {name}", name=escape(name, 120))
    shown, left = blocks.body(step.message)
    text = joined([first, escape(step.message, 1_000), thread])
    return Message(fit(text, TEXT_LIMIT), (blocks.section(first), *shown, blocks.context([small, thread, left])))
