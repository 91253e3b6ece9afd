"""Text as Slack delivers what somebody typed, and the words, quotes and options in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from incidentbot.domain.markup import plain
from incidentbot.domain.text import clean_text

# Phones and word processors make these of what people type. One character for one, so that places stay the same.
_STRAIGHT: Final = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_WORD: Final = re.compile(
    r"""
      "(?P<quoted>[^"]*)"(?=\s|$)
    | (?:--|[\u2014\u2013])(?P<option>[A-Za-z][\w-]*)(?:=(?:"(?P<quoted_value>[^"]*)"(?=\s|$)|(?P<value>\S*)))?(?=\s|$)
    | \S+
    """,
    re.VERBOSE,
)
_MENTION: Final = re.compile(r"<@(?P<id>[UW][A-Z0-9]{2,30})(?:\|(?P<name>[^<>]*))?>", re.ASCII)


@dataclass(frozen=True, slots=True)
class PersonTyped:
    """A person as typed: an id where Slack put one in (a mention), otherwise a name that is to be looked up."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a quotation or an option, and where it stands.

    `text` is without the quotes around it. An option has its name in `option` (lower case, without dashes), and what
    follows a "=" in `value`.
    """

    text: str
    start: int
    end: int
    quoted: bool = False
    option: str = ""
    value: str | None = None


def words_of(text: str) -> list[Word]:
    """The words of `text`; quotes without a partner and dashes alone are ordinary characters."""
    return [_word(found) for found in _WORD.finditer(text.translate(_STRAIGHT))]


def _word(found: re.Match[str]) -> Word:
    if found["quoted"] is not None:
        return Word(found["quoted"], *found.span(), quoted=True)
    if found["option"] is not None:
        value = found["quoted_value"] if found["quoted_value"] is not None else found["value"]
        quoted = found["quoted_value"] is not None
        return Word(found[0], *found.span(), option=found["option"].lower(), value=value, quoted=quoted)
    return Word(found[0], *found.span())


def free_text(text: str, words: Sequence[Word]) -> str:
    """What `words` say, as typed: neighbours with the blanks between them, a single quotation without its quotes."""
    if len(words) == 1:
        return words[0].text if words[0].quoted else text[words[0].start : words[0].end]
    runs: list[tuple[int, int]] = []
    for word in words:
        if runs and not text[runs[-1][1] : word.start].strip():
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    return " ".join(text[start:end] for start, end in runs)


def straight(text: str) -> str:
    """`text` with the curly quotes of phones as plain ones."""
    return text.translate(_STRAIGHT)


def clean(text: str) -> str:
    """`text` without characters that hide or disguise, in full length."""
    return clean_text(text, max(len(text), 1))


def person_typed(word: str) -> PersonTyped:
    """The person that `word` names: a mention, or a name with or without @."""
    mention = _MENTION.fullmatch(word)
    if mention:
        return PersonTyped(mention["id"], mention["name"] or "")
    return PersonTyped(name=plain(word).lstrip("@"))


def is_mention(word: str) -> bool:
    """Whether `word` names a person (or a group) beyond doubt."""
    return word.startswith(("<@", "<!", "@"))
