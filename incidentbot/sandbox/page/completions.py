"""What the message field offers while somebody types: slash commands, people, channels, emoji."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from incidentbot.sandbox.page.emoji import find_emoji
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.app import App
from incidentbot.sandbox.slack.model import Kind
from incidentbot.sandbox.slack.mrkdwn import Node, parse
from incidentbot.sandbox.world import Person

_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Completion:
    """An offer: what is put into the field, and what is shown of it (`icon` an icon's name or a character)."""

    insert: str
    name: str
    note: str = ""
    icon: str = ""
    person: Person | None = None


def completions(sign: str, query: str, viewer: Viewer, app: App) -> list[Completion]:
    """Offers for what follows a sign: `/`, `@`, `#` or `:`."""
    wanted = query.casefold()
    makers = {"/": _commands, "@": _people, "#": _channels}
    if sign == ":":
        found = find_emoji(query, _MOST) if query else []
        return [Completion(f":{one.name}: ", f":{one.name}:", icon=one.character) for one in found]
    maker = makers.get(sign)
    return list(maker(wanted, viewer, app))[:_MOST] if maker else []


def _commands(wanted: str, viewer: Viewer, app: App) -> Iterator[Completion]:
    """Commands, and behind a whole command its subcommands as its usage names them."""
    command, space, rest = wanted.partition(" ")
    hint = app.hints.get(f"/{command}")
    if space and hint:
        for word in _subcommands(hint.usage):
            if word.startswith(rest) and word != rest:
                yield Completion(f"/{command} {word} ", f"/{command} {word}", icon="slash")
        return
    for name in app.commands or ():
        if name[1:].startswith(wanted) and not space:
            shown = app.hints.get(name)
            note = " · ".join(part for part in ((shown.usage, shown.description) if shown else ()) if part)
            yield Completion(f"{name} ", name, note or viewer.app.real_name, "slash")


def _subcommands(usage: str) -> list[str]:
    first = usage.partition("]")[0]
    return [word for word in first.lstrip("[").split("|") if re.fullmatch(r"[a-z_]+", word)]


def _people(wanted: str, viewer: Viewer, _app: App) -> Iterator[Completion]:
    for person in viewer.workspace.people.values():
        if not person.deleted and _begins(wanted, person.handle, *person.real_name.split()):
            yield Completion(
                f"@{person.handle} ", person.real_name, f"@{person.handle} · {person.title}", person=person
            )
    for group in viewer.workspace.groups.values():
        if _begins(wanted, group.handle, group.name):
            yield Completion(f"@{group.handle} ", f"@{group.handle}", group.name, "users")
    for name, note in (("here", "everybody who is active here"), ("channel", "everybody in this channel")):
        if name.startswith(wanted):
            yield Completion(f"@{name} ", f"@{name}", note, "bell")


def _channels(wanted: str, viewer: Viewer, _app: App) -> Iterator[Completion]:
    for one in viewer.workspace.conversations.values():
        if one.kind is Kind.PUBLIC and viewer.sees(one) and wanted in one.name:
            yield Completion(f"#{one.name} ", f"#{one.name}", one.topic, "hash")


def _begins(wanted: str, *names: str) -> bool:
    return any(name.casefold().startswith(wanted) for name in names)


def typed(text: str, viewer: Viewer) -> str:
    """A message's text as its author typed it, to be edited."""
    return (
        re.sub(r"<[^<>\n]+>", lambda found: _typed(found[0], viewer), text)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )


def _typed(control: str, viewer: Viewer) -> str:
    node: Node = parse(control)[0]
    if node.kind == "user" and node.target in viewer.workspace.people:
        return f"@{viewer.workspace.people[node.target].handle}"
    if node.kind == "usergroup" and node.target in viewer.workspace.groups:
        return f"@{viewer.workspace.groups[node.target].handle}"
    return html.escape(node.text, quote=False)
