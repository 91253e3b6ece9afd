"""JSON from outside, read within limits, so that no body can cost more than its size.

A duplicate key, NaN or a 5,000-digit number reads differently in different parsers; what two readers understand
differently is refused, not interpreted.
"""

import json
import math
from dataclasses import dataclass
from typing import Final, NoReturn

LONGEST_NUMBER: Final = 18


class BadJson(ValueError):
    """The body is not JSON that we accept; the message says why, without quoting the body."""


@dataclass(frozen=True, slots=True)
class JsonLimits:
    """How deep a body may nest and how many object keys it may have in all."""

    depth: int = 32
    keys: int = 1_000


WEBHOOK_LIMITS: Final = JsonLimits()


def read_json(body: bytes, limits: JsonLimits = WEBHOOK_LIMITS) -> object:
    """The value in `body`, which must be UTF-8 JSON within `limits`; raises BadJson otherwise.

    The size of the body is the caller's to bound, before it is read at all.
    """
    try:
        value: object = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadJson("body is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadJson(f"body is not JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise BadJson(f"nested deeper than {limits.depth}") from error
    _check(value, limits)
    return value


def _check(value: object, limits: JsonLimits) -> None:
    """Walk level by level: the number of rounds is the depth, and no recursion is needed."""
    level: list[object] = [value]
    depth = keys = 0
    while level:
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                keys += len(item)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        depth += any(isinstance(item, dict | list) for item in level)
        if depth > limits.depth:
            raise BadJson(f"nested deeper than {limits.depth}")
        if keys > limits.keys:
            raise BadJson(f"more than {limits.keys} keys")
        level = below


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise BadJson("an object has the same key twice")
    return read


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST_NUMBER:
        raise BadJson(f"a number has more than {LONGEST_NUMBER} digits")
    return int(text)


def _fraction(text: str) -> float:
    mantissa = text.lower().partition("e")[0]
    if len(mantissa.replace(".", "").lstrip("-0")) > LONGEST_NUMBER:
        raise BadJson(f"a number has more than {LONGEST_NUMBER} digits")
    number = float(text)
    if math.isinf(number):
        raise BadJson("a number is too large")
    return number


def _constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not a number")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
