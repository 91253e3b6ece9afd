"""What timers did, checked over the timelines: each firing once, and none whose reason was gone."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from tests.proofs.checker import Seen
from tests.proofs.history import Record

STATE_AFTER = {
    "created": "open",
    "reopened": "open",
    "unacknowledged": "open",
    "acknowledged": "acknowledged",
    "resolved": "resolved",
}
# The states in which a kind of timer has a reason.
RUNS_WHILE = {
    "remind": {"open"},
    "escalate": {"open"},
    "expire": {"acknowledged"},
    "nudge": {"acknowledged"},
    "stale": {"open", "acknowledged"},
}


def timers_fire_once_and_with_reason(seen: Seen) -> Iterator[str]:
    """A firing (kind, armed, step) is told once, in the state it belongs to, which began no later than it was armed."""
    entries = sorted(seen.history.all("entered"), key=lambda one: (one["incident"], one["seq"]))
    for incident, timeline in groupby(entries, key=lambda one: one["incident"]):
        yield from _of_one(incident, timeline)


def _of_one(incident: str, timeline: Iterator[Record]) -> Iterator[str]:
    state, since = "", 0
    fired: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for entry in timeline:
        timer = entry["timer"]
        if timer:
            where = f"{timer} of {incident} (entry {entry['seq']})"
            fired[timer, entry["armed"], entry["step"]].append(entry["seq"])
            if state not in RUNS_WHILE[timer]:
                yield f"{where} fired while it was {state}"
            if entry["armed"] < since:
                yield f"{where} fired of entry {entry['armed']}, and since entry {since} it was {state}"
        if entry["kind"] in STATE_AFTER:
            state, since = STATE_AFTER[entry["kind"]], entry["seq"]
    for (timer, armed, step), told in fired.items():
        if len(told) > 1:
            yield f"step {step} of {timer} of {incident}, armed by entry {armed}, fired as entries {told}"
