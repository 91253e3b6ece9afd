"""Who is on call, for one person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from incidentbot.domain.on_call import Duty
from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, code, date, fill, joined, listed, user

# So many names, or so much text, fit into one answer.
MOST: Final = 30
LIMIT: Final = 2500


def on_call_answer(duties: Sequence[Duty]) -> Message:
    """A line for each name: who it is now, until when, and who is next."""
    if not duties:
        text = fill("No on-call names are set. `on_call` in the settings file says who is on call.")
        return Message(text, (blocks.section(text),))
    lines = listed([on_call_line(duty) for duty in duties], most=MOST, limit=LIMIT, separator="\n")
    text = joined([fill("📟 *On call now*"), lines], "\n")
    return Message(text, (blocks.section(text),))


def on_call_line(duty: Duty) -> Escaped:
    """One name, and who it is."""
    return fill("{name}: {who}{until}", name=code(duty.name, 100), who=_who(duty), until=_until(duty))


def _who(duty: Duty) -> Escaped:
    people = listed([user(person) for person in duty.people], most=10, limit=400)
    if duty.group:
        members = people or fill("nobody is in it")
        return fill("{group} ({members})", group=user(duty.group), members=members)
    if people:
        return people
    if duty.unknown:
        return fill("*nobody*: Slack knows nobody called {name}", name=code(duty.unknown[0], 100))
    return fill("*nobody*")


def _until(duty: Duty) -> Escaped:
    if duty.until is None:
        return NOTHING
    after = fill(", then {who}", who=user(duty.after)) if duty.after else NOTHING
    return fill(", until {until}{after}", until=date(duty.until), after=after)
