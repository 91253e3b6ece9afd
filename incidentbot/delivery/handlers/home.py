"""home: a person's Home tab shows the present state."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.handlers.bookkeeping import Bookkeeping
from incidentbot.delivery.task import AfterRefusal, OneWay, Task
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permalink import permalink
from incidentbot.effects.kinds import HomePublished, Repeat
from incidentbot.render.home import ITEMS, home, home_refused
from incidentbot.store import Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.home import may_see_home, publish_homes


class HomeHandler(OneWay):
    """Publishes, unless what it would show stands there."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """Home as it is now; nothing to do where it shows that already."""
        person = _person(row)
        visit = tx.homes.get(person)
        if visit is None:
            return None
        refused = may_see_home(tx, Cause(row.team_id, row.id, Actor(Source.SLACK, person), "home"))
        if refused:
            view = home_refused(refused)
        else:
            workspace = tx.installations.get(row.team_id)
            base = workspace.url if workspace else ""
            items, total = tx.action_items.open_of(person, ITEMS)
            facts = tx.homes.facts(person, visit.since)
            facts = replace(facts, preferences=tx.preferences.of(person), items=items, items_total=total)
            view = home(facts, lambda one: permalink(base, one.channel, one.root_ts))
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        if digest == visit.shown:
            return None
        known = {"person": person, "view": view, "digest": digest}
        return Task(row, Repeat.AGAIN, (pace.of_method(tx.policy.pace, "views.publish"),), facts=known)

    async def send(self, task: Task) -> None:
        """Publish it."""
        await self._slack.publish_home(task.row.team_id, task.facts["person"], task.facts["view"])

    def record(self, tx: Transaction, task: Task, _result: Any) -> str:
        """What it shows."""
        tx.homes.shows(task.facts["person"], task.facts["digest"])
        return ""

    def refused(self, _tx: Transaction, _task: Task, _error: Permanent) -> AfterRefusal:
        """Nobody waits for it: whoever opens Home again has it tried again."""
        return AfterRefusal.REPLANNED


def homes_handler() -> Bookkeeping:
    """Has everybody's Home published again."""
    return Bookkeeping(publish_homes)


def _person(row: EffectRow) -> str:
    assert isinstance(row.effect, HomePublished)  # noqa: S101 - the worker hands each kind to its handler
    return row.effect.person
