"""An incident with everything that belongs to it, for documents about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Invitee
from incidentbot.domain.timeline import Entry


class Document(StrEnum):
    """What is written about an incident: all of it, for people or for programs, or the draft of a retrospective."""

    MARKDOWN = "markdown"
    JSON = "json"
    RETROSPECTIVE = "retrospective"


@dataclass(frozen=True, slots=True)
class Story:
    """An incident with its whole timeline; `names` are people's names by their Slack ids.

    `corrected` are the times that replaced those of entries, by their numbers.
    """

    incident: Incident
    entries: Sequence[Entry]
    responders: Sequence[Invitee] = ()
    events: Sequence[str] = ()
    url: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    corrected: Mapping[int, datetime] = field(default_factory=dict)
    actions: Sequence[ActionItem] = ()

    def at(self, entry: Entry) -> datetime:
        """When it happened, by what is known now."""
        return self.corrected.get(entry.seq, entry.happened_at)
