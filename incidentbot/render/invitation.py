"""The direct message to somebody responsible for what an incident affects."""

from typing import Final

from incidentbot.domain.incident import Incident
from incidentbot.render import blocks, ids
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import escape, fill, joined
from incidentbot.render.vocabulary import STATE_SIGN, headline, severity, standing, title

_WHY: Final = 200


def invitation(incident: Incident, why: str, thread_url: str) -> Message:
    """The invitation; `why` is a phrase such as "owner of PROD-WEB-01", `thread_url` leads to the thread.

    Without a `thread_url` (the card is not posted yet) there is no button.
    """
    reason = escape(why, _WHY) or fill("asked to help")
    text = fill(
        "{sign} You are invited to {title}: {why}.", sign=STATE_SIGN[incident.state], title=title(incident), why=reason
    )
    facts = fill("{severity} · {standing}", severity=severity(incident.severity), standing=standing(incident))
    told = fill("You are invited to this incident as {why}.", why=reason)
    shown = [
        blocks.header(headline(incident)),
        blocks.section(joined([told, facts], "\n")),
    ]
    buttons = blocks.link_buttons("Go to thread", ids.OPEN_THREAD, thread_url)
    return Message(text, (*shown, blocks.actions(*buttons)) if buttons else tuple(shown))
