"""unfurl and details: links to incidents show them, below a message and in the side pane of who opens one."""

from typing import Any, Final

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.addresses import address_of, named_by
from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permalink import permalink
from incidentbot.domain.permissions import Right
from incidentbot.domain.reference import reference
from incidentbot.domain.refusals import IncidentNotFound
from incidentbot.effects.kinds import DetailsPresented, LinksUnfurled, Repeat
from incidentbot.render.work_object import not_shown, work_object
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.permit import missing_right

UNFURL: Final = "chat.unfurl"
DETAILS: Final = "entity.presentDetails"


class _Shown(OneWay):
    """What both have in common: nobody waits for it for long, and who opens the link again has it tried again."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def record(self, _tx: Transaction, _task: Task, _result: None) -> str:
        """Nothing to learn."""
        return ""

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """The message or the pane is gone, or the app may not: the link stays a link."""
        return AfterRefusal.REPLANNED


class UnfurlHandler(_Shown):
    """Shows the incidents as they are when it is sent."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """Those that there are; nothing where there are none, or links are to show nothing any more."""
        assert isinstance(row.effect, LinksUnfurled)  # noqa: S101 - the worker hands each kind to its handler
        shown = [one for url in row.effect.urls for one in _linked(tx, row.team_id, url)]
        if not shown:
            return None
        return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, UNFURL),), facts={"entities": shown})

    async def send(self, task: Task) -> None:
        """Show them."""
        effect = task.row.effect
        assert isinstance(effect, LinksUnfurled)  # noqa: S101 - as above
        await self._slack.unfurl(task.row.team_id, effect.channel, effect.ts, task.facts["entities"])


class DetailsHandler(_Shown):
    """Shows the incident to somebody who may see it, and tells others why not."""

    def prepare(self, tx: Transaction, row: EffectRow) -> Task:
        """As it is now, and with the rights of now."""
        effect = row.effect
        assert isinstance(effect, DetailsPresented)  # noqa: S101 - the worker hands each kind to its handler
        cause = Cause(row.team_id, f"effect:{row.id}", Actor(Source.SLACK, effect.person), "link")
        incident = tx.incidents.get(effect.about)
        refused = missing_right(tx, cause, Right.VIEW)
        shown: dict[str, Any]
        if refused is None and incident is not None and tx.policy.objects_at:
            shown = {"metadata": _object(tx, incident)}
        else:
            shown = {"error": not_shown(refused or IncidentNotFound(reference(effect.about)))}
        return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, DETAILS),), facts={"shown": shown})

    async def send(self, task: Task) -> None:
        """Show it, while Slack takes the trigger."""
        effect = task.row.effect
        assert isinstance(effect, DetailsPresented)  # noqa: S101 - as above
        await self._slack.present_details(task.row.team_id, effect.trigger, task.facts["shown"])


def _linked(tx: Transaction, team_id: str, url: str) -> list[dict[str, Any]]:
    number = named_by(tx.policy.objects_at, team_id, url)
    incident = tx.incidents.get(number) if number else None
    return [_object(tx, incident, url)] if incident else []


def _object(tx: Transaction, incident: Incident, url: str = "") -> dict[str, Any]:
    workspace = tx.installations.get(incident.team_id)
    thread = permalink(workspace.url if workspace else "", incident.channel, incident.root_ts)
    address = address_of(tx.policy.objects_at, incident.team_id, incident.number)
    return work_object(incident, address, thread_url=thread, in_message=url)
