"""What stands above a conversation."""

from typing import Any, Final

from incidentbot.sandbox.page.sidebar import conversation_name
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.model import Conversation, Kind

_ICONS: Final = {Kind.PUBLIC: "hash", Kind.PRIVATE: "lock", Kind.MPIM: "users", Kind.IM: "zap"}


def heading(viewer: Viewer, conversation: Conversation) -> dict[str, Any]:
    """What the templates of a conversation, its heading and its message field need."""
    name = conversation_name(conversation, viewer)
    people = [viewer.workspace.people[user] for user in conversation.members]
    return {
        "conversation": conversation,
        "name": name,
        "title": name if conversation.kind in (Kind.IM, Kind.MPIM) else f"#{name}",
        "kind_icon": _ICONS[conversation.kind],
        "members": sorted(people, key=lambda one: (one.is_bot, one.real_name)),
    }
