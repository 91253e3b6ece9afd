"""step: Slack knows how a run of one of our steps in Workflow Builder ended, and the workflow goes on, or stops."""

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.permalink import permalink
from incidentbot.effects.kinds import Repeat, StepEnded
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow

# Told already, or too late: the workflow was stopped meanwhile.
_OVER = frozenset({"execution_not_in_running_state", "function_execution_not_found"})


class StepHandler(OneWay):
    """Tells the incident as it is when it is told, or the problem."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """With the link to the thread, which there is by now."""
        assert isinstance(row.effect, StepEnded)  # noqa: S101 - the worker hands each kind to its handler
        step = tx.steps.get(row.effect.execution)
        if step is None:
            return None
        incident = tx.incidents.get(step.incident) if step.incident else None
        outputs: dict[str, str] = {}
        if incident is not None:
            workspace = tx.installations.get(row.team_id)
            link = permalink(workspace.url if workspace else "", incident.channel, incident.root_ts)
            outputs = {"incident": incident.reference, "state": incident.state.value, "permalink": link}
        method = "functions.completeError" if step.problem else "functions.completeSuccess"
        facts = {"step": step, "outputs": outputs}
        return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, method),), facts=facts)

    async def send(self, task: Task) -> None:
        """Tell it."""
        step, team_id = task.facts["step"], task.row.team_id
        try:
            if step.problem:
                await self._slack.fail_step(team_id, step.execution, step.problem)
            else:
                await self._slack.complete_step(team_id, step.execution, task.facts["outputs"])
        except Permanent as error:
            if error.code not in _OVER:
                raise

    def record(self, _tx: Transaction, _task: Task, _result: None) -> str:
        """Nothing to learn."""
        return ""

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """The workflow hangs until somebody looks, so it stays to be seen."""
        return AfterRefusal.PARKED
