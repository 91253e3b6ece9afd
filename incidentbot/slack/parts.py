"""What listeners are made of; bootstrap puts it together."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from incidentbot.languages import ENGLISH
from incidentbot.render.message import NO_LINKS, Links
from incidentbot.slack.answers import Answerer
from incidentbot.slack.examiner import Examine, nobody
from incidentbot.slack.inquirer import Inquirer
from incidentbot.slack.tasks import Tasks
from incidentbot.store import Store

# The language of a person of a workspace; the workspace's own for nobody ("").
LanguageOf = Callable[[str, str], Awaitable[str]]


async def everybody_english(_team_id: str, _person: str) -> str:
    """Nobody's language is known."""
    return ENGLISH


@dataclass(frozen=True, slots=True)
class SlackParts:
    """Everything that inbound Slack needs. `now` tells the time (aware UTC).

    Slack gives up on us after 3 s, so a look-up that has to come before the answer ends after `look_up_seconds`.
    `timed` takes the time of each request, and `language_of` says in which language somebody is answered.
    """

    store: Store
    answerer: Answerer
    inquirer: Inquirer
    now: Callable[[], datetime]
    links: Links = NO_LINKS
    look_up_seconds: float = 2.5
    timed: Callable[[], AbstractContextManager[object]] = nullcontext
    examine: Examine = nobody
    tasks: Tasks = field(default_factory=Tasks)
    language_of: LanguageOf = everybody_english
