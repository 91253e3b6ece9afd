"""The form that asks where a report is to be shared."""

from typing import Any, Final

from incidentbot.render import ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.modals import View, form, labelled

_HINT: Final = "I post it there, saying that you shared it; with its PDF where I am a member."


def share_modal(report_id: str, asked_in: str) -> View:
    """Asks for one channel; carries the report's id, and the channel in which the button was clicked."""
    element: dict[str, Any] = {
        "type": "conversations_select",
        "action_id": ids.SHARE_SELECT,
        "placeholder": plain_text("A channel", 75),
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    shown = [labelled(ids.SHARE, "Share in", element, optional=False, hint=_HINT)]
    return form(ids.SHARE_MODAL, "Share report", "Share", {"report": report_id, "channel": asked_in}, shown)
