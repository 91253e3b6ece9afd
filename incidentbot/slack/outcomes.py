"""What a person is told of an outcome, and where its thread is."""

from collections.abc import Mapping
from types import MappingProxyType

from incidentbot.domain.incident import Incident
from incidentbot.domain.permalink import permalink
from incidentbot.domain.timeline import EntryKind
from incidentbot.domain.workspace import Workspace
from incidentbot.render.answers import done
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import Escaped
from incidentbot.render.refusals import refusal
from incidentbot.usecases import Done, Outcome


def thread_url(workspace: Workspace, incident: Incident) -> str:
    """The address of the incident's thread; "" while its card is not posted."""
    return permalink(workspace.url, incident.channel, incident.root_ts)


def told(outcome: Outcome, workspace: Workspace, words: Mapping[EntryKind, Escaped] = MappingProxyType({})) -> Message:
    """The answer to the person who caused it; `words` say what an entry of a kind tells, where that is not its kind."""
    if isinstance(outcome, Done):
        return done(outcome, thread_url(workspace, outcome.incident), words)
    return refusal(outcome)
