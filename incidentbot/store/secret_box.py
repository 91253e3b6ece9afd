"""Secrets at rest: encrypted by keys that the database never sees, and bound to the place where they belong.

What is encrypted says whose secret it is and in which column it stands, since the cipher itself binds nothing: a row
that was copied to another workspace, or a token that was moved to another column, does not open.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_MARK: Final = "v1"


class NoKey(Exception):
    """There is nothing to encrypt with."""


class SecretUnreadable(Exception):
    """The secret in `column` of `team_id` does not open; `why` says which key is missing, or that it is not its own."""

    def __init__(self, team_id: str, column: str, why: str, *, key_missing: bool = False) -> None:
        super().__init__(f"{team_id}.{column}: {why}")
        self.team_id: Final = team_id
        self.column: Final = column
        self.why: Final = why
        self.key_missing: Final = key_missing


class SecretBox:
    """Encrypts with the first of `keys` (urlsafe base64 of 32 bytes) and opens with any of them."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._keys: Final = {_name(key): Fernet(key) for key in keys}
        self._newest: Final = next(iter(self._keys), "")

    @property
    def has_key(self) -> bool:
        """Whether secrets can be kept at all."""
        return bool(self._keys)

    def seal(self, team_id: str, column: str, secret: str) -> str:
        """The secret as it is stored: a mark, the name of the key, and the cipher text."""
        if not self._keys:
            raise NoKey
        bound = json.dumps({"team": team_id, "column": column, "secret": secret})
        return f"{_MARK}:{self._newest}:{self._keys[self._newest].encrypt(bound.encode()).decode()}"

    def open(self, team_id: str, column: str, sealed: str) -> str:
        """The secret; SecretUnreadable where its key is not there or it belongs somewhere else."""
        mark, name, token = (*sealed.split(":", 2), "", "")[:3]
        if mark != _MARK or name not in self._keys:
            why = f"it was encrypted with the key {name or '?'}, which is not given"
            raise SecretUnreadable(team_id, column, why, key_missing=True)
        try:
            bound = json.loads(MultiFernet([self._keys[name]]).decrypt(token.encode()))
        except (InvalidToken, ValueError) as error:
            raise SecretUnreadable(team_id, column, "it was changed") from error
        if (bound.get("team"), bound.get("column")) != (team_id, column):
            raise SecretUnreadable(team_id, column, "it belongs to another workspace or column")
        return str(bound["secret"])

    def is_newest(self, sealed: str) -> bool:
        """Whether it is encrypted with the newest key already."""
        return bool(self._newest) and sealed.startswith(f"{_MARK}:{self._newest}:")


def make_key() -> str:
    """A new key, as INCIDENTBOT_SECRET_KEY takes it."""
    return Fernet.generate_key().decode()


def _name(key: str) -> str:
    """What a key is called beside what it encrypted; says nothing about the key."""
    return hashlib.sha256(b"incidentbot key name\n" + key.encode()).hexdigest()[:8]
