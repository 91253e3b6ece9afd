"""end_step: a run of one of our steps in Workflow Builder has ended, and Slack is to be told how."""

from incidentbot.domain.severity import Severity
from incidentbot.domain.step import Step
from incidentbot.effects.kinds import StepEnded
from incidentbot.store import Store
from incidentbot.store.effects import Planned
from incidentbot.usecases.perform import write_effects


def end_step(store: Store, team_id: str, step: Step) -> None:
    """Note how `step` ended and plan to tell it; a run that has ended already ended as it did then."""

    def once() -> None:
        with store.begin(team_id) as tx:
            if not step.execution or not tx.steps.add(step):
                return
            effect = StepEnded(step.incident, tx.effects.next_seq(f"step:{step.execution}"), step.execution)
            incident = tx.incidents.get(step.incident) if step.incident else None
            if incident is not None:
                write_effects(tx, incident, (effect,))
            elif tx.policy.posting:
                tx.effects.add([Planned(effect, Severity.LOW, "", waits=False, due_at=tx.now)], tx.now)
                tx.notify()

    store.database.retrying(once)
    store.effects_waiting()
