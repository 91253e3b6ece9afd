"""/nopesight maintenance: what is being worked on is silent for a while."""

from typing import Final

from incidentbot.domain.maintenance import Order, Window, read_length, read_scope
from incidentbot.domain.markup import plain
from incidentbot.domain.nearest import nearest
from incidentbot.domain.refusals import BadField, MissingArgument, Refused, UnknownSubcommand
from incidentbot.languages import phrase
from incidentbot.queries.maintenance import running_maintenance
from incidentbot.render.maintenance import ended, started, windows
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.slack.typed_text import Word, words_of
from incidentbot.usecases.maintenance import end_maintenance, start_maintenance

USAGE: Final = "/nopesight maintenance start ci|service|rule NAME for 2h [REASON]"
END: Final = "/nopesight maintenance end NUMBER"
_VERBS: Final = ("list", "start", "end")
_LONGEST_NUMBER: Final = 9


async def maintenance(request: SlashRequest, text: str) -> Message:
    """`list` (also alone), `start` and `end`."""
    first, _, rest = text.strip().partition(" ")
    verb = first.lower() or "list"
    if verb == "start":
        return await _start(request, rest)
    if verb == "end":
        return await _end(request, rest.strip())
    if verb == "list":
        return windows(await request.parts.store.ask(running_maintenance, request.asker.team_id))
    return refusal(UnknownSubcommand("/nopesight maintenance", plain(first)[:80], nearest(verb, _VERBS)))


async def _start(request: SlashRequest, text: str) -> Message:
    try:
        order = read_order(text)
    except Refused as refused:
        return refusal(refused.refusal)
    outcome = await request.parts.store.run(start_maintenance, request.cause, order)
    return started(outcome) if isinstance(outcome, Window) else refusal(outcome)


async def _end(request: SlashRequest, typed: str) -> Message:
    digits = typed.lstrip("#")
    if not typed:
        return refusal(MissingArgument(phrase("the window's number"), END))
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        return refusal(BadField("maintenance", "malformed", value=plain(typed)[:80]))
    outcome = await request.parts.store.run(end_maintenance, request.cause, int(digits))
    return ended(outcome) if isinstance(outcome, Window) else refusal(outcome)


def read_order(text: str) -> Order:
    """What is to be silent, for how long and why: `ci "PROD WEB" for 2h new kernel`. Refused where that is not said."""
    words = words_of(text)
    if not words:
        raise Refused(MissingArgument(phrase("what is being worked on"), USAGE))
    scope = read_scope(words[0].text)
    at = next((place for place, word in enumerate(words) if place > 1 and _is_for(word)), None)
    if at is None or at + 1 >= len(words):
        raise Refused(MissingArgument(phrase("for how long"), USAGE))
    name = " ".join(plain(word.text) for word in words[1:at])
    reason = plain(text[words[at + 1].end :])
    return Order(scope, name, read_length(words[at + 1].text), reason)


def _is_for(word: Word) -> bool:
    return word.text.lower() == "for" and not word.quoted
