"""The channel of its own that an incident can be moved to: its name, and what the timeline tells of it. Pure."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from incidentbot.domain.incident import Change, Incident, tell
from incidentbot.domain.people import Actor
from incidentbot.domain.timeline import EntryKind, NewEntry

# Slack takes 80 characters; a number is added where the name is taken.
_LONGEST: Final = 70
# So many names are tried.
MOST_NAMES: Final = 9
_OTHER: Final = re.compile(r"[^a-z0-9]+", re.ASCII)


def channel_name(incident: Incident, attempt: int) -> str:
    """The name of the channel to be made, without #; the next one for each further attempt."""
    title = _OTHER.sub("-", incident.title.lower()).strip("-")
    drill = "drill-" if incident.drill else ""
    name = f"{drill}{incident.reference.lower()}-{title}"[:_LONGEST].rstrip("-")
    return f"{name}-{attempt + 1}" if attempt else name


def moved_to(incident: Incident, channel: str, actor: Actor, now: datetime) -> Change:
    """The incident with a channel (its id) of its own; the thread stays the record."""
    after = replace(incident, own_channel=channel, version=incident.version + 1)
    return Change(incident, after, (_entry("opened", channel, actor, now),))


def not_moved(incident: Incident, reason: str, actor: Actor, now: datetime) -> Change:
    """There is no such channel after all, because of `reason` (Slack's code)."""
    return tell(incident, _entry("failed", "", actor, now, reason))


def archived(incident: Incident, actor: Actor, now: datetime, reason: str = "") -> Change:
    """Its channel was archived; with a `reason` it could not be."""
    return tell(incident, _entry("not_archived" if reason else "archived", incident.own_channel, actor, now, reason))


def _entry(what: str, channel: str, actor: Actor, now: datetime, reason: str = "") -> NewEntry:
    data = {"what": what, "channel": channel, **({"reason": reason} if reason else {})}
    return NewEntry(EntryKind.MOVED, actor, now, data)
