"""The panel beside the chat: the other side (NopeSight), the weather, the bot's own truth, and stories to play."""

from incidentbot.sandbox.panel.acts import create_panel
from incidentbot.sandbox.panel.bot import Command, CommandFailed, SupervisedBot
from incidentbot.sandbox.panel.panel import Panel

__all__ = ["Command", "CommandFailed", "Panel", "SupervisedBot", "create_panel"]
