"""reaction: the card bears a reaction, or does not."""

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.incident import Incident
from incidentbot.effects.kinds import ReactionShown, Repeat
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.repair import mend


class ReactionHandler(OneWay):
    """Adds or removes; Slack says where it is so already."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """On the card where it stands now."""
        incident = tx.incidents.get(row.incident)
        if incident is None or not incident.root_ts:
            return None
        assert isinstance(row.effect, ReactionShown)  # noqa: S101 - the worker sees to it
        method = "reactions.add" if row.effect.shown else "reactions.remove"
        return Task(
            row,
            Repeat.AGAIN,
            (pace.of_method(tx.policy.pace, method),),
            facts={"incident": incident, "wanted": row.effect},
        )

    async def send(self, task: Task) -> None:
        """Make it so."""
        incident: Incident = task.facts["incident"]
        wanted: ReactionShown = task.facts["wanted"]
        await self._slack.react(incident.team_id, incident.channel, incident.root_ts, wanted.name, shown=wanted.shown)

    def record(self, _tx: Transaction, _task: Task, _result: None) -> str:
        """Nothing to learn."""
        return ""

    def refused(self, tx: Transaction, task: Task, error: Permanent) -> AfterRefusal:
        """The card is gone: the reaction comes to the next one. Without the right there are no reactions."""
        if error.code == "missing_scope":
            return AfterRefusal.REPLANNED
        return AfterRefusal.AGAIN if mend(tx, task.facts["incident"], error.code) else AfterRefusal.PARKED
