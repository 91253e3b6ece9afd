"""What people do with messages: write, react, pin, edit, delete, and run shortcuts on them."""

import re
from typing import Final

from starlette.datastructures import FormData

from incidentbot.sandbox.page.forms import message, text, where
from incidentbot.sandbox.page.page import Page
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.model import Ephemeral
from incidentbot.sandbox.slack.people import NotPossible

_COMMAND: Final = re.compile(r"(/[a-z0-9_-]+)(?:\s+(.*))?", re.DOTALL)


async def say(page: Page, viewer: Viewer, form: FormData) -> None:
    """Write a message, or run a slash command."""
    written, channel, thread = text(form, "text").strip(), text(form, "channel"), text(form, "thread_ts")
    if not written:
        raise NotPossible("There is nothing to send.")
    if viewer.conversation(channel) is None:
        raise NotPossible("This conversation is not there any more.")
    command = _COMMAND.fullmatch(written)
    if command:
        arguments = (command[2] or "").strip()
        await page.people(viewer).slash(viewer.person.id, channel, command[1], arguments, thread_ts=thread)
    else:
        broadcast = bool(thread) and text(form, "broadcast") == "1"
        page.people(viewer).say(viewer.person.id, channel, written, thread_ts=thread, broadcast=broadcast)


async def join(_page: Page, viewer: Viewer, form: FormData) -> None:
    """Become a member of a public channel."""
    conversation = viewer.conversation(text(form, "channel"))
    if conversation is None:
        raise NotPossible("This channel is not there any more.")
    viewer.workspace.join(conversation.id, viewer.person.id)


async def react(page: Page, viewer: Viewer, form: FormData) -> None:
    """Add a reaction, or take one's own away."""
    target, name = message(viewer, form), text(form, "name")
    people = page.people(viewer)
    act = people.unreact if viewer.person.id in target.reactions.get(name, ()) else people.react
    act(viewer.person.id, target, name)


async def pin(page: Page, viewer: Viewer, form: FormData) -> None:
    """Pin a message, or take its pin away."""
    target = message(viewer, form)
    if target.pinned:
        viewer.workspace.unpin(target, viewer.person.id)
    else:
        page.people(viewer).pin(viewer.person.id, target)


async def edit(page: Page, viewer: Viewer, form: FormData) -> None:
    """Change what one wrote; emptied, it is deleted."""
    target, written = message(viewer, form), text(form, "text").strip()
    if written:
        page.people(viewer).edit(viewer.person.id, target, written)
    else:
        page.people(viewer).delete(viewer.person.id, target)


async def delete(page: Page, viewer: Viewer, form: FormData) -> None:
    """Delete a message."""
    page.people(viewer).delete(viewer.person.id, message(viewer, form))


async def dismiss(_page: Page, viewer: Viewer, form: FormData) -> None:
    """Take away what one alone sees."""
    found = where(viewer, form)
    if isinstance(found, Ephemeral):
        viewer.workspace.change_ephemeral(found, None)


async def shortcut(page: Page, viewer: Viewer, form: FormData) -> None:
    """Run a shortcut: on a message if one is named, else a global one."""
    callback_id, people = text(form, "callback_id"), page.people(viewer)
    if text(form, "spot"):
        await people.message_shortcut(viewer.person.id, message(viewer, form), callback_id)
    else:
        await people.shortcut(viewer.person.id, callback_id)
