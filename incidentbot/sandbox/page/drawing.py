"""Templates and what they may call."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markupsafe import Markup

from incidentbot.sandbox.page import choices, dates, markup, pictures
from incidentbot.sandbox.page.links import link
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.blockkit.validation import check_message_blocks, check_view
from incidentbot.sandbox.slack.model import Content, Json
from incidentbot.sandbox.slack.mrkdwn import reading_of
from incidentbot.sandbox.world import Person

_COLOURS: Final = 10
_QUESTION: Final = ("title", "text", "confirm", "deny")
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_MARKDOWN.disable("image")


def environment() -> Environment:
    """The templates of the page; everything in them is escaped unless it is markup already."""
    made = Environment(
        loader=PackageLoader("incidentbot.sandbox.page"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals.update(
        icon=icon,
        link=link,
        refusals=refusals,
        block_template=block_template(made),
        element_template=element_template(made),
        field_name=choices.field_name,
        local_time=choices.local_time,
        plain_of=choices.plain_of,
        file_name=choices.file_name,
    )
    made.filters.update(
        clock=dates.clock,
        moment=dates.full,
        colour=colour,
        attribute=attribute,
        emoji=markup.emoji,
        object=_object,
        own_text=_own_text,
        rich=_rich,
        markdown=markdown,
        reactor_names=_reactor_names,
        bar_colour=bar_colour,
        drawn=pictures.is_drawn,
        filesize=pictures.size,
        present=choices.present,
        chosen=choices.chosen,
        label=_label,
        question=_question,
    )
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


def bar_colour(attachment: Json) -> str:
    """The colour of the bar beside an attachment."""
    named = {"good": "#2fa44f", "warning": "#de9e31", "danger": "#d50200"}
    given = str(attachment.get("color", ""))
    found = named.get(given, given if given.startswith("#") else f"#{given}")
    return found if re.fullmatch(r"#[0-9A-Fa-f]{3,6}", found) else "#b9c0ca"


def markdown(text: str) -> Markup:
    """Standard Markdown, as a markdown block has it; HTML in it stays text."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704 - the renderer escapes what it does not make itself


def block_template(made: Environment) -> Any:
    """A function that names the template of a block, or that of its refusal."""
    known = {name for name in made.list_templates() if name.startswith("blocks/")}

    def choose(block: Json) -> str:
        name = f"blocks/{block.get('type')}.html"
        return name if name in known else "blocks/unknown.html"

    return choose


def element_template(made: Environment) -> Any:
    """A function that names the template of an element."""
    known = {name for name in made.list_templates() if name.startswith("elements/")}

    def choose(element: Json) -> str:
        kind = str(element.get("type"))
        if kind.endswith("_select"):
            return "elements/picker.html"
        name = f"elements/{kind}.html"
        return name if name in known else "elements/unknown.html"

    return choose


def refusals(blocks: list[Json], surface: str) -> list[str]:
    """What Slack would say against blocks of a message, or of a view's surface; nothing if it would take them."""
    if surface == "message":
        return [str(one) for one in check_message_blocks(blocks)]
    words = {"type": "plain_text", "text": "Any"}
    frame = {"title": words, "submit": words} if surface == "modal" else {}
    return [str(one) for one in check_view({"type": surface, "blocks": blocks, **frame})]


@pass_context
def _object(context: Context, value: Mapping[str, Any]) -> Markup:
    return markup.text_object(value, context["viewer"])


@pass_context
def _own_text(context: Context, content: Content) -> Markup:
    return markup.mrkdwn(content.text, context["viewer"], reading_of(content))


@pass_context
def _rich(context: Context, block: Json) -> Markup:
    return markup.rich_text(block["elements"], context["viewer"])


@pass_context
def _reactor_names(context: Context, users: list[str]) -> str:
    viewer: Viewer = context["viewer"]
    names = ["you" if user == viewer.person.id else viewer.workspace.people[user].real_name for user in users]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@pass_context
def _question(context: Context, asked: Json) -> str:
    """A confirmation as the page's scripts take it: its words as HTML, for an attribute."""
    words = {part: markup.text_object(asked[part], context["viewer"]) for part in _QUESTION if part in asked}
    return attribute({**words, "style": asked.get("style", "primary")})


@pass_context
def _label(context: Context, value: Json | str) -> str:
    return choices.label(value, context["viewer"])
