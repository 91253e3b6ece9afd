"""Conditions on monitoring events: a small language, parsed once into a tree and never run as a program.

    severity == 'critical' AND (ci_type in ['server', 'database'] OR 'customer-facing' in tags)

Comparisons `== != < > <= >=` between a field and a text in '…' or "…" or a number; `in` and `not in` a list, or a text
in a field; `AND`, `OR`, `NOT` in either case; parentheses. How values compare:

- Case does not matter. Where a field has a vocabulary (severity, status, category, ci_type), neither do blanks, hyphens
  and underscores.
- Severities are ordered by how bad they are: `severity >= 'high'` is high and critical. NopeSight's names mean what
  they mean there (`major` is high). A severity or status that nobody knows is an error, since it would never match.
- Other texts are ordered alphabetically. A number compares with what reads as a number and differs from all else.
- ci_type, ci_name and tags have any number of values: a comparison holds if any of them meets it, so with no value none
  holds, `!=` included. "None of them" is `NOT ci_type == 'server'`, or `ci_type not in ['server']`.
- `'text' in field` means that one of the values is the text, and for a field with one value that it contains the text.

The cost is bounded: at most LONGEST characters, nesting at most DEEPEST, and time linear in both text and values.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from incidentbot.domain.foreign_fields import as_word
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.nopesight_event import SEVERITIES, STATUSES, UNKNOWN_SEVERITY

LONGEST: Final = 1_000
DEEPEST: Final = 20
LONGEST_NUMBER: Final = 18

MANY: Final = frozenset({"ci_type", "ci_name", "tags"})
VOCABULARY: Final = frozenset({"severity", "status", "category", "ci_type"})
FIELDS: Final = (
    "severity",
    "status",
    "category",
    "source",
    "ci_type",
    "ci_name",
    "service",
    "environment",
    "department",
    "tags",
    "title",
    "hostname",
    "application",
    "correlation_id",
)

Operator = Literal["==", "!=", "<", ">", "<=", ">="]
Literals = str | float
Values = str | tuple[str, ...]


class ConditionError(ValueError):
    """The text is no condition. `line` and `column` count from 1; `expected` is what could stand there, if known."""

    def __init__(self, what: str, line: int, column: int, expected: tuple[str, ...] = ()) -> None:
        wanted = f"; expected {', '.join(expected)}" if expected else ""
        super().__init__(f"line {line}, column {column}: {what}{wanted}")
        self.what: Final = what
        self.line: Final = line
        self.column: Final = column
        self.expected: Final = expected


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field operator value`."""

    field: str
    operator: Operator
    value: Literals

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {_quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """`field in [choices]`."""

    field: str
    choices: tuple[Literals, ...]

    def __str__(self) -> str:
        return f"{self.field} in [{', '.join(map(_quoted, self.choices))}]"


@dataclass(frozen=True, slots=True)
class Holds:
    """`value in field`."""

    value: str
    field: str

    def __str__(self) -> str:
        return f"{_quoted(self.value)} in {self.field}"


@dataclass(frozen=True, slots=True)
class Not:
    """`NOT operand`."""

    operand: "Condition"

    def __str__(self) -> str:
        return f"NOT {_bracketed(self.operand)}"


@dataclass(frozen=True, slots=True)
class AllOf:
    """`a AND b AND …`, two or more."""

    operands: tuple["Condition", ...]

    def __str__(self) -> str:
        return " AND ".join(map(_bracketed, self.operands))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`a OR b OR …`, two or more."""

    operands: tuple["Condition", ...]

    def __str__(self) -> str:
        return " OR ".join(map(_bracketed, self.operands))


Test = Comparison | OneOf | Holds
Condition = Test | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a condition holds or does not: its text, for a test the values that it saw, the result, and its parts."""

    text: str
    values: tuple[str, ...]
    result: bool
    parts: tuple["Explanation", ...] = ()


def parse(text: str) -> Condition:
    """The condition that `text` says. Raises ConditionError and nothing else, whatever the text is."""
    if len(text) > LONGEST:
        raise ConditionError(f"longer than {LONGEST} characters", 1, LONGEST + 1)
    try:
        built = _parser().parse(text)
    except UnexpectedInput as error:
        raise _told(error, text) from None
    return cast(Condition, built)


def evaluate(condition: Condition, fields: Mapping[str, Values]) -> bool:
    """Whether `fields` (as `fields_of` makes them; a missing one is empty) meet the condition."""
    match condition:
        case Not(operand):
            return not evaluate(operand, fields)
        case AllOf(operands):
            return all(evaluate(operand, fields) for operand in operands)
        case AnyOf(operands):
            return any(evaluate(operand, fields) for operand in operands)
        case _:
            return any(_meets(condition, value) for value in _values(condition.field, fields))


def explain(condition: Condition, fields: Mapping[str, Values]) -> Explanation:
    """The same decision with all its parts, also those that `evaluate` need not look at."""
    match condition:
        case Not(operand):
            parts: tuple[Explanation, ...] = (explain(operand, fields),)
        case AllOf(operands) | AnyOf(operands):
            parts = tuple(explain(operand, fields) for operand in operands)
        case _:
            seen = tuple(value for value in _values(condition.field, fields) if value)
            return Explanation(str(condition), seen, evaluate(condition, fields))
    return Explanation(str(condition), (), evaluate(condition, fields), parts)


def fields_of(event: MonitoringEvent) -> dict[str, Values]:
    """What conditions see of an event, by field name.

    `source` is what the event itself names as its source, else the system that it came from. `application` and
    `service` are one thing.
    """
    return {
        "severity": event.severity.value,
        "status": event.status.value,
        "category": event.category,
        "source": event.origin or event.source,
        "ci_type": tuple(ci.type for ci in event.cis if ci.type),
        "ci_name": tuple(ci.name for ci in event.cis),
        "service": event.service,
        "environment": event.environment,
        "department": event.department,
        "tags": event.tags,
        "title": event.title,
        "hostname": event.hostname,
        "application": event.service,
        "correlation_id": event.correlation_id,
    }


# --- how values compare -----------------------------------------------------------------------------------------------

_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_MIRRORED: Final[Mapping[str, Operator]] = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _values(field: str, fields: Mapping[str, Values]) -> tuple[str, ...]:
    found = fields.get(field, () if field in MANY else "")
    return (found,) if isinstance(found, str) else found


def _meets(test: Test, value: str) -> bool:
    match test:
        case Comparison(field, sign, wanted):
            return _compares(field, sign, value, wanted)
        case OneOf(field, choices):
            return any(_compares(field, "==", value, choice) for choice in choices)
        case Holds(wanted, field):
            same = field in MANY
            return _comparable(field, wanted) == _comparable(field, value) if same else _fold(wanted) in _fold(value)


def _compares(field: str, sign: Operator, value: str, wanted: Literals) -> bool:
    if isinstance(wanted, str):
        return _COMPARE[sign](_comparable(field, value), _comparable(field, wanted))
    number = _number(value)
    return sign == "!=" if number is None else _COMPARE[sign](number, wanted)


def _comparable(field: str, value: str) -> str | int:
    """What stands for `value` in comparisons; severities as numbers, the worst the greatest."""
    if field == "severity":
        return -SEVERITIES.get(as_word(value), UNKNOWN_SEVERITY).rank
    if field == "status":
        return STATUSES[as_word(value)].value if as_word(value) in STATUSES else ""
    return _fold(as_word(value)) if field in VOCABULARY else _fold(value)


def _fold(value: str) -> str:
    return value.casefold()


def _number(value: str) -> float | None:
    # float() also takes "nan", "infinity", "1_0" and the digits of other scripts; none of them is meant here.
    plain = value.strip().removeprefix("-")
    digits = plain.replace(".", "", 1)
    return float(value) if digits.isascii() and digits.isdigit() else None


def _quoted(value: Literals) -> str:
    if isinstance(value, float):
        # Never with an exponent, which the language does not know.
        return format(Decimal(repr(value)), "f")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _bracketed(condition: Condition) -> str:
    return f"({condition})" if isinstance(condition, AllOf | AnyOf) else str(condition)


# --- reading ----------------------------------------------------------------------------------------------------------

_GRAMMAR: Final = r"""
start: any_of
?any_of: all_of (_OR all_of)*
?all_of: negation (_AND negation)*
?negation: _NOT negation -> negated
    | "(" any_of ")" -> bracketed
    | test
?test: NAME SIGN literal -> compared
    | literal SIGN NAME -> compared_mirrored
    | NAME _IN list -> one_of
    | NAME _NOT _IN list -> none_of
    | TEXT _IN NAME -> holds
    | TEXT _NOT _IN NAME -> holds_not
list: "[" literal ("," literal)* "]"
?literal: TEXT | NUMBER

_AND.2: /and\b/i
_OR.2: /or\b/i
_NOT.2: /not\b/i
_IN.2: /in\b/i
NAME: /[a-z_][a-z0-9_]*/i
SIGN: "==" | "!=" | "<=" | ">=" | "<" | ">"
TEXT: /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/
NUMBER: /-?[0-9]+(?:\.[0-9]+)?/
%ignore /[ \t\r\n]+/
"""

# What people call the terminals of the grammar, in the order in which an error lists them.
_CALLED: Final[Mapping[str, str]] = {
    "NAME": "a field",
    "TEXT": "a text in quotes",
    "NUMBER": "a number",
    "SIGN": "==, !=, <, >, <= or >=",
    "_IN": "in",
    "_NOT": "NOT",
    "_AND": "AND",
    "_OR": "OR",
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "COMMA": "a comma",
    "$END": "the end",
}


@dataclass(frozen=True, slots=True)
class _Built:
    """A part of the tree and how deep it nests, brackets counted; `at` is its first word."""

    condition: Condition
    depth: int
    at: Token


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Makes the tree while the parser runs, so that nothing recurses, however deep the text nests."""

    def start(self, built: _Built) -> Condition:
        return built.condition

    def any_of(self, *parts: _Built) -> _Built:
        return _deeper(AnyOf(tuple(part.condition for part in parts)), *parts)

    def all_of(self, *parts: _Built) -> _Built:
        return _deeper(AllOf(tuple(part.condition for part in parts)), *parts)

    def negated(self, built: _Built) -> _Built:
        return _deeper(Not(built.condition), built)

    def bracketed(self, built: _Built) -> _Built:
        return _deeper(built.condition, built)

    def compared(self, name: Token, sign: Token, literal: Token) -> _Built:
        return _comparison(name, _as_operator(sign), literal)

    def compared_mirrored(self, literal: Token, sign: Token, name: Token) -> _Built:
        return _comparison(name, _MIRRORED[sign], literal)

    def list(self, *literals: Token) -> tuple[Token, ...]:
        return literals

    def one_of(self, name: Token, literals: tuple[Token, ...]) -> _Built:
        field = _field(name)
        return _Built(OneOf(field, tuple(_literal(field, literal) for literal in literals)), 1, name)

    def none_of(self, name: Token, literals: tuple[Token, ...]) -> _Built:
        built: _Built = self.one_of(name, literals)
        return _Built(Not(built.condition), 1, name)

    def holds(self, literal: Token, name: Token) -> _Built:
        field = _field(name)
        if field in VOCABULARY - MANY:
            raise _error_at(name, f"{field} holds one word of a vocabulary", (f"{field} == {literal}",))
        return _Built(Holds(_text(literal), field), 1, literal)

    def holds_not(self, literal: Token, name: Token) -> _Built:
        built: _Built = self.holds(literal, name)
        return _Built(Not(built.condition), 1, literal)


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


def _deeper(condition: Condition, *parts: _Built) -> _Built:
    depth = 1 + max(part.depth for part in parts)
    if depth > DEEPEST:
        raise _error_at(parts[0].at, f"nested deeper than {DEEPEST}")
    return _Built(condition, depth, parts[0].at)


def _comparison(name: Token, sign: Operator, literal: Token) -> _Built:
    field = _field(name)
    if field == "status" and sign not in {"==", "!="}:
        raise _error_at(name, "statuses have no order", ("==", "!=", "in"))
    return _Built(Comparison(field, sign, _literal(field, literal)), 1, name)


def _as_operator(sign: Token) -> Operator:
    return _MIRRORED[_MIRRORED[sign]]


def _field(name: Token) -> str:
    field = str(name).lower()
    if field not in FIELDS:
        raise _error_at(name, f"there is no field {field[:40]}", FIELDS)
    return field


def _literal(field: str, token: Token) -> Literals:
    known = {"severity": tuple(SEVERITIES), "status": tuple(STATUSES)}.get(field)
    if token.type == "NUMBER" and known is None:
        return _as_number(token)
    if known is not None and (token.type == "NUMBER" or as_word(_text(token)) not in known):
        raise _error_at(token, f"{str(token)[:40]} is no {field}", known)
    return _text(token)


def _as_number(token: Token) -> float:
    if sum(character.isdigit() for character in token) > LONGEST_NUMBER:
        raise _error_at(token, f"a number has more than {LONGEST_NUMBER} digits")
    return float(token)


def _text(token: Token) -> str:
    """What stands between the quotes; a backslash takes a quote or a backslash for itself, else it is one."""
    inner = str(token)[1:-1]
    pieces = inner.split("\\\\")
    return "\\".join(piece.replace("\\'", "'").replace('\\"', '"') for piece in pieces)


def _error_at(token: Token, what: str, expected: tuple[str, ...] = ()) -> ConditionError:
    return ConditionError(what, token.line or 1, token.column or 1, expected)


def _told(error: UnexpectedInput, text: str) -> ConditionError:
    """Lark's error in words; at the end of the text it points just behind it."""
    if isinstance(error, UnexpectedCharacters):
        return ConditionError(f"{error.char!r} is not understood", error.line, error.column, _called(error.allowed))
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return ConditionError(
            f"{str(error.token)[:40]!r} does not belong here", error.line, error.column, _called(error.expected)
        )
    names = error.expected if isinstance(error, UnexpectedToken | UnexpectedEOF) else ()
    lines = text.split("\n")
    return ConditionError("it ends too early", len(lines), len(lines[-1]) + 1, _called(names))


def _called(names: Any) -> tuple[str, ...]:
    return tuple(word for name, word in _CALLED.items() if name in set(names))
