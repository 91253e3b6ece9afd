"""The listeners of links to incidents: what is shown below them, and in the side pane of who opens one."""

from collections.abc import Mapping
from typing import Any, Final

from incidentbot.domain.addresses import named_by
from incidentbot.render.mrkdwn import is_conversation_id
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.present import present, unfurl

# Slack itself shows no more below one message.
_MOST: Final = 5
_LONGEST: Final = 200


class IncidentLinks:
    """Links that people write, and those that they open. Neither has an answer: what is shown follows by itself."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def shared(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged once it is noted; links that are of no incident of this workspace are left alone."""
        base, channel, ts = self._parts.store.policy.objects_at, asker.channel, event.get("message_ts") or ""
        urls = tuple(dict.fromkeys(url for url in map(_url, _list(event.get("links"))) if url))
        ours = tuple(url for url in urls if named_by(base, asker.team_id, url))[:_MOST]
        # What is still being written has no place yet: it is shown once it is sent.
        if ours and ts and is_conversation_id(channel):
            await self._parts.store.run(unfurl, asker.cause(_key(body), "link"), channel, ts, ours)

    async def opened(self, event: Mapping[str, Any], body: Mapping[str, Any], asker: Asker) -> None:
        """Acknowledged once it is noted; the pane follows, or says why not."""
        trigger = event.get("trigger_id")
        number = named_by(self._parts.store.policy.objects_at, asker.team_id, _url(event.get("link")))
        if number and isinstance(trigger, str) and 0 < len(trigger) <= _LONGEST and trigger.isprintable():
            await self._parts.store.run(present, asker.cause(_key(body), "link"), number, trigger)


def _key(body: Mapping[str, Any]) -> str:
    return f"event:{body.get('event_id') or ''}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _url(link: Any) -> str:
    found = link.get("url") if isinstance(link, dict) else None
    return found if isinstance(found, str) else ""
