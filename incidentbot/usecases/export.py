"""export: a document about an incident goes to whoever asked, or lies in its thread."""

from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.domain.story import Document
from incidentbot.effects.kinds import DocumentFiled
from incidentbot.store import Store, Transaction
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, write_effects


def export(store: Store, cause: Cause, ref: str, document: Document, *, here: bool, canvas: bool = False) -> Outcome:
    """Have `document` written as the incident is when it is sent: into the thread (`here`), else to who acts, directly.

    As a canvas where it is to be one and Slack has canvases, else as a file. What lies in the thread takes the right to
    write there.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        lane = DocumentFiled.lane_of(incident.number)
        effect = DocumentFiled(
            incident.number,
            tx.effects.next_seq(lane),
            document.value,
            canvas=canvas,
            person="" if here else cause.actor.id,
            asked_by=cause.actor.id,
        )
        write_effects(tx, incident, [effect])
        return Done(incident)

    return perform(store, cause, Right.COMMENT if here else Right.SHOW, work)
