"""The one client that talks to Slack."""

from incidentbot.clients.slack.client import Posted, SlackClient

__all__ = ["Posted", "SlackClient"]
