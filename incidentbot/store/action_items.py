"""What is to be done about the incidents of one team."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Actor
from incidentbot.store.incidents import incident_columns, incident_of
from incidentbot.store.tables import action_items, incidents

# What tells the columns of an item from those of its incident.
_OF_ITEM: Final = "item_"
_OF_INCIDENT: Final = sa.and_(
    incidents.c.team_id == action_items.c.team_id, incidents.c.number == action_items.c.incident
)


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

    def open_of(self, person: str, most: int) -> tuple[tuple[tuple[Incident, ActionItem], ...], int]:
        """Open items of `person`, each with its incident, the soonest due first, and how many there are in all."""
        items = action_items.c
        columns = [column.label(f"{_OF_ITEM}{column.name}") for column in action_items.c]
        query = (
            sa.select(*incident_columns(), *columns, sa.func.count().over().label("total"))
            .join_from(action_items, incidents, _OF_INCIDENT)
            .where(items.team_id == self._team_id, items.assignee == person, items.done_at.is_(None))
            .order_by(items.due_at.is_(None), items.due_at, items.incident, items.number)
            .limit(most)
        )
        rows = self._connection.execute(query).all()
        beside = ("total", *(column.name for column in columns))
        found = tuple((incident_of(row, without=beside), _item(row, _OF_ITEM)) for row in rows)
        return found, rows[0].total if rows else 0

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


def _item(row: Any, prefix: str = "") -> ActionItem:
    facts = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for it
    names = ("number", "text", "assignee", "due_at", "created_by", "created_at", "done_at")
    return ActionItem(*(facts[prefix + name] for name in names))
