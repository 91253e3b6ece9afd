"""Templates and what they may call."""

import json
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from incidentbot.sandbox.world import Person

_COLOURS: Final = 10


def environment() -> Environment:
    """The templates of the page; everything in them is escaped unless it is markup already."""
    made = Environment(
        loader=PackageLoader("incidentbot.sandbox.page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals.update(icon=icon)
    made.filters.update(colour=colour, attribute=attribute)
    return made


def icon(name: str) -> Markup:
    """An icon of the sprite; it says nothing to a screen reader."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#{}"/></svg>').format(name)


def colour(person: Person) -> str:
    """The class of somebody's colour; the policy forbids colours in the markup."""
    return f"colour-{sum(map(ord, person.id)) % _COLOURS}"


def attribute(value: Any) -> str:
    """A value as JSON, for an attribute."""
    return json.dumps(value, ensure_ascii=False)
