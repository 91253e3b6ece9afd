"""The direct message to somebody responsible for what an incident affects."""

from typing import Final

from incidentbot.domain.incident import Incident
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import Escaped, fill, joined
from incidentbot.render.vocabulary import STATE_SIGN, drill_mark, headline, severity, standing, title, why_told

_WHY: Final = 200


def invitation(incident: Incident, why: str, thread_url: str) -> Message:
    """The invitation; `why` is a phrase such as "owner of PROD-WEB-01", `thread_url` leads to the thread.

    Without a `thread_url` (the card is not posted yet) there is no button.
    """
    reason = why_told(why, _WHY)
    text = fill("{sign} You have been added to {title}", sign=STATE_SIGN[incident.state], title=title(incident))
    told = fill("You have been added to this incident")
    if incident.drill:
        text = joined([drill_mark(incident), text], " · ")
        told = fill("This is an exercise: nothing is broken. You have been added to it")
    facts = fill("{severity} · {standing}", severity=severity(incident.severity), standing=standing(incident))
    shown = [
        blocks.header(headline(incident)),
        blocks.section(joined([_because(told, reason), facts], "\n")),
    ]
    buttons = blocks.link_buttons(fill_plain("Go to thread"), ids.OPEN_THREAD, thread_url)
    return Message(_because(text, reason), (*shown, blocks.actions(*buttons)) if buttons else tuple(shown))


def _because(told: Escaped, reason: Escaped) -> Escaped:
    return fill("{told}. Why you: {reason}.", told=told, reason=reason) if reason else fill("{told}.", told=told)
