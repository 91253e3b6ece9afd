"""What is to be done about the incidents of one team."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.people import Actor
from incidentbot.store.tables import action_items


class ActionItems:
    """Those of `team_id`. Whoever adds or ends one holds the lock of its incident."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    def of(self, incident: int) -> tuple[ActionItem, ...]:
        """The items of the incident, by their numbers."""
        own = (action_items.c.team_id == self._team_id, action_items.c.incident == incident)
        query = sa.select(action_items).where(*own).order_by(action_items.c.number)
        return tuple(_item(row) for row in self._connection.execute(query))

    def add(self, incident: int, item: ActionItem) -> None:
        """Keep a new one."""
        row = {
            "team_id": self._team_id,
            "incident": incident,
            "number": item.number,
            "text": item.text,
            "assignee": item.assignee,
            "due_at": item.due_at,
            "created_by": item.created_by,
            "created_at": item.created_at,
        }
        self._connection.execute(sa.insert(action_items).values(row))

    def change(self, incident: int, item: ActionItem) -> None:
        """The item says this, is this person's and due then."""
        self._set(incident, item.number, text=item.text, assignee=item.assignee, due_at=item.due_at)

    def end(self, incident: int, number: int, by: Actor, now: datetime) -> None:
        """The item is done."""
        self._set(incident, number, done_at=now, done_by=by)

    def reopen(self, incident: int, number: int) -> None:
        """The item is not done after all."""
        self._set(incident, number, done_at=None, done_by=None)

    def _set(self, incident: int, number: int, **values: Any) -> None:
        own = (action_items.c.team_id == self._team_id, action_items.c.incident == incident)
        self._connection.execute(sa.update(action_items).where(*own, action_items.c.number == number).values(values))


def _item(row: sa.Row[Any]) -> ActionItem:
    return ActionItem(row.number, row.text, row.assignee, row.due_at, row.created_by, row.created_at, row.done_at)
