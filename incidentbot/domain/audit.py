"""The audit chain: who did what from where, each row bound to the row before it and to its incident's row before.

A row has two parts. Its facts (when, what, which incident, how it ended) are hashed themselves. Its payload (who, from
what to what) is hashed by its digest, so that a person's data can be erased and the chain still verifies. A salt in the
payload keeps what was erased from being guessed by trying.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from incidentbot.domain.people import Actor

FORMAT: Final = 1
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
# What the first row of a chain has before it.
BEGINNING: Final = "0" * 64
DONE: Final = "done"
# The action whose rows name what they took the payload from.
ERASE: Final = "erase"
# The action whose rows name the incidents that they took out.
PRUNE: Final = "prune"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be recorded, before it has a place in the chain.

    `action` is the verb, `outcome` "done" or the code of the refusal, `surface` the way in, `request` the cause's key.
    `facts` hold no personal data: `entries` {seq: digest} of the timeline entries that tell of it, `rows` and
    `timeline` that were erased, or the incidents that were `pruned`.
    """

    action: str
    outcome: str
    surface: str
    request: str
    actor: Actor
    incident: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chain as stored. `facts` and `payload` are canonical JSON; `payload` is None once erased."""

    team_id: str
    seq: int
    at: datetime
    action: str
    outcome: str
    surface: str
    request: str
    incident: int | None
    facts: str
    payload: str | None
    payload_digest: str
    previous: str
    previous_of_incident: str
    hash: str = ""


def canonical(value: Any) -> str:
    """The one way to write plain JSON values: sorted keys, no blanks, ASCII."""
    return _CANONICAL.encode(value)


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(row: Row) -> str:
    """What binds the row: everything of it but its payload, which its digest stands for."""
    return digest(
        canonical(
            [
                FORMAT,
                row.team_id,
                row.seq,
                _moment(row.at),
                row.action,
                row.outcome,
                row.surface,
                row.request,
                row.incident,
                row.facts,
                row.payload_digest,
                row.previous,
                row.previous_of_incident,
            ]
        )
    )


def payload_of(note: Note, salt: str) -> str:
    """The part that can be erased."""
    actor = {"source": note.actor.source.value, "id": note.actor.id, "name": note.actor.name, "email": note.actor.email}
    return canonical({"actor": actor, "before": dict(note.before), "after": dict(note.after), "salt": salt})


def entry_digest(
    seq: int, kind: str, actor: Actor, data: Mapping[str, Any], happened_at: datetime, recorded_at: datetime
) -> str:
    """What binds a timeline entry to the row that tells of it."""
    who = [actor.source.value, actor.id, actor.name, actor.email]
    return digest(canonical([seq, str(kind), who, dict(data), _moment(happened_at), _moment(recorded_at)]))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a team's chain; kept elsewhere it shows whether the tail was cut."""

    team_id: str
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.team_id}:{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it was written; `seq` 0 where it is about the chain as a whole."""

    team_id: str
    seq: int
    why: str


class Chain:
    """Checks the rows of one team in their order. `erased` collects the payloads that are gone, to be accounted for."""

    def __init__(self, team_id: str) -> None:
        self._team_id = team_id
        self._of_incident: dict[int, str] = {}
        self.head = Head(team_id, 0, BEGINNING)
        self.erased: set[int] = set()

    def take(self, row: Row) -> Broken | None:
        """What is wrong with the next row, if anything is."""
        why = self._wrong(row)
        if why:
            return Broken(self._team_id, self.head.seq + 1, why)
        self.head = Head(self._team_id, row.seq, row.hash)
        if row.incident is not None:
            self._of_incident[row.incident] = row.hash
        if row.payload is None:
            self.erased.add(row.seq)
        return None

    def _wrong(self, row: Row) -> str:
        if row.seq != self.head.seq + 1:
            return f"row {self.head.seq + 1} is missing"
        if row.previous != self.head.hash:
            return "it does not follow from the row before it"
        before = BEGINNING if row.incident is None else self._of_incident.get(row.incident, BEGINNING)
        if row.previous_of_incident != before:
            return "it does not follow from its incident's row before it"
        if row.hash != hash_of(row):
            return "it was changed"
        if row.payload is not None and digest(row.payload) != row.payload_digest:
            return "who did it, or what it changed, was changed"
        return ""
