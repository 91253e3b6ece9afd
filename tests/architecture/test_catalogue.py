"""What is said to people is in the catalogues, and a translation says it with the same facts and the same markup."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from incidentbot.languages import FOLDER, languages
from scripts.catalogue import LETTERS, SAYING, literals, translated
from tests.architecture.source import Module, modules, planted

CATALOGUES = sorted(FOLDER.glob("*.po"))
CODE = re.compile(r"`[^`]*`")
# What Slack takes for markup, and what separates one line from the next.
MARKUP = ("*", "_", "~", "`", "<", ">", "\n")
# Made while a module is read, and said in the language of the moment when it is taken.
SAID_LATER = {"Words", "phrase"}


def messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        yield from (message for message in read_po(file) if message.id and translated(message))


def originals(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def markup(text: str) -> list[int]:
    bare = re.sub(r"\{[^{}]*\}", "", text)
    return [bare.count(mark) for mark in MARKUP]


def edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_tells_the_same_facts(path: Path) -> None:
    wrong = [
        (one, original)
        for message in messages(path)
        for original in originals(message)[-1:]
        for one in translated(message)
        if placeholders(one) not in [placeholders(form) for form in originals(message)]
    ]
    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_has_the_markup_of_the_original_and_no_other(path: Path) -> None:
    wrong = [
        (one, originals(message))
        for message in messages(path)
        for one in translated(message)
        for original in originals(message)[-1:]
        if markup(one) != markup(original)
        or edges(one) != edges(original)
        or sorted(CODE.findall(one)) != sorted(CODE.findall(original))
    ]
    assert wrong == []


def test_german_has_every_sentence_and_says_nothing_else() -> None:
    said = {one.forms if len(one.forms) > 1 else one.forms[0] for one in literals()}
    known = {tuple(one.id) if len(originals(one)) > 1 else one.id for one in messages(FOLDER / "de.po")}
    assert said - known == set(), "run `python -m scripts.catalogue`, and translate in incidentbot/languages/de.po"
    assert known - said == set(), "nobody says this any more: run `python -m scripts.catalogue`"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_read(path: Path) -> None:
    assert path.stem.lower() in languages()


def said_while_read(module: Module) -> Iterator[int]:
    """Lines where a sentence is made while the module is read, so in English for everybody for ever."""
    waiting: list[ast.AST] = [*module.tree.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
            continue
        if isinstance(node, ast.Lambda):
            continue
        name = _named(node) if isinstance(node, ast.Call) else ""
        if name in SAID_LATER:
            continue
        if isinstance(node, ast.Call) and name in SAYING and LETTERS.search(re.sub(r"\{[^{}]*\}", "", _first(node))):
            yield node.lineno
        waiting += list(ast.iter_child_nodes(node))


def _first(node: ast.AST) -> str:
    first = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def test_no_sentence_is_made_before_its_reader_is_known() -> None:
    found = [f"{module.name}:{line}" for module in modules("incidentbot/") for line in said_while_read(module)]
    assert found == [], "put it into a function, or into Words(…)"


@pytest.mark.parametrize(
    "code", ("A = fill('No such thing')", "def f(a=fill('No such thing')): ...", "class A:\n  B = fill('x y')")
)
def test_a_planted_sentence_of_no_reader_is_found(code: str) -> None:
    assert len(list(said_while_read(planted(code)))) == 1
    assert list(said_while_read(planted("def f():\n  return fill('No such thing')"))) == []


# Words that a person would read: a sentence, its beginning, a label.
WORDS = re.compile(r"^[A-Z][a-z]+(?: [a-z]|$)|[a-z,] [a-z]+ [a-z]|[a-z]{2}[.!?]$")
# What is typed, what is logged, what patterns look for, why anybody may do something; a command is the same everywhere.
NOT_SAID = {"code", "compile", "Open", "TypeVar", "info", "warning", "error", "debug", "get_logger", "getLogger"}
# Whoever is turned away there is no person in Slack.
APART = ("incidentbot/slack/guard.py",)
SPEAKERS = (
    "incidentbot/render/",
    "incidentbot/slack/",
    "incidentbot/delivery/doctor/",
    "incidentbot/queries/reports.py",
    "incidentbot/web/report_page.py",
    *(f"incidentbot/reports/{name}.py" for name in ("bars", "course", "document", "pictures", "trend")),
    *(f"incidentbot/domain/{name}.py" for name in ("charting", "charts", "report_content", "reporting")),
)


def past_the_catalogue(module: Module) -> Iterator[tuple[int, str]]:
    """Literals that look as if people read them, and that no language can say."""
    waiting: list[ast.AST] = [module.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise | ast.Assert) or _is_docstring(node):
            continue  # nobody in Slack reads it
        if isinstance(node, ast.Call) and _named(node) in SAYING:
            waiting += node.keywords
        elif isinstance(node, ast.Call) and _named(node) in NOT_SAID:
            continue
        elif isinstance(node, ast.JoinedStr | ast.Constant):
            words = _words(node)
            if WORDS.search(words) and not words.startswith("/"):
                yield node.lineno, words
        else:
            waiting += list(ast.iter_child_nodes(node))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _named(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _words(node: ast.JoinedStr | ast.Constant) -> str:
    """The text of a literal, with a letter for each value of an f-string; "" for what is no text."""
    parts: list[ast.expr] = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [part.value if isinstance(part, ast.Constant) else "x" for part in parts]
    return "".join(one for one in texts if isinstance(one, str))


def test_no_sentence_goes_past_the_catalogue() -> None:
    read = [module for module in modules("incidentbot/") if module.within(*SPEAKERS) and not module.within(*APART)]
    found = [f"{module.name}:{line} {words}" for module in read for line, words in past_the_catalogue(module)]
    assert found == []
