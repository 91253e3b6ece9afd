"""Answers to requests that cannot be served at all, each with what to do instead."""

from incidentbot.render import blocks
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import Escaped, code, fill


def form_missed(typed_instead: str) -> Message:
    """The form came too late or not at all; `typed_instead` is the slash command that does the same, or ""."""
    if not typed_instead:
        return _said(fill("The form could not be opened. Try again in a moment."))
    return _said(fill("The form could not be opened. Try again, or type {way}.", way=code(typed_instead)))


def button_unknown() -> Message:
    """The message is from another release, or its button was never ours."""
    return _said(fill("This button does nothing any more. `/incident help` shows what there is."))


def command_unknown(command: str) -> Message:
    """Slack has a slash command for us that this release does not know."""
    return _said(fill("{command} is not known here. `/incident help` shows what there is.", command=code(command, 40)))


def not_for_you() -> Message:
    """The bot is not installed where the person comes from, or the person is a guest from elsewhere."""
    return _said(fill("This app is not installed in your workspace, so nothing was changed. Ask whoever runs it."))


def _said(text: Escaped) -> Message:
    return Message(text, (blocks.section(text),))
