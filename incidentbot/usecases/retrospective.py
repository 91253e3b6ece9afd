"""retrospective: what people learnt from an incident is written down, told in its thread and filed there."""

from incidentbot.domain import retrospective as decide
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.domain.retrospective import Parts
from incidentbot.domain.story import Document
from incidentbot.domain.timeline import EntryKind
from incidentbot.effects.kinds import DocumentFiled
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save


def write_retrospective(store: Store, cause: Cause, ref: str, wanted: Parts, *, canvas: bool = False) -> Outcome:
    """Write `wanted` into the incident's retrospective; parts that are not in it stay as they are.

    All of it, with what the timeline knows, is filed in the thread anew, as a canvas where that is wanted and possible.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        before = decide.parts_of(decide.last_written(tx.timeline.latest(incident.number, EntryKind.RETROSPECTIVE, 1)))
        change = decide.write(incident, before, wanted, actor=cause.actor, now=tx.now)
        filed = DocumentFiled(
            incident.number,
            tx.effects.next_seq(DocumentFiled.lane_of(incident.number)),
            Document.RETROSPECTIVE.value,
            canvas=canvas,
            person="",
            asked_by=cause.actor.id,
        )
        return save(tx, change, also=[filed])

    return perform(store, cause, Right.COMMENT, work)
