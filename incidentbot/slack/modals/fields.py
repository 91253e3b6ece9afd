"""What somebody filled into a form, and what it had shown before.

The form comes back from Slack's client, so nothing in it is taken for granted: what is missing or of another type
reads as empty, and characters that hide or disguise are gone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from incidentbot.render.mrkdwn import is_conversation_id, is_user_id
from incidentbot.slack.typed_text import clean

_LAST_SECOND: Final = 253_402_300_800  # of the year 9999


@dataclass(frozen=True, slots=True)
class Fields:
    """A submitted view, whose shape was checked."""

    view: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Stays the same while a refused form is corrected and sent again."""
        return self.view.get("id") or ""

    @property
    def callback_id(self) -> str:
        """Which form it is."""
        return self.view.get("callback_id") or ""

    def metadata(self, name: str) -> str:
        """A text that the form carried along."""
        return _text(self.carried(name))

    def carried(self, name: str) -> Any:
        """Anything that the form carried along."""
        try:
            carried = json.loads(self.view.get("private_metadata") or "{}")
        except ValueError:
            return None
        return carried.get(name) if isinstance(carried, dict) else None

    def text(self, block: str, action: str) -> str:
        """What was typed."""
        return _text(self._element(block, action).get("value"))

    def choice(self, block: str, action: str) -> str:
        """The value of the chosen option."""
        return _value(self._element(block, action).get("selected_option"))

    def choices(self, block: str, action: str) -> list[tuple[str, str]]:
        """Value and text of every chosen option."""
        chosen = self._element(block, action).get("selected_options")
        options = chosen if isinstance(chosen, list) else []
        return [(_value(option), _label(option)) for option in options if _value(option)]

    def time(self, block: str, action: str) -> str:
        """The time of day that was picked, as "22:00"; "" for none."""
        return _text(self._element(block, action).get("selected_time"))

    def moment(self, block: str, action: str) -> datetime | None:
        """The date and time that were picked; None for none, or one that no calendar has."""
        return _moment(self._element(block, action).get("selected_date_time"))

    def user(self, block: str, action: str) -> str:
        """The id of the chosen person."""
        chosen = _text(self._element(block, action).get("selected_user"))
        return chosen if is_user_id(chosen) else ""

    def users(self, block: str, action: str) -> tuple[str, ...]:
        """The ids of the chosen people."""
        chosen = self._element(block, action).get("selected_users")
        return tuple(dict.fromkeys(one for one in chosen if is_user_id(one))) if isinstance(chosen, list) else ()

    def conversation(self, block: str, action: str) -> str:
        """The id of the chosen channel or person."""
        chosen = _text(self._element(block, action).get("selected_conversation"))
        return chosen if is_conversation_id(chosen) else ""

    def shown_text(self, block: str) -> str:
        """What stood in a text field when the form was opened."""
        return _text(self._shown(block).get("initial_value"))

    def shown_choice(self, block: str) -> str:
        """The value of the option that was preset."""
        return _value(self._shown(block).get("initial_option"))

    def shown_user(self, block: str) -> str:
        """The id of the person who was preset."""
        return _text(self._shown(block).get("initial_user"))

    def shown_moment(self, block: str) -> datetime | None:
        """The date and time that were preset; None for none."""
        return _moment(self._shown(block).get("initial_date_time"))

    def shown_paragraph(self, block: str) -> str:
        """The text of a paragraph that the form shows."""
        blocks = self.view.get("blocks") or []
        found: Mapping[str, Any] = next((one for one in blocks if one.get("block_id") == block), {})
        parts = [part for one in _objects(found.get("elements")) for part in _objects(one.get("elements"))]
        return "".join(_text(part.get("text")) for part in parts)

    def _element(self, block: str, action: str) -> Mapping[str, Any]:
        values = (self.view.get("state") or {}).get("values") or {}
        found: Mapping[str, Any] = values.get(block, {}).get(action, {})
        return found

    def _shown(self, block: str) -> Mapping[str, Any]:
        blocks = self.view.get("blocks") or []
        return next((found.get("element") or {} for found in blocks if found.get("block_id") == block), {})


def _moment(picked: Any) -> datetime | None:
    if isinstance(picked, bool) or not isinstance(picked, int) or not 0 < picked < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(picked, UTC)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def _value(option: Any) -> str:
    return _text(option.get("value")) if isinstance(option, dict) else ""


def _label(option: Any) -> str:
    text = option.get("text") if isinstance(option, dict) else None
    return _text(text.get("text")) if isinstance(text, dict) else ""
