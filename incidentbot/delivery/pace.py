"""How fast Slack may be called: 85 % of its published tiers, and about a message a second and channel."""

from typing import Final

from incidentbot.store.limits import Limit

_SHARE: Final = 0.85
# Calls a minute by tier (slack.md 2.1); posting has limits of its own.
_TIER: Final = {2: 20, 3: 50, 4: 100}
_METHOD_TIER: Final = {
    "chat.update": 3,
    "conversations.replies": 3,
    "conversations.history": 3,
    "conversations.open": 3,
    "conversations.list": 2,
    "reactions.add": 3,
    "reactions.remove": 2,
    "users.info": 4,
    "users.list": 2,
    "users.lookupByEmail": 3,
}
CHANNEL_INTERVAL: Final = 1.0
CHANNEL_BURST: Final = 3
# "Several hundred messages per minute" and workspace.
_POSTS: Final = Limit("method:chat.postMessage", 60 / (300 * _SHARE), burst=30)


def method_key(method: str) -> str:
    """The key under which a method's limit is shared."""
    return f"method:{method}"


def of_method(method: str) -> Limit:
    """The limit of a method; a quarter of a minute's calls may go at once."""
    a_minute = _TIER[_METHOD_TIER[method]] * _SHARE
    return Limit(method_key(method), 60 / a_minute, burst=max(1, int(a_minute / 4)))


def of_post(channel: str) -> tuple[Limit, ...]:
    """The limits of a message to `channel` (or to a person, by their id)."""
    return (Limit(channel_key(channel), CHANNEL_INTERVAL, CHANNEL_BURST), _POSTS)


def channel_key(channel: str) -> str:
    """The key under which posting to a channel is limited; the claim of effects knows it too."""
    return f"channel:{channel}"
