"""Opening a form: at once, beside the acknowledgement, and with an answer to the person where it fails."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from incidentbot.render.modals import notice_modal
from incidentbot.render.mrkdwn import fill
from incidentbot.render.unserved import form_missed
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts


def open_form(parts: SlackParts, asker: Asker, trigger_id: str, view: Mapping[str, Any], typed_instead: str) -> None:
    """Begin to open `view`; where Slack does not take it in time, the person is shown what to type instead."""
    parts.tasks.start(_open(parts, asker, trigger_id, view, typed_instead))


async def _open(parts: SlackParts, asker: Asker, trigger_id: str, view: Mapping[str, Any], typed_instead: str) -> None:
    opened = await parts.answerer.open_view(asker.team_id, trigger_id, view)
    if not opened and asker.response_url:
        await parts.answerer.respond(asker.response_url, form_missed(typed_instead))


def open_and_fill(
    parts: SlackParts, asker: Asker, trigger_id: str, title: str, fill_in: Callable[[], Awaitable[Mapping[str, Any]]]
) -> None:
    """Open a view at once, since the trigger lives 3 s, and put `fill_in`'s in its place when NopeSight answered."""
    parts.tasks.start(_open_and_fill(parts, asker, trigger_id, title, fill_in))


async def _open_and_fill(
    parts: SlackParts, asker: Asker, trigger_id: str, title: str, fill_in: Callable[[], Awaitable[Mapping[str, Any]]]
) -> None:
    waiting = notice_modal(title, fill("⏳ Asking NopeSight…"))
    view_id = await parts.answerer.open_view(asker.team_id, trigger_id, waiting)
    if view_id:
        await parts.answerer.update_view(asker.team_id, view_id, await fill_in())
    elif asker.response_url:
        await parts.answerer.respond(asker.response_url, form_missed(""))
