"""What the incoming webhook says while Slack refuses the bot's token."""

from incidentbot.domain.incident import Incident
from incidentbot.render.card import card
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import code, escape, fill


def alarm(workspace: str, reason: str) -> Message:
    """The alarm: what is wrong, what works all the same, what to do."""
    return Message(
        fill(
            "🚨 incidentbot cannot post in {workspace}: Slack refuses its token ({reason}). Incidents are still taken, "
            "acknowledged and resolved by the API and by {cli}; everything is posted once the app is installed again. "
            "Until then each incident is named here once.",
            workspace=escape(workspace, 80),
            reason=code(reason, 80),
            cli=code("incidentbot incidents"),
        )
    )


def card_text(incident: Incident) -> Message:
    """An incident in one paragraph, without buttons."""
    return Message(card(incident).text)
