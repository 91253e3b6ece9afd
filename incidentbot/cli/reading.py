"""A Slack message as somebody at a terminal reads it: names for ids, short times, buttons in brackets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.emoji import Emoji
from rich.padding import Padding
from rich.text import Text

from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.mrkdwn import Node, parse
from incidentbot.sandbox.slack.workspace import Workspace

_STYLES: Final[Mapping[str, str]] = {
    "bold": "bold",
    "italic": "italic",
    "strike": "strike",
    "code": "cyan",
    "pre": "cyan",
    "quote": "dim",
    "user": "bold blue",
    "usergroup": "bold blue",
    "channel": "bold blue",
    "broadcast": "bold red",
    "link": "underline",
}
_INDENT: Final = (0, 0, 0, 3)


class Reader:
    """Reads the messages of one workspace; times are those of the terminal's own zone."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def message(self, shown: Shown, note: str = "") -> RenderableType:
        """Who wrote when (and a `note`), and below, indented, what it says."""
        author = self._name(shown.record.author.user)
        heading = Text.assemble((author, "bold"), "  ", (clock(float(shown.ts)), "dim"), (note and f"  {note}", "dim"))
        lines = [line for line in self._lines(shown) if line.plain.strip()]
        reactions = Emoji.replace("  ".join(f":{name}: {len(who)}" for name, who in shown.reactions.items()))
        return Group(heading, *(Padding(line, _INDENT) for line in (*lines, *([Text(reactions)] if reactions else []))))

    def thread(self, root: Shown) -> RenderableType:
        """A whole thread: the root as it is now, then its replies."""
        note = "(edited)" if root.edited else ""
        replies = [Padding(self.message(reply), (1, 0, 0, 4)) for reply in root.replies()]
        return Group(self.message(root, note), *replies)

    def text(self, mrkdwn: str) -> Text:
        """One text of Slack's markup."""
        return self._nodes(parse(mrkdwn))

    def _lines(self, shown: Shown) -> Iterator[Text]:
        if not shown.blocks:
            yield self.text(shown.text)
        for block in shown.blocks:
            yield from _READERS.get(str(block["type"]), _unread)(self, block)

    def header(self, block: Mapping[str, Any]) -> Iterator[Text]:
        """A header's plain text."""
        yield Text(str(block["text"]["text"]), style="bold")

    def section(self, block: Mapping[str, Any]) -> Iterator[Text]:
        """A section: its text, then its fields, each on a line, then what stands beside it."""
        if "text" in block:
            yield self._object(block["text"])
        for one in block.get("fields", ()):
            yield Text(": ").join(self._object(one).split("\n", allow_blank=False)[:2])
        if "accessory" in block:
            yield _buttons([block["accessory"]])

    def context(self, block: Mapping[str, Any]) -> Iterator[Text]:
        """Small print."""
        told = Text(" · ").join(self._object(one) for one in block["elements"] if "text" in one)
        told.stylize("dim")
        yield told

    def actions(self, block: Mapping[str, Any]) -> Iterator[Text]:
        """The buttons in a row."""
        yield _buttons(block["elements"])

    def rich_text(self, block: Mapping[str, Any]) -> Iterator[Text]:
        """Rich text, quotations behind a bar."""
        for part in block["elements"]:
            bar = "▏" if part["type"] == "rich_text_quote" else ""
            written = Text.assemble(*(self._run(run) for run in part.get("elements", ())))
            for line in written.split("\n"):
                yield Text.assemble((bar, "dim"), line)

    def _run(self, run: Mapping[str, Any]) -> Text:
        match run.get("type"):
            case "user":
                return Text(f"@{self._name(run['user_id'])}", style=_STYLES["user"])
            case "link":
                return Text(str(run.get("text") or run["url"]), style=_STYLES["link"])
            case "emoji":
                return Text(Emoji.replace(f":{run['name']}:"))
            case _:
                return Text(str(run.get("text", "")))

    def _object(self, value: Mapping[str, Any]) -> Text:
        return self.text(value["text"]) if value["type"] == "mrkdwn" else Text(str(value["text"]))

    def _nodes(self, nodes: Sequence[Node]) -> Text:
        return Text.assemble(*(self._node(node) for node in nodes))

    def _node(self, node: Node) -> Text:
        if node.kind == "date":
            return Text(clock(float(node.children[0].text.partition("^")[0]), seconds_too=False))
        if node.kind in {"user", "usergroup", "channel"}:
            return Text(self._called(node), style=_STYLES[node.kind])
        inner = self._nodes(node.children) if node.children and not node.text else Text(node.text)
        inner.stylize(_STYLES.get(node.kind, ""))
        return inner

    def _called(self, node: Node) -> str:
        if node.kind == "user":
            return f"@{self._name(node.target)}"
        if node.kind == "usergroup":
            group = self._workspace.groups.get(node.target)
            return f"@{group.handle if group else node.target}"
        conversation = self._workspace.conversations.get(node.target)
        return f"#{conversation.name}" if conversation else node.text

    def _name(self, user: str) -> str:
        person = self._workspace.people.get(user)
        return person.real_name if person else user


_Block = Callable[[Reader, Mapping[str, Any]], Iterator[Text]]
_READERS: Final[Mapping[str, _Block]] = {
    "header": Reader.header,
    "section": Reader.section,
    "context": Reader.context,
    "actions": Reader.actions,
    "rich_text": Reader.rich_text,
}


def _unread(_reader: Reader, block: Mapping[str, Any]) -> Iterator[Text]:
    if block["type"] != "divider":
        yield Text(f"({block['type']})", style="dim")


def _buttons(elements: Sequence[Mapping[str, Any]]) -> Text:
    labels = [str(element["text"]["text"]) for element in elements if element["type"] == "button"]
    return Text("  ").join(Text(f"[ {label} ]", style="bold green") for label in labels)


def clock(seconds: float, *, seconds_too: bool = True) -> str:
    """A moment (in epoch seconds) as a clock on the wall shows it."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%H:%M:%S" if seconds_too else "%H:%M")
