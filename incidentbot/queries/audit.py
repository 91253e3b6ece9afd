"""The audit chains, checked and exported."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from incidentbot.domain.audit import ERASE, PRUNE, Broken, Chain, Head, Row
from incidentbot.store import Store, Transaction
from incidentbot.store.timeline import EntryDigest

# What reading a value raises that somebody else than us has written.
UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass
class _Told:
    """What the rows of a team say of timelines and of what was erased."""

    digests: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    erased_rows: set[int] = field(default_factory=set)
    erased_entries: set[tuple[int, int]] = field(default_factory=set)
    pruned: set[int] = field(default_factory=set)

    def take(self, row: Row) -> None:
        facts: Mapping[str, Any] = json.loads(row.facts)
        for seq, digest in facts.get("entries", {}).items():
            self.digests[row.incident or 0, int(seq)] = (digest, row.seq)
        if row.action == ERASE:
            self.erased_rows |= set(facts.get("rows", ()))
            self.erased_entries |= {(incident, seq) for incident, seq in facts.get("timeline", ())}
        if row.action == PRUNE:
            self.pruned |= set(facts.get("pruned", ()))


def verify_audit(
    store: Store, teams: Sequence[str] = (), anchors: Sequence[Head] = ()
) -> tuple[list[Head], list[Broken]]:
    """Check the chains of `teams` (none named: of all). Answers where each ends, and of each broken one the first row.

    `anchors` are ends that were noted elsewhere: a chain that has lost its tail no longer has that row.
    """
    with store.read("") as tx:
        tx.freeze()
        named = teams or sorted({*tx.audit.teams(), *(anchor.team_id for anchor in anchors)})
        noted = {head.team_id: head for head in tx.audit.heads()}
        heads, broken = [], []
        for team_id in named:
            chain = Chain(team_id)
            wanted = {anchor.seq: anchor for anchor in anchors if anchor.team_id == team_id}
            found = _chain_problem(tx.of(team_id), chain, noted.get(team_id), wanted)
            heads.append(chain.head)
            broken += [found] if found else []
    return heads, broken


def _chain_problem(tx: Transaction, chain: Chain, noted: Head | None, wanted: dict[int, Head]) -> Broken | None:
    told = _Told()
    try:
        found = _row_problem(tx, chain, told, wanted)
    except UNREADABLE:
        found = Broken(tx.team_id, chain.head.seq + 1, "it cannot be read")
    if found:
        return found
    if noted != chain.head and not (noted is None and chain.head.seq == 0):
        return Broken(tx.team_id, chain.head.seq + 1, "the end of the chain is missing")
    if wanted:
        return Broken(tx.team_id, min(wanted), "the end of the chain, which was noted elsewhere, is missing")
    unexplained = chain.erased - told.erased_rows
    if unexplained:
        return Broken(tx.team_id, min(unexplained), "its payload is gone, and no row tells of an erasure")
    try:
        return _timeline_problem(tx, told)
    except UNREADABLE:
        return Broken(tx.team_id, 0, "a timeline entry cannot be read")


def _row_problem(tx: Transaction, chain: Chain, told: _Told, wanted: dict[int, Head]) -> Broken | None:
    """The first row that is not as it was written, or not as it was noted elsewhere."""
    for row in tx.audit.rows(tx.team_id):
        problem = chain.take(row)
        if problem:
            return problem
        anchor = wanted.pop(row.seq, None)
        if anchor and anchor.hash != row.hash:
            return Broken(tx.team_id, row.seq, "it is not the row that was noted elsewhere")
        told.take(row)
    return None


def _timeline_problem(tx: Transaction, told: _Told) -> Broken | None:
    """The first row whose timeline entries are not as it tells; entries from before the chain began are left alone."""
    first: dict[int, int] = {}
    for incident, seq in told.digests:
        first[incident] = min(seq, first.get(incident, seq))
    waiting = dict(told.digests)
    wrong: list[Broken] = []
    for entry in tx.timeline.digests():
        place = (entry.incident, entry.seq)
        digest, row = waiting.pop(place, ("", 0))
        if entry.incident not in first or 0 < entry.seq < first[entry.incident]:
            continue
        why = _entry_problem(entry, digest, erased=place in told.erased_entries)
        if why:
            wrong.append(Broken(tx.team_id, row, f"entry {entry.seq} of INC-{entry.incident} {why}"))
    for (incident, seq), (_, row) in waiting.items():
        if incident in told.pruned:
            continue
        wrong.append(Broken(tx.team_id, row, f"entry {seq} of INC-{incident} is missing"))
    return min(wrong, key=lambda one: one.seq, default=None)


def _entry_problem(entry: EntryDigest, digest: str, *, erased: bool) -> str:
    if not digest:
        return "is in no row"
    return "" if entry.digest == digest or (erased and entry.erased) else "was changed"


def export_audit(store: Store, teams: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Every row as plain JSON values, each team's followed by where its chain ends, to be kept elsewhere."""
    with store.read("") as tx:
        tx.freeze()
        for team_id in teams or tx.audit.teams():
            head = Head(team_id, 0, "")
            for row in tx.audit.rows(team_id):
                head = Head(team_id, row.seq, row.hash)
                yield _shown(row)
            yield {"head": str(head), **asdict(head)}


def _shown(row: Row) -> dict[str, Any]:
    payload = json.loads(row.payload) if row.payload is not None else None
    return {**asdict(row), "at": row.at.isoformat(), "facts": json.loads(row.facts), "payload": payload}
