"""Keeps the catalogues of sentences in step with the code.

`python -m scripts.catalogue` adds what is new to each, without a translation, and takes out what nobody says any more;
with a language's name (`fr`, `pt-br`) it begins a new one.
"""

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from incidentbot.languages import FOLDER

CHECKOUT: Final = Path(__file__).parents[1]
SOURCE: Final = CHECKOUT / "incidentbot"
# The functions whose literals are said to people, and where among their arguments these stand.
SAYING: Final = {"fill": (0,), "fill_plain": (0,), "phrase": (0,), "counted": (1, 2), "counted_plain": (1, 2)}
LETTERS: Final = re.compile(r"[A-Za-z]")
# Without a letter, and yet not the same everywhere.
SIGNS: Final = ("1,000", "{day} {month}")
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
WIDTH: Final = 120


@dataclass(frozen=True, slots=True)
class Literal:
    """A sentence as it stands in the code; `forms` are two where it depends on a number."""

    forms: tuple[str, ...]
    file: str
    line: int


def literals() -> Iterator[Literal]:
    """Everything in the code that a language has words for: signs and placeholders alone need no translation."""
    yield from (Literal((sign,), "incidentbot/languages/__init__.py", 1) for sign in SIGNS)
    for path in sorted(SOURCE.rglob("*.py")):
        if path.is_relative_to(SOURCE / "sandbox"):
            continue
        name = path.relative_to(CHECKOUT).as_posix()
        yield from (Literal(*found, name, line) for found, line in _said_in(ast.parse(path.read_text("utf-8"))))


def _said_in(tree: ast.Module) -> Iterator[tuple[tuple[tuple[str, ...]], int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        places = SAYING.get(node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""), ())
        given = [node.args[place] for place in places if place < len(node.args)]
        forms = tuple(one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))
        if forms and len(forms) == len(places) and LETTERS.search(_PLACEHOLDER.sub("", "".join(forms))):
            yield (forms,), node.lineno


def template() -> Catalog:
    """A catalogue of all sentences, without translations."""
    made = Catalog(charset="utf-8")
    for one in literals():
        made.add(one.forms if len(one.forms) > 1 else one.forms[0], locations=[(one.file, 0)])
    return made


def merged(path: Path) -> Catalog:
    """The catalogue at `path`, with what is new, and without what is gone."""
    with path.open("rb") as file:
        known = read_po(file, locale=path.stem.replace("-", "_"))
    fresh = Catalog(locale=known.locale, header_comment=known.header_comment, charset="utf-8")
    for message in template():
        if message.id:
            old = known.get(message.id[0] if isinstance(message.id, tuple) else message.id)
            kept = old.string if old is not None and isinstance(old.string, tuple) is message.pluralizable else ""
            nothing = ("",) * known.num_plurals if message.pluralizable else ""
            notes = old.user_comments if old is not None else ()
            fresh.add(message.id, kept or nothing, locations=message.locations, user_comments=notes)
    return fresh


def written(path: Path, catalogue: Catalog) -> None:
    """`catalogue` as a file that changes only where its sentences do."""
    body = io.BytesIO()
    write_po(body, catalogue, width=WIDTH, include_lineno=False, omit_header=True)
    path.write_text(f"{_head(catalogue)}\n{body.getvalue().decode()}", encoding="utf-8")


def _head(catalogue: Catalog) -> str:
    """What gettext needs, without dates, below the translators' own notes."""
    notes = "" if catalogue.header_comment == Catalog().header_comment else f"{catalogue.header_comment}\n"
    facts = (
        f"Language: {catalogue.locale_identifier}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalogue.plural_forms}",
    )
    lines = "".join(f'"{fact}\\n"\n' for fact in facts)
    return f'{notes}msgid ""\nmsgstr ""\n{lines}'


def main(language: str = "") -> None:
    """Bring every catalogue up to date, or begin that of LANGUAGE."""
    if language:
        new = FOLDER / f"{language}.po"
        new.touch(exist_ok=False)
        written(new, Catalog(locale=language.replace("-", "_"), charset="utf-8"))
    for path in sorted(FOLDER.glob("*.po")):
        catalogue = merged(path)
        written(path, catalogue)
        missing = [one for one in catalogue if one.id and not translated(one)]
        print(f"{path.name}: {len(catalogue)} sentences, {len(missing)} without a translation")


def translated(message: Message) -> tuple[str, ...]:
    """Every form of the translation; none where one is missing."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(one for one in forms if one) if all(forms) else ()


if __name__ == "__main__":
    typer.run(main)
