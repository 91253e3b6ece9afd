"""Emoji by the names that Slack gives them (`emoji.tsv`: the character, its names, its group)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

USUAL: Final = (
    *("white_check_mark", "eyes", "raised_hands", "+1", "pushpin", "tada", "fire", "rotating_light", "thinking_face"),
    *("heart", "joy", "pray", "clap", "rocket", "warning", "x", "wave", "100", "bulb", "hourglass_flowing_sand"),
    *("ok_hand", "-1", "heavy_plus_sign", "question", "exclamation", "hammer_and_wrench", "wrench", "bug", "coffee"),
    *("muscle", "slightly_smiling_face", "sweat_smile"),
)
_TONES: Final = {f"skin-tone-{number}": chr(0x1F3F9 + number) for number in range(2, 7)}


@dataclass(frozen=True, slots=True)
class Emoji:
    """An emoji: its character and its names, the usual one first."""

    character: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The usual name."""
        return self.names[0]


@cache
def all_emoji() -> tuple[Emoji, ...]:
    """Every emoji, in the order in which a picker shows them."""
    table = files(__package__).joinpath("emoji.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines())
    return tuple(Emoji(character, tuple(names.split())) for character, names, _group in rows)


@cache
def _by_name() -> Mapping[str, Emoji]:
    return {name: one for one in all_emoji() for name in one.names}


def character(name: str) -> str:
    """The character of a name, which may end in a skin tone; empty if there is none."""
    bare, _, tone = name.partition("::")
    found = _by_name().get(bare)
    return found.character + _TONES.get(tone, "") if found else ""


def find_emoji(query: str, most: int) -> list[Emoji]:
    """The emoji whose names hold the query, those that begin with it first; without a query the usual ones."""
    if not query:
        return [_by_name()[name] for name in USUAL][:most]
    wanted = query.lower().strip(":")
    found = [one for one in all_emoji() if any(wanted in name for name in one.names)]
    return sorted(found, key=lambda one: not any(name.startswith(wanted) for name in one.names))[:most]
