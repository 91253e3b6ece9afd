"""Action items: what is to be done about an incident after it, by whom and until when."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from incidentbot.domain.moments import read_moment
from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import BadField, Refused

TEXT_LIMIT: Final = 1000
MOST_ITEMS: Final = 100
LATEST: Final = timedelta(days=366)
_AHEAD: Final = re.compile(r"(\d{1,3})([hdw])", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HOURS: Final = {"h": 1, "d": 24, "w": 168}
FORMS: Final = ("3d", "2w", "2026-01-20", "2026-01-20 14:45")


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Item `number`, counted from 1 within its incident; `assignee` is a Slack user id or "", `due_at` may be open."""

    number: int
    text: str
    assignee: str
    due_at: datetime | None
    created_by: Actor
    created_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """What is to be changed of an item; None leaves it as it is, and "" takes the assignee or the time away."""

    text: str | None = None
    assignee: str | None = None
    due: str | datetime | None = None


def read_due(said: str | datetime, now: datetime, tz: str) -> datetime:
    """When an item is due by what was typed or picked: a day alone is nine in the morning on the clock of `tz`.

    Refused (BadField) where it says no moment, is over, or is further ahead than a year.
    """
    shown = " ".join(said.split()) if isinstance(said, str) else f"{said:%Y-%m-%d %H:%M} UTC"
    due = _read(shown, now, tz) if isinstance(said, str) else said
    if not now < due <= now + LATEST:
        raise Refused(BadField("due", "out_of_range", value=shown[:80], choices=FORMS if isinstance(said, str) else ()))
    return due


def changed(before: ActionItem, after: ActionItem) -> dict[str, str]:
    """What of an item is otherwise now, as it was: text, assignee and due (ISO, "" for none)."""
    facts = (
        ("text", before.text, after.text),
        ("assignee", before.assignee, after.assignee),
        ("due", as_iso(before.due_at), as_iso(after.due_at)),
    )
    return {name: was for name, was, now in facts if was != now}


def as_iso(at: datetime | None) -> str:
    """A time as entries keep it; "" for none."""
    return at.isoformat() if at else ""


def _read(text: str, now: datetime, tz: str) -> datetime:
    ahead = _AHEAD.fullmatch(text.lower())
    if ahead:
        return now + timedelta(hours=int(ahead[1]) * _HOURS[ahead[2]])
    return _typed(f"{text} 09:00" if _DAY.fullmatch(text) else text, now, tz)


def _typed(text: str, now: datetime, tz: str) -> datetime:
    try:
        return read_moment(text, now, tz, field="due", future=True)
    except Refused:
        raise Refused(BadField("due", "malformed", value=text[:80], choices=FORMS)) from None
