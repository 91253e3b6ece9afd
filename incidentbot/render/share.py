"""The form that asks where a report is to be shared."""

from typing import Any

from incidentbot.languages import fill_plain
from incidentbot.render import ids
from incidentbot.render.blocks import plain_text
from incidentbot.render.modals import View, form, labelled


def share_modal(report_id: str, asked_in: str) -> View:
    """Asks for one channel; carries the report's id, and the channel in which the button was clicked."""
    element: dict[str, Any] = {
        "type": "conversations_select",
        "action_id": ids.SHARE_SELECT,
        "placeholder": plain_text(fill_plain("A channel"), 75),
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    hint = fill_plain("I post it there, saying that you shared it; with its PDF where I am a member.")
    shown = [labelled(ids.SHARE, fill_plain("Share in"), element, optional=False, hint=hint)]
    return form(
        ids.SHARE_MODAL,
        fill_plain("Share report"),
        fill_plain("Share"),
        {"report": report_id, "channel": asked_in},
        shown,
    )
