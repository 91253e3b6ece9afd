"""Ids and times in Slack's shapes."""

import itertools
import secrets
import string

_LETTERS = string.ascii_uppercase + string.digits
_counter = itertools.count(1)


def new_id(prefix: str) -> str:
    """An id such as Slack gives: a capital that tells the kind, then ten capitals and digits, never twice."""
    number = next(_counter)
    tail = ""
    while number:
        number, digit = divmod(number, len(_LETTERS))
        tail = _LETTERS[digit] + tail
    return f"{prefix}0{tail.rjust(4, '0')}{_random(5)}"


def new_secret(size: int = 24) -> str:
    """Letters and digits that nobody guesses."""
    return secrets.token_hex(size // 2)


def _random(size: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(size))


def format_ts(microseconds: int) -> str:
    """A message's `ts` from microseconds since the epoch."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{seconds}.{rest:06d}"


def ts_key(ts: str) -> tuple[int, int]:
    """What a `ts` sorts by. ValueError where it is none."""
    seconds, _, rest = ts.partition(".")
    return int(seconds), int(rest.ljust(6, "0")[:6] or "0")


def is_ts(text: str) -> bool:
    """True for text that can be a message's `ts`."""
    seconds, dot, rest = text.partition(".")
    return bool(dot) and seconds.isascii() and seconds.isdigit() and rest.isascii() and rest.isdigit()
