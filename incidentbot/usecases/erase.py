"""erase: a person's data is taken out of everything that is kept; what happened stays, and the chains still verify."""

import re
from dataclasses import dataclass
from typing import Final

from incidentbot.domain.audit import DONE, ERASE, Note
from incidentbot.domain.refusals import BadField, Refused
from incidentbot.store import Store, Transaction
from incidentbot.store.erasing import Traces
from incidentbot.usecases.cause import Cause

_USER_ID: Final = re.compile(r"[UW][A-Z0-9]{2,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of the audit log, timeline entries and other rows no longer tell of the person."""

    audit_rows: int
    entries: int
    rows: int


def erase_person(store: Store, cause: Cause, person: str) -> Erased:
    """Take the person with this Slack user id, and their address if it is known, out of the workspace's data."""
    if not _USER_ID.fullmatch(person):
        raise Refused(BadField("person", "malformed", value=person[:80]))

    def once() -> Erased:
        with store.begin(cause.team_id) as tx:
            return _erase(tx, cause, person)

    return store.database.retrying(once)


def _erase(tx: Transaction, cause: Cause, person: str) -> Erased:
    known = tx.people.get(person)
    traces = Traces(person, known.email if known else "")
    rows = tx.audit.erase(tx.team_id, traces)
    timeline = []
    for incident, seq, actor, data in tx.erasing.entries(traces):
        tx.timeline.erase(incident, seq, actor, data, tx.now)
        timeline.append([incident, seq])
    tx.erasing.give_up_telling(person)
    others = tx.erasing.scrub(traces)
    facts = {"rows": rows, "timeline": timeline}
    tx.note(Note(ERASE, DONE, cause.surface, cause.key, cause.actor, facts=facts))
    return Erased(len(rows), len(timeline), others)
