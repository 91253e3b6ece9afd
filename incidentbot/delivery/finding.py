"""Finding what an earlier attempt left in Slack: by the effect's id in the message's metadata."""

from datetime import datetime
from typing import Final

from incidentbot.clients.slack import Posted, SlackClient
from incidentbot.delivery import pace
from incidentbot.delivery.looks import known_already, shown
from incidentbot.delivery.task import Place, is_person
from incidentbot.domain.policy import Pace
from incidentbot.store.limits import Limit

# Slack does not let us look: without the scope, or without being a member there. Then nobody can know.
CANNOT_LOOK: Final = frozenset({"missing_scope", "not_in_channel", "no_permission", "access_denied"})


def limits_of_finding(allowed: Pace, place: Place) -> tuple[Limit, ...]:
    """The limits that `find` counts against."""
    methods = ["conversations.history"]
    if place.thread_ts:
        methods.append("conversations.replies")
    if is_person(place.target):
        methods.append("conversations.open")
    return tuple(pace.of_method(allowed, method) for method in methods)


async def find(slack: SlackClient, team_id: str, place: Place, effect_id: str, since: datetime) -> tuple[Posted, ...]:
    """Every message of the effect that Slack shows, the oldest first.

    A reply is looked for in its thread, and then in the channel: Slack puts it there where the root is gone.
    """
    known = known_already()
    if known is not None:
        return known.of(effect_id)
    channel = await _channel(slack, team_id, place.target)
    if not channel:
        return ()
    if place.thread_ts:
        replies = await slack.find_replies(team_id, channel, place.thread_ts, effect_id)
        if replies:
            return tuple(Posted(channel, ts, place.thread_ts) for ts in replies)
    standing = await slack.find_messages(team_id, channel, since)
    shown(channel, since, standing)
    return tuple(Posted(channel, ts) for ts in standing.get(effect_id, ()))


async def _channel(slack: SlackClient, team_id: str, target: str) -> str:
    if target.startswith("#"):
        return await slack.channel_named(team_id, target)
    return await slack.direct_channel(team_id, target) if is_person(target) else target
