"""Small checks that shapes are put together from. A check looks at a value and notes what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: `pointer` is a JSON pointer, `kind` the constraint that failed."""

    pointer: str
    message: str
    kind: str = "value"

    def __str__(self) -> str:
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Findings:
    """The problems found so far."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, pointer: str, message: str, kind: str = "value") -> None:
        """Note a problem."""
        self.problems.append(Problem(pointer, message, kind))


Check = Callable[[Any, str, Findings], None]
Rule = Callable[[Mapping[str, Any], str, Findings], None]


def string(most: int, *, least: int = 1) -> Check:
    """Text of so many characters."""

    def check(value: Any, at: str, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.add(at, "must be a string", "type")
        elif len(value) > most:
            findings.add(at, f"must be less than {most + 1} characters", "max_length")
        elif len(value) < least:
            findings.add(at, f"must be more than {least - 1} characters", "min_length")

    return check


def matching(pattern: str, what: str) -> Check:
    """Text of a form."""
    compiled = re.compile(pattern)

    def check(value: Any, at: str, findings: Findings) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            findings.add(at, f"must be {what}", "format")

    return check


def url(most: int = 3000) -> Check:
    """A web address."""
    length = string(most)
    form = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")

    def check(value: Any, at: str, findings: Findings) -> None:
        length(value, at, findings)
        if isinstance(value, str) and value and not form.fullmatch(value):
            findings.add(at, "must be a valid URL", "format")

    return check


def boolean(value: Any, at: str, findings: Findings) -> None:
    """True or false."""
    if not isinstance(value, bool):
        findings.add(at, "must be a boolean", "type")


def integer(least: int, most: int) -> Check:
    """A whole number between two."""

    def check(value: Any, at: str, findings: Findings) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            findings.add(at, "must be an integer", "type")
        elif not least <= value <= most:
            findings.add(at, f"must be between {least} and {most}", "range")

    return check


def number(value: Any, at: str, findings: Findings) -> None:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        findings.add(at, "must be a number", "type")


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, at: str, findings: Findings) -> None:
        if value not in allowed:
            findings.add(at, f"must be one of {', '.join(allowed)}", "enum")

    return check


def anything(value: Any, at: str, findings: Findings) -> None:
    """Whatever is there: Slack does not say what it checks."""


def array(of: Check, most: int, *, least: int = 1) -> Check:
    """A list of so many."""

    def check(value: Any, at: str, findings: Findings) -> None:
        if not isinstance(value, list):
            findings.add(at, "must be an array", "type")
            return
        if len(value) > most:
            findings.add(at, f"no more than {most} items allowed [{len(value)} given]", "max_items")
        if len(value) < least:
            findings.add(at, f"no fewer than {least} items allowed [{len(value)} given]", "min_items")
        for number_of, item in enumerate(value):
            of(item, f"{at}/{number_of}", findings)

    return check


def nullable(of: Check) -> Check:
    """The same, or null."""

    def check(value: Any, at: str, findings: Findings) -> None:
        if value is not None:
            of(value, at, findings)

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: which keys it must and may have, and rules across keys. An unknown key is a problem."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def __call__(self, value: Any, at: str, findings: Findings) -> None:
        """Check an object."""
        if not isinstance(value, dict):
            findings.add(at, "must be an object", "type")
            return
        for key in self.required:
            if value.get(key) is None:
                findings.add(at, f"missing required field: {key}", "required")
        for key, item in value.items():
            self._field(key, item, at, findings)
        for rule in self.rules:
            rule(value, at, findings)

    def _field(self, key: str, item: Any, at: str, findings: Findings) -> None:
        check = self.required.get(key) or self.optional.get(key)
        if check is not None:
            if item is not None:
                check(item, f"{at}/{key}", findings)
        elif key != "type":
            findings.add(at, f"invalid additional property: {key}", "additional_property")


def typed(shapes: Mapping[str, Check], what: str, *, allowed: Iterable[str] = ()) -> Check:
    """An object whose `type` says which shape it has; `allowed` narrows the types down."""
    names = frozenset(allowed) or frozenset(shapes)

    def check(value: Any, at: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add(at, "must be an object", "type")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in shapes:
            findings.add(f"{at}/type", f"unsupported type: {kind}", "enum")
        elif kind not in names:
            findings.add(f"{at}/type", f"unsupported type: {kind} is not allowed as {what}", "enum")
        else:
            shapes[kind](value, at, findings)

    return check


def exactly_one(*keys: str) -> Rule:
    """A rule: one of these keys, and only one."""

    def rule(value: Mapping[str, Any], at: str, findings: Findings) -> None:
        present = [key for key in keys if value.get(key) is not None]
        if len(present) != 1:
            findings.add(at, f"must have exactly one of {', '.join(keys)}", "exactly_one")

    return rule


def at_least_one(*keys: str) -> Rule:
    """A rule: one of these keys or more."""

    def rule(value: Mapping[str, Any], at: str, findings: Findings) -> None:
        if all(value.get(key) is None for key in keys):
            findings.add(at, f"must have at least one of {', '.join(keys)}", "at_least_one")

    return rule
