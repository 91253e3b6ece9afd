"""The ten invariants, checked over a history. Each check yields a sentence for everything that does not hold."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.proofs.history import History, Record
from tests.proofs.linearizable import MOVES, Operation, linearizable

CARD, ENTRY, INVITATION = "incident", "incident_timeline", "incident_invitation"
TRANSITIONS = {"acknowledge", "unacknowledge", "resolve", "reopen"}
VERB_OF = {
    "acknowledged": "acknowledge",
    "unacknowledged": "unacknowledge",
    "resolved": "resolve",
    "reopened": "reopen",
}
# Nobody waits longer for an answer, whatever Slack and NopeSight do (Slack's own three seconds).
PATIENCE = 3.0
# A call that was on its way when another one was limited could not know of it.
ON_ITS_WAY = 1.0
_GAP = re.compile(r"Entry (\d+) could not be posted")


@dataclass
class Message:
    """A message as it stands at the end; `versions` are the card versions that it showed, in order."""

    channel: str
    ts: str
    root: str
    type: str
    payload: dict[str, Any]
    text: str
    versions: list[int] = field(default_factory=list)

    @property
    def incident(self) -> str:
        return str(self.payload.get("incident", ""))

    @property
    def moment(self) -> tuple[int, int]:
        seconds, _, rest = self.ts.partition(".")
        return int(seconds), int(rest)


class Seen:
    """What a history amounts to."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.messages: dict[tuple[str, str], Message] = {}
        for record in history.all("posted", "edited", "deleted"):
            self._take(record)
        self.parked = {
            (f"INC-{record['incident']}", record["seq"])
            for record in history.all("stored")
            if record["kind"] == "entry" and record["outcome"] == "parked"
        }
        self.answers = {record["id"]: record for record in history.all("answered")}
        self.asked = list(history.all("asked"))

    def _take(self, record: Record) -> None:
        place = (record["channel"], record["ts"])
        if record.what == "deleted":
            self.messages.pop(place, None)
            return
        before = self.messages.get(place)
        versions = [*before.versions] if before else []
        if "version" in record["payload"]:
            versions.append(record["payload"]["version"])
        facts = {name: record[name] for name in ("root", "type", "payload", "text")}
        self.messages[place] = Message(*place, **facts, versions=versions)

    def of(self, kind: str) -> list[Message]:
        found = [message for message in self.messages.values() if message.type == kind]
        return sorted(found, key=lambda message: message.moment)

    def threads(self) -> dict[str, list[Message]]:
        """The replies by incident, as they stand one below the other."""
        threads: dict[str, list[Message]] = defaultdict(list)
        for message in self.of(ENTRY):
            threads[message.incident].append(message)
        return threads

    def tries(self) -> Iterator[tuple[Record, Record | None]]:
        return ((asked, self.answers.get(asked["id"])) for asked in self.asked)

    def done(self) -> Iterator[tuple[Record, Record]]:
        return ((asked, got) for asked, got in self.tries() if got is not None and got["outcome"] == "done")


def i1_what_was_answered_is_told(seen: Seen) -> Iterator[str]:
    """A confirmed change has its replies in the thread (or the next reply says which could not be posted)."""
    threads = seen.threads()
    cards = {message.incident for message in seen.of(CARD)}
    for asked, answer in seen.done():
        incident = answer["incident"]
        if incident not in cards:
            yield f"{asked['verb']} of {incident} was confirmed; it has no card"
        told = {message.payload["seq"]: message.payload["kind"] for message in threads.get(incident, ())}
        for seq, kind in zip(answer["seqs"], answer["kinds"], strict=True):
            if seq not in told and (incident, seq) not in seen.parked:
                yield f"entry {seq} of {incident} ({kind}, {asked['id']}) was confirmed and is lost"
            elif seq in told and told[seq] != kind:
                yield f"entry {seq} of {incident} was confirmed as {kind} and stands there as {told[seq]}"


def i2_a_repeat_gets_the_first_answer(seen: Seen) -> Iterator[str]:
    """Tries with one key have one answer, and leave one trace: each note and title carries its key."""
    first: dict[str, dict[str, Any]] = {}
    for asked, answer in seen.tries():
        if answer is None or answer["outcome"] == "unknown":
            continue
        got = {name: value for name, value in answer.facts.items() if name not in ("id", "disturbed")}
        if first.setdefault(asked["key"], got) != got:
            yield f"{asked['key']} was answered {first[asked['key']]} and then {got}"
    texts = [message.text for message in seen.messages.values() if message.type in (CARD, ENTRY)]
    for key in sorted({asked["key"] for asked in seen.asked if asked.get("marked")}):
        count = sum(f"[{key}]" in text for text in texts)
        if count > 1:
            yield f"{key} left {count} traces"


def i3_only_legal_moves(seen: Seen) -> Iterator[str]:
    """Each thread, read from the top, walks the lifecycle; what people were answered fits one order of events."""
    for incident, replies in seen.threads().items():
        state, parked = "open", _gaps(replies)
        for message in replies:
            verb = VERB_OF.get(message.payload["kind"])
            if verb is None:
                continue
            target = MOVES.get((state, verb))
            if target is None and not parked:
                yield f"{incident}: {verb} at entry {message.payload['seq']} out of {state}"
            state = target or state
    yield from _unexplained(seen)


def _unexplained(seen: Seen) -> Iterator[str]:
    told_by_others = {record["incident"] for record in seen.history.all("linked")}
    operations: dict[str, dict[str, Operation]] = defaultdict(dict)
    for asked, answer in seen.tries():
        if asked["verb"] in TRANSITIONS and asked["incident"] not in told_by_others:
            known = operations[asked["incident"]].get(asked["key"])
            operations[asked["incident"]][asked["key"]] = _operation(asked, answer, known)
    expired = _expired(seen)
    for incident, found in operations.items():
        if not linearizable([*found.values(), *expired[incident]]):
            yield f"{incident}: no order of these explains their answers: {sorted(found)}"


def _expired(seen: Seen) -> dict[str, list[Operation]]:
    """By incident, the acknowledgements that a timer ended: told in the thread, and answered to nobody."""
    answered = defaultdict[str, set[int]](set)
    for _, answer in seen.tries():
        if answer is not None and answer["outcome"] == "done":
            answered[answer["incident"]].update(answer["seqs"])
    found = defaultdict[str, list[Operation]](list)
    for incident, replies in seen.threads().items():
        for message in replies:
            if message.payload["kind"] == "unacknowledged" and message.payload["seq"] not in answered[incident]:
                found[incident].append(Operation("unacknowledge", 0.0))
    return found


def _operation(asked: Record, answer: Record | None, known: Operation | None) -> Operation:
    """One operation a key: its retries ask for the same thing again."""
    began = known.asked if known else asked.at
    if known is not None and known.done is not None:
        return known
    if answer is None or answer["outcome"] == "unknown":
        return Operation(asked["verb"], began)
    return Operation(asked["verb"], began, answer.at, answer["outcome"] == "done", answer.get("state"))


def i4_nothing_ends_in_silence(seen: Seen) -> Iterator[str]:
    """Each stored effect is done with what it left, superseded, or parked with a reason."""
    ids = {message.payload.get("effect"): message for message in seen.messages.values()}
    for record in seen.history.all("stored"):
        name = f"effect {record['kind']} {record['lane']}"
        if record["outcome"] is None:
            yield f"{name} never ended: {record['problem']}"
        elif record["outcome"] == "parked" and not record["problem"]:
            yield f"{name} was parked without a reason"
        elif record["outcome"] == "done" and record["kind"] in ("entry", "invitation"):
            message = ids.get(record["id"])
            if message is None or message.ts != record["remote_id"]:
                yield f"{name} is done as {record['remote_id']}, which is not to be seen"


def i5_threads_are_gapless(seen: Seen) -> Iterator[str]:
    """Replies stand in the order of their numbers; one that is missing is told by the next."""
    for incident, replies in seen.threads().items():
        expected = 1
        for message in replies:
            seq = message.payload["seq"]
            gaps = {int(one) for one in _GAP.findall(message.text)}
            missing = set(range(expected, seq)) - gaps
            if seq < expected:
                yield f"{incident}: entry {seq} stands below entry {expected - 1}"
            elif missing:
                yield f"{incident}: entry {seq} stands there without {sorted(missing)}"
            expected = max(expected, seq + 1)


def i6_nothing_is_told_twice(seen: Seen) -> Iterator[str]:
    """At most one visible message an effect, a card an incident, a reply an entry, an invitation a person."""
    told: dict[tuple[Any, ...], int] = defaultdict(int)
    for message in seen.messages.values():
        if message.payload.get("effect"):
            told["effect", message.payload["effect"]] += 1
        if message.type == CARD:
            told["card of", message.incident] += 1
        elif message.type == ENTRY:
            told["entry", message.incident, message.payload["seq"]] += 1
        elif message.type == INVITATION:
            told["invitation", message.incident, message.channel] += 1
    return (f"{' '.join(map(str, what))} is to be seen {count} times" for what, count in told.items() if count > 1)


def i7_the_card_is_current(seen: Seen) -> Iterator[str]:
    """A card ends on the newest version that it ever showed, in the state that its thread ends in."""
    threads = seen.threads()
    for card in seen.of(CARD):
        state = "open"
        for message in threads.get(card.incident, ()):
            state = MOVES.get((state, VERB_OF.get(message.payload["kind"], "")), state)
        if card.payload["state"] != state and not _gaps(threads.get(card.incident, [])):
            yield f"the card of {card.incident} shows {card.payload['state']}, its thread ends in {state}"
        if any(later < earlier for earlier, later in pairwise(card.versions)) and card.versions[-1] != max(
            card.versions
        ):
            yield f"the card of {card.incident} ended on an older version: {card.versions}"


def i8_the_audit_chain_holds(seen: Seen) -> Iterator[str]:
    """Whoever verified the chain found it whole."""
    return (f"audit: {record['problem']}" for record in seen.history.all("audited") if not record["ok"])


def i9_no_secret_comes_out(seen: Seen) -> Iterator[str]:
    """No canary in anything that was shown, answered or logged."""
    secrets = [secret for record in seen.history.all("secret") for secret in record["values"]]
    for record in seen.history.all("posted", "edited", "answered", "output"):
        text = record.line()
        yield from (f"a secret ({secret[:4]}…) in {record.what}" for secret in secrets if secret in text)


def i10_people_are_answered(seen: Seen) -> Iterator[str]:
    """Whoever asks is answered at once, whatever Slack and NopeSight do."""
    for asked, answer in seen.tries():
        if answer is None:
            yield f"{asked['id']} ({asked['verb']}) was never answered"
        elif not answer.get("disturbed") and (answer["outcome"] == "unknown" or answer.at - asked.at > PATIENCE):
            yield f"{asked['id']} ({asked['verb']}) was answered {answer['outcome']} after {answer.at - asked.at:.1f} s"


def limits_are_obeyed(seen: Seen) -> Iterator[str]:
    """After a 429 nothing of that method (posts: to that channel) is sent before the time that Slack named."""
    until: dict[tuple[str, str], tuple[float, float]] = {}
    for record in sorted(seen.history.all("called"), key=lambda one: float(one.at)):
        place = (record["method"], record["channel"])
        told_at, free_at = until.get(place, (0.0, 0.0))
        if told_at + ON_ITS_WAY < record["sent_at"] < free_at:
            yield f"{' '.join(place)} was called {free_at - record['sent_at']:.1f} s before Slack allowed it"
        if record["result"] == "429" and record["retry_after"]:
            until[place] = (record.at, max(free_at, record.at + record["retry_after"]))


def nopesight_agrees(seen: Seen) -> Iterator[str]:
    """What was resolved here is resolved there, with nothing told back to us as news."""
    last = {record["event"]: record["status"] for record in seen.history.all("event")}
    cards = {card.incident: card.payload["state"] for card in seen.of(CARD)}
    for record in seen.history.all("linked"):
        if cards.get(record["incident"]) == "resolved" and last.get(record["event"]) not in ("resolved", "suppressed"):
            yield f"{record['incident']} is resolved, its event {record['event']} is {last.get(record['event'])}"


Check = Callable[[Seen], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    i1_what_was_answered_is_told,
    i2_a_repeat_gets_the_first_answer,
    i3_only_legal_moves,
    i4_nothing_ends_in_silence,
    i5_threads_are_gapless,
    i6_nothing_is_told_twice,
    i7_the_card_is_current,
    i8_the_audit_chain_holds,
    i9_no_secret_comes_out,
    i10_people_are_answered,
    limits_are_obeyed,
    nopesight_agrees,
)


def no_twin_was_ever_made(seen: Seen) -> Iterator[str]:
    """As I6, before any sweep: what holds where nobody is stopped between the last check and the first byte."""
    told: dict[str, int] = defaultdict(int)
    for record in seen.history.all("posted"):
        told[record["payload"].get("effect", record["ts"])] += 1
    return (f"effect {effect} was posted {count} times" for effect, count in told.items() if count > 1)


def nothing_is_given_up(seen: Seen) -> Iterator[str]:
    """Nothing was parked: what holds where nothing is ever refused for good."""
    parked = (record for record in seen.history.all("stored") if record["outcome"] == "parked")
    return (f"effect {record['kind']} {record['lane']} was parked: {record['problem']}" for record in parked)


def check(history: History, *further: Check) -> list[str]:
    """Everything that does not hold, each with the name of its invariant."""
    seen = Seen(history)
    return [f"{one.__name__}: {problem}" for one in (*CHECKS, *further) for problem in one(seen)]


def _gaps(replies: list[Message]) -> set[int]:
    return {int(seq) for message in replies for seq in _GAP.findall(message.text)}
