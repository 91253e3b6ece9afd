"""Slack's markup as its people saw it."""

import re
from typing import Final

_MARKUP: Final = re.compile(r"<(?P<what>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain(text: str) -> str:
    """Slack's markup and entities as the person saw them: @ben, #general, an address, and & < >.

    A mention for which Slack gave no name stays as it came. The result is foreign text, to be escaped where shown.
    """
    text = _MARKUP.sub(_seen, text)
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text.strip()


def _seen(found: re.Match[str]) -> str:
    what, label = found["what"], found["label"]
    if what[:1] in {"@", "#"} and label:
        return what[0] + label.lstrip("@#")
    if what[:1] == "!":
        return f"@{(label or what.partition('^')[0][1:]).lstrip('@')}"
    if what[:1] in {"@", "#"}:
        return found[0]
    return what.removeprefix("mailto:")
