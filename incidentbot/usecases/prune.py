"""prune: what has been over for long is taken out, in small steps; the audit log tells of it and still verifies."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from incidentbot.domain.audit import DONE, PRUNE, Note
from incidentbot.domain.refusals import BadField, Refused
from incidentbot.store import Store
from incidentbot.store.pruning import Marks
from incidentbot.usecases.cause import Cause

# What is younger may still be asked for, reopened or delivered again.
YOUNGEST: Final = timedelta(days=30)
# Others wait for one of these at most.
STEP: Final = 50
ROWS: Final = 1_000

# Is given the numbers of incidents that are about to be taken out.
Keep = Callable[[Sequence[int]], None]


def prune(store: Store, cause: Cause, age: timedelta, keep: Keep, told: Callable[[int, int], None]) -> tuple[int, int]:
    """Take out what has been over for longer than `age`; answers how many incidents and how many other rows.

    `keep` is called before each step, `told` with both figures after it. Broken off, it goes on when called again.
    Refused where `age` is too short.
    """
    if age < YOUNGEST:
        raise Refused(BadField("older_than", "out_of_range", value=f"{age.days}d"))
    before = _now(store) - age
    incidents = rows = 0
    while numbers := _over(store, cause.team_id, before):
        keep(numbers)
        taken = store.database.retrying(partial(_step, store, cause, numbers, before))
        incidents += taken
        told(incidents, rows)
        if not taken:
            break  # all of them were reopened meanwhile
    behind: tuple[Marks, Marks] = {}, {}
    while True:
        taken, behind = store.database.retrying(partial(_rest, store, cause, before, behind))
        if not taken:
            break
        rows += taken
        told(incidents, rows)
    return incidents, rows


def _now(store: Store) -> datetime:
    with store.read("") as tx:
        return tx.now


def _over(store: Store, team_id: str, before: datetime) -> tuple[int, ...]:
    with store.read(team_id) as tx:
        return tx.pruning.over(before, STEP)


def _step(store: Store, cause: Cause, numbers: Sequence[int], before: datetime) -> int:
    with store.begin(cause.team_id) as tx:
        chosen = tx.pruning.take_out(numbers, before, tx.now)
        if chosen:
            tx.note(Note(PRUNE, DONE, cause.surface, cause.key, cause.actor, facts={"pruned": list(chosen)}))
    return len(chosen)


def _rest(store: Store, cause: Cause, before: datetime, behind: tuple[Marks, Marks]) -> tuple[int, tuple[Marks, Marks]]:
    """What belongs to no incident; also what came in before it was known whose it is."""
    with store.begin(cause.team_id) as tx:
        own, mark = tx.pruning.take_out_rest(before, ROWS, behind[0])
        nobodys, mark_of_nobodys = tx.of("").pruning.take_out_rest(before, ROWS, behind[1])
        if own + nobodys:
            tx.note(Note(PRUNE, DONE, cause.surface, cause.key, cause.actor, facts={"rows": own + nobodys}))
    return own + nobodys, (mark, mark_of_nobodys)
