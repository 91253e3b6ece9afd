"""Slash commands that are a list of subcommands, each with its form, its purpose and what it does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from incidentbot.domain.markup import plain
from incidentbot.domain.nearest import nearest
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import UnknownSubcommand
from incidentbot.render.message import Message
from incidentbot.render.refusals import refusal
from incidentbot.slack.slash_commands.request import SlashRequest
from incidentbot.slack.typed_text import clean

Run = Callable[[SlashRequest, str], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """`usage` is what to type and `purpose` what for. `run` gets the text after the subcommand, cleaned, as typed.

    `run` answers the message to show at once, or None where the answer comes later or a form is the answer.
    """

    usage: str
    purpose: str
    run: Run
    right: Right


async def dispatch(
    command: str, subcommands: Mapping[str, Subcommand], request: SlashRequest, typed: str
) -> Message | None:
    """Run the subcommand that `typed` begins with, if the person may; nothing typed is `help`."""
    first, _, rest = clean(typed).strip().partition(" ")
    name = first.lower() or "help"
    if name not in subcommands:
        return refusal(UnknownSubcommand(command, plain(first)[:80], nearest(name, subcommands)))
    refused = await request.not_permitted(subcommands[name].right)
    return refusal(refused) if refused else await subcommands[name].run(request, rest.strip())


def forms(subcommands: Mapping[str, Subcommand]) -> list[tuple[str, str]]:
    """Usage and purpose of each, for the help text."""
    return [(one.usage, one.purpose) for one in subcommands.values()]


def rights_of(subcommands: Mapping[str, Subcommand]) -> dict[str, Right]:
    """The right that each needs."""
    return {name: one.right for name, one in subcommands.items()}
