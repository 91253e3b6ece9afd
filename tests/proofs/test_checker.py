"""The checker finds each kind of wrong, and nothing in a history where all is right."""

from typing import Any

import pytest

from tests.proofs.checker import check
from tests.proofs.history import History, Record

ROOT = "100.000001"


def message(ts: str, event_type: str, effect: str, text: str = "", root: str = ROOT, **payload: Any) -> Record:
    facts = {"channel": "#incidents", "ts": ts, "root": root, "type": event_type, "text": text}
    return Record(float(ts), "posted", {**facts, "payload": {"incident": "INC-1", "effect": effect, **payload}})


def card(ts: str = ROOT, effect: str = "e1", state: str = "acknowledged", version: int = 2) -> Record:
    return message(ts, "incident", effect, "Broken [k1]", root="", state=state, version=version)


def entry(seq: int, kind: str, ts: str = "", text: str = "") -> Record:
    return message(ts or f"{100 + seq}.5", "incident_timeline", f"e{10 + seq}", text, seq=seq, kind=kind)


def asked(one: str, verb: str, at: float = 1.0, marked: bool = False, incident: str = "INC-1") -> Record:
    key = one.partition(".")[0]
    return Record(at, "asked", {"id": one, "key": key, "verb": verb, "incident": incident, "marked": marked})


def done(one: str, state: str, version: int, *told: tuple[int, str], at: float = 1.1) -> Record:
    facts = {"id": one, "outcome": "done", "incident": "INC-1", "state": state, "version": version}
    return Record(at, "answered", {**facts, "seqs": [seq for seq, _ in told], "kinds": [kind for _, kind in told]})


def refused(one: str, state: str, at: float) -> Record:
    return Record(at, "answered", {"id": one, "outcome": "refused", "code": "transition_refused", "state": state})


GOOD = (
    asked("k1.0", "create", marked=True, incident=""),
    done("k1.0", "open", 1, (1, "created")),
    asked("k2.0", "acknowledge", at=2.0),
    done("k2.0", "acknowledged", 2, (2, "acknowledged"), at=2.1),
    card(),
    entry(1, "created"),
    entry(2, "acknowledged"),
    Record(
        200.0,
        "stored",
        {"id": "e11", "kind": "entry", "lane": "thread:1", "seq": 1, "incident": 1}
        | {"outcome": "done", "remote_id": "101.5", "problem": None},
    ),
    Record(200.0, "audited", {"ok": True, "problem": ""}),
    Record(200.0, "secret", {"values": ["xoxb-canary"]}),
)
STORED = {"id": "e9", "kind": "card", "lane": "card:1", "seq": 9, "incident": 1, "remote_id": None}
CALL = {"method": "chat.postMessage", "channel": "C1", "result": "ok", "retry_after": 0.0}

WRONG: dict[str, tuple[str, tuple[Record, ...]]] = {
    "a confirmed note is lost": ("i1", (asked("k3.0", "note"), done("k3.0", "open", 3, (3, "note")))),
    "another answer to a repeat": ("i2", (asked("k2.1", "acknowledge", at=3.0), refused("k2.1", "acknowledged", 3.1))),
    "one key, two traces": (
        "i2",
        (
            asked("k4.0", "note", marked=True),
            done("k4.0", "open", 2),
            entry(3, "note", text="[k4]"),
            entry(4, "note", text="[k4]"),
        ),
    ),
    "an illegal move": ("i3", (entry(3, "acknowledged"),)),
    "two winners": ("i3", (asked("k5.0", "acknowledge", at=2.0), done("k5.0", "acknowledged", 3, at=2.2))),
    "a refusal that no order explains": ("i3", (asked("k6.0", "resolve", at=3.0), refused("k6.0", "open", 3.1))),
    "an effect that never ended": ("i4", (Record(200.0, "stored", STORED | {"outcome": None, "problem": "?"}),)),
    "parked in silence": ("i4", (Record(200.0, "stored", STORED | {"outcome": "parked", "problem": ""}),)),
    "done, and not to be seen": ("i4", (Record(200.0, "stored", STORED | {"kind": "entry", "outcome": "done"}),)),
    "a gap": ("i5", (entry(4, "note"),)),
    "out of order": ("i5", (entry(4, "note", "103.5"), entry(3, "note", "104.5"))),
    "a twin": ("i6", (entry(2, "acknowledged", "102.9"),)),
    "two cards": ("i6", (card("100.7", "e2"),)),
    "a card of yesterday": ("i7", (Record(150.0, "edited", card(state="open", version=1).facts),)),
    "a broken audit chain": ("i8", (Record(200.0, "audited", {"ok": False, "problem": "row 7"}),)),
    "a secret in a log": ("i9", (Record(200.0, "output", {"where": "log", "text": "token xoxb-canary"}),)),
    "no answer at all": ("i10", (asked("k7.0", "note"),)),
    "an answer too late": ("i10", (asked("k8.0", "update"), done("k8.0", "acknowledged", 2, at=9.0))),
    "a call before its time": (
        "limits",
        (
            Record(10.0, "called", CALL | {"sent_at": 9.9, "result": "429", "retry_after": 30.0}),
            Record(20.1, "called", CALL | {"sent_at": 20.0}),
        ),
    ),
    "NopeSight was not told": (
        "nopesight",
        (
            asked("k9.0", "resolve", at=4.0),
            done("k9.0", "resolved", 3, (3, "resolved"), at=4.1),
            entry(3, "resolved"),
            Record(160.0, "edited", card(state="resolved", version=3).facts),
            Record(200.0, "linked", {"event": "ev", "incident": "INC-1"}),
            Record(1.0, "event", {"event": "ev", "status": "open"}),
        ),
    ),
}


def test_nothing_is_wrong_with_a_good_history() -> None:
    assert check(History(list(GOOD))) == []


@pytest.mark.parametrize("what", WRONG)
def test_it_is_found(what: str) -> None:
    invariant, added = WRONG[what]
    found = check(History([*GOOD, *added]))
    assert any(problem.startswith(invariant) for problem in found), found


def test_an_acknowledgement_that_ended_by_itself_explains_why_it_could_be_given_again() -> None:
    given = (
        asked("k2.0", "acknowledge", at=2.0),
        done("k2.0", "acknowledged", 2, (2, "acknowledged"), at=2.1),
        asked("k4.0", "acknowledge", at=8.0),
        done("k4.0", "acknowledged", 4, (4, "acknowledged"), at=8.1),
    )
    unexplained = "i3_only_legal_moves: INC-1: no order"
    assert any(problem.startswith(unexplained) for problem in check(History([*GOOD, *given])))
    ended = entry(3, "unacknowledged")
    assert not any(problem.startswith(unexplained) for problem in check(History([*GOOD, *given, ended])))


def test_a_parked_entry_is_no_gap_where_the_next_one_tells_of_it() -> None:
    told = entry(4, "note", text="⚠️ Entry 3 could not be posted: is_archived")
    parked = Record(
        200.0, "stored", STORED | {"kind": "entry", "seq": 3, "outcome": "parked", "problem": "is_archived"}
    )
    confirmed = (asked("k3.0", "note"), done("k3.0", "acknowledged", 3, (3, "note")))
    assert check(History([*GOOD, *confirmed, told, parked])) == []


def test_a_twin_that_was_deleted_is_none() -> None:
    twin = entry(2, "acknowledged", "102.9")
    gone = Record(160.0, "deleted", twin.facts)
    assert check(History([*GOOD, twin, gone])) == []
