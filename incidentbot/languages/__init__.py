"""What we say to people in Slack, in their language.

English stands in the code, and each sentence is its own key; every other language is one file beside this module, named
for it (de.po, pt-br.po), in the format of gettext. `speaking` chooses the language for everything that is said inside
it. Where a file has no translation of a sentence, that is said in English.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH: Final = "en"
FOLDER: Final = Path(__file__).parent
THOUSAND: Final = 1000
_SAID_AS_WRITTEN: Final = gettext.NullTranslations()
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@cache
def languages() -> Mapping[str, gettext.NullTranslations]:
    """Every language there is, by its name in lower case ("de", "pt-br"); the files are read once.

    ValueError where a file is no catalogue of gettext.
    """
    found = {path.stem.lower(): _read(path) for path in sorted(FOLDER.glob("*.po"))}
    return {ENGLISH: _SAID_AS_WRITTEN, **found}


def _read(path: Path) -> gettext.NullTranslations:
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def understood(locale: str) -> str:
    """The language for somebody whose Slack is set to `locale` ("de-AT", "pt-BR"); English where we have none."""
    whole = locale.replace("_", "-").lower()
    return next((name for name in (whole, whole.partition("-")[0]) if name in languages()), ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in `language` until the end; a language that we do not have is English.

    It holds for the thread or asyncio task that is in it, and for tasks that are created there.
    """
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def speak(language: str) -> None:
    """The same from now on, within the `speaking` that one is in."""
    _spoken.set(language)


def spoken() -> str:
    """The language of the moment."""
    return _spoken.get()


def _translations() -> gettext.NullTranslations:
    language = _spoken.get()
    return _SAID_AS_WRITTEN if language == ENGLISH else languages().get(language, _SAID_AS_WRITTEN)


def said(sentence: str) -> str:
    """`sentence`, as it stands in the code, in the language of the moment."""
    return _translations().gettext(sentence) if sentence else ""


def phrase(sentence: str) -> str:
    """`sentence`, a literal that stands apart from where it is said: `said` it there. The catalogues have it."""
    return sentence


def fill_plain(template: str, /, **values: object) -> str:
    """`template`, a literal of our own words, with `{name}` replaced by `values`, for where Slack shows plain text."""
    return said(template).format(**values) if values else said(template)


def said_of(count: int, one: str, many: str) -> str:
    """The form of a sentence that fits `count`: English has `one` and `many`, other languages as many as they need."""
    return _translations().ngettext(one, many, count)


def grouped(value: int) -> str:
    """A number as people read it: 1,234."""
    return f"{value:,}".replace(",", said("1,000")[1]) if abs(value) >= THOUSAND else str(value)


def counted_plain(count: int, one: str, many: str, /, **values: object) -> str:
    """The same as `fill_plain` where the words depend on a number, which is `{count}` in both templates."""
    return said_of(count, one, many).format(count=grouped(count), **values)
