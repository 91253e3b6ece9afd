"""The parts of the panel that change by themselves: drawn anew, and sent where they differ from what a window shows."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Drawn:
    """All parts as they are now, by name, each with a mark that is the same as long as it looks the same."""

    parts: Mapping[str, str]

    @property
    def marks(self) -> str:
        """The marks of all parts, as a window keeps them."""
        return ".".join(f"{zlib.crc32(html.encode()):08x}" for html in self.parts.values())

    def changed(self, seen: str) -> dict[str, str]:
        """The parts that a window with these marks does not show as they are."""
        marks = zip(self.parts, self.marks.split("."), _of(seen, len(self.parts)), strict=True)
        return {name: self.parts[name] for name, now, then in marks if now != then}


def _of(seen: str, number: int) -> list[str]:
    """Marks as they came from a window: anything else than the right number of them is none at all."""
    marks = seen.split(".")
    return marks if len(marks) == number else [""] * number


class Live:
    """Draws the parts; `facts` gives each template what it shows."""

    def __init__(self, templates: Environment, facts: Mapping[str, Callable[[], Mapping[str, object]]]) -> None:
        self._templates = templates
        self._facts = facts

    def draw(self) -> Drawn:
        """Everything as it is at this moment."""
        return Drawn(
            {
                name: self._templates.get_template(f"{name}.html").render(**facts())
                for name, facts in self._facts.items()
            }
        )
