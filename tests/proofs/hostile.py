"""What strangers write, and how a request is spoilt: by its meaning, by its bytes, by its headers."""

import json
import random
from typing import Any, Final

HOSTILE: Final = (
    *("", " ", "\x00", "\r\nX-Injected: 1", "\u202egnp.exe", "\u200b" * 50, "e" + "\u0301" * 500, "\ud800"),
    *("<!channel>", "<@U0PERSON01>", "<https://evil.example|bank.example>", "&lt;!here&gt;", "```", "*x* _y_ ~z~ `q`"),
    *("=cmd|' /C calc'!A0", "{{7*7}}", "{0.__class__.__mro__}", "${jndi:ldap://x}", "%n%s%x", "' OR 1=1 --"),
    *("INC--1", "INC-1e9", "9" * 400, "-1", "1_000", "\u0661", "NaN", "null", "true", "[]", "\\u0000", "A" * 4000),
    *("http://169.254.169.254/latest", "http://[::ffff:127.0.0.1]/", "javascript:alert(1)", "__proto__", "constructor"),
    *("../../etc/passwd", "\U0001f469\u200d\U0001f4bb"),
)
ODD: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 2**53, 2**63, 10**17, 1e308, -0.0, [], {}, [[]], [None], {"": ""}, {"id": None}),
    *({"id": {"id": "U1"}}, ["a"] * 50, {"team_id": "T0OTHER001", "role": "admin", "state": "resolved"}),
)


def spoil(value: Any, dice: random.Random) -> Any:
    """`value` with something in it replaced, dropped, added, doubled or moved; it may become anything."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        return _spoil_object(value, dice)
    if isinstance(value, list) and value and dice.random() < 0.8:
        at = dice.randrange(len(value))
        return dice.choice((value[:at], value * 2, [*value[:at], spoil(value[at], dice), *value[at + 1 :]]))
    return dice.choice((*ODD, *HOSTILE))


def _spoil_object(value: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    name = dice.choice(sorted(value))
    roll = dice.random()
    if roll < 0.15:
        return {other: held for other, held in value.items() if other != name}
    if roll < 0.25:
        return {**value, dice.choice(("state", "role", "team_id", "type", *HOSTILE)): dice.choice((*ODD, *HOSTILE))}
    if roll < 0.3:
        return {**value, name: value[dice.choice(sorted(value))]}
    return {**value, name: spoil(value[name], dice)}


def written(value: Any, dice: random.Random) -> bytes:
    """JSON of `value`; sometimes what no serialiser would write."""
    text = json.dumps(value)
    roll = dice.random()
    if roll < 0.02:
        text = "[" * dice.choice((33, 5_000, 100_000)) + text
    elif roll < 0.04:
        text = text.replace("1", "1" * 5_000, 1)
    elif roll < 0.06:
        text = text.replace(": ", ": NaN, ", 1)
    elif roll < 0.08:
        text = text.replace("{", '{"type": 1, "type": 2, ', 1)
    return spoil_bytes(text.encode(), dice) if dice.random() < 0.1 else text.encode()


def spoil_bytes(raw: bytes, dice: random.Random) -> bytes:
    """`raw` with some bytes changed, cut out, or put in."""
    at = dice.randrange(len(raw) + 1)
    odd = dice.choice((b"\x00", b"\xff\xfe", b"%", b"%zz", b"&", b"=", b"\xed\xa0\x80", b'"', b"}", dice.randbytes(8)))
    return dice.choice((raw[:at], raw[at:], raw[:at] + odd + raw[at + 1 :], raw[:at] + odd + raw[at:], raw + raw))


Headers = list[tuple[bytes, bytes]]


def spoil_headers(headers: Headers, dice: random.Random) -> Headers:
    """`headers` with one dropped, doubled, or changed, or with one too many."""
    at = dice.randrange(len(headers))
    name, value = headers[at]
    extra = dice.choice(
        (
            (b"content-encoding", b"gzip"),
            (b"content-length", b"1_0"),
            (b"content-type", b"multipart/form-data; boundary=\xff"),
            (b"cookie", b"=;" * 100),
            (b"x-" + dice.randbytes(4), dice.randbytes(40)),
            (b"idempotency-key", dice.randbytes(30)),
        )
    )
    return dice.choice(
        (
            headers[:at] + headers[at + 1 :],
            [*headers, headers[at]],
            [*headers[:at], (name, spoil_bytes(value, dice)), *headers[at + 1 :]],
            [*headers, extra],
        )
    )
