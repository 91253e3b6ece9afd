"""alarm and card_text: told by the incoming webhook while Slack refuses the bot's token."""

from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.task import OneWay, Task
from incidentbot.effects.kinds import AlarmSounded, Repeat
from incidentbot.render.alarm import alarm, card_text
from incidentbot.render.message import Message
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow

# The webhook has a channel of its own; what we post elsewhere does not count against it.
_WEBHOOK = "webhook"


class LastResortHandler(OneWay):
    """Both kinds; `url` is the incoming webhook, "" where there is none."""

    def __init__(self, slack: SlackClient, url: str) -> None:
        self._slack = slack
        self._url = url

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """What to say; nothing where the token is taken again, for then the message itself comes."""
        reason = tx.installations.refused().get(row.team_id)
        if not self._url or reason is None:
            return None
        message = self._message(tx, row, reason)
        if message is None:
            return None
        limits = pace.of_post(tx.policy.pace, _WEBHOOK)[:1]
        return Task(row, Repeat.AGAIN, limits, facts={"message": message})

    def _message(self, tx: Transaction, row: EffectRow, reason: str) -> Message | None:
        workspace = tx.installations.get(row.team_id)
        if isinstance(row.effect, AlarmSounded):
            return alarm(workspace.name if workspace else row.team_id, reason)
        incident = tx.incidents.get(row.incident)
        return card_text(incident) if incident else None

    async def send(self, task: Task) -> None:
        """Post it."""
        await self._slack.post_by_webhook(self._url, {"text": str(task.facts["message"].text)})

    def record(self, _tx: Transaction, _task: Task, _result: None) -> str:
        """Nothing to learn, and nothing counts as told by it."""
        return ""
