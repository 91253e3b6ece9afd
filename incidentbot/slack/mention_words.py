"""Reads what somebody says to the bot in a thread, where Slack has no slash commands. Pure."""

from typing import Final, Literal, NamedTuple

from incidentbot.domain.markup import plain
from incidentbot.domain.nearest import nearest
from incidentbot.domain.refusals import MissingArgument, Refusal, Refused, UnknownSubcommand
from incidentbot.domain.timers import read_snooze
from incidentbot.languages import phrase
from incidentbot.slack.typed_text import clean

Verb = Literal["ack", "unack", "resolve", "note", "snooze", "status", "schedule", "schedules", "stop", "help"]

_VERBS: Final[dict[str, Verb]] = {
    "ack": "ack",
    "acknowledge": "ack",
    "unack": "unack",
    "unacknowledge": "unack",
    "resolve": "resolve",
    "close": "resolve",
    "note": "note",
    "snooze": "snooze",
    "status": "status",
    "show": "status",
    "schedule": "schedule",
    "schedules": "schedules",
    "list": "schedules",
    "stop": "stop",
    "unschedule": "stop",
    "help": "help",
}


class Said(NamedTuple):
    """What is asked for, and the text that goes with it."""

    verb: Verb
    text: str = ""


def parse_mention(text: str, bot_user_id: str) -> Said | Refusal:
    """What follows the mention of the bot in `text`; nothing at all asks for help. Mentions of others stay in it."""
    verb, rest = _after(clean(text), bot_user_id)
    if not verb:
        return Said("help")
    known = _VERBS.get(verb.lower().rstrip(":,."))
    if known is None:
        return UnknownSubcommand("@bot", plain(verb)[:80], nearest(verb, _VERBS))
    if known == "note" and not plain(rest):
        return MissingArgument(phrase("a text"), "@bot note TEXT")
    if known == "schedule":
        return Said(known, rest)  # with the channel that it may name
    if known == "snooze":
        return _snooze(plain(rest))
    return Said(known, plain(rest))


def _snooze(length: str) -> Said | Refusal:
    """Only what names a length is understood."""
    if not length:
        return MissingArgument(phrase("for how long"), "@bot snooze 30m")
    try:
        read_snooze(length)
    except Refused as refused:
        return refused.refusal
    return Said("snooze", length)


def _after(text: str, bot_user_id: str) -> tuple[str, str]:
    """The first word after the mention, and all that follows it as typed."""
    _, mention, after = text.partition(f"<@{bot_user_id}")
    said = after.partition(">")[2] if mention else text
    words = said.strip().lstrip(":,").split(maxsplit=1)
    return (words[0] if words else "", words[1] if len(words) > 1 else "")
