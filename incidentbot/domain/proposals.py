"""What NopeSight's AI may propose to do, and the right that each takes. Anything else is never done."""

from collections.abc import Mapping
from typing import Final

from incidentbot.domain.permissions import Right

PROPOSALS: Final[Mapping[str, Right]] = {
    "acknowledge_event": Right.ACKNOWLEDGE,
    "resolve_event": Right.RESOLVE,
    "comment_event": Right.COMMENT,
    "run_playbook": Right.RUN_PLAYBOOK,
    "update_ci": Right.UPDATE,
    "generate_report": Right.REPORT,
}
