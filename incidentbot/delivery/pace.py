"""How fast Slack may be called: a share of its published tiers, and about a message a second and channel."""

from typing import Final

from incidentbot.domain.policy import Pace
from incidentbot.store.limits import Limit

# Calls a minute by tier (slack.md 2.1); posting has limits of its own.
_TIER: Final = {2: 20, 3: 50, 4: 100}
_METHOD_TIER: Final = {
    "auth.test": 4,  # "hundreds a minute", says Slack
    "auth.teams.list": 2,
    "chat.update": 3,
    "chat.delete": 3,
    "chat.unfurl": 3,
    "bookmarks.add": 2,
    "bookmarks.list": 3,
    "conversations.archive": 2,
    "conversations.create": 2,
    "conversations.invite": 3,
    "conversations.join": 3,
    "conversations.setTopic": 2,
    "conversations.replies": 3,
    "conversations.history": 3,
    "conversations.open": 3,
    "conversations.list": 2,
    "canvases.create": 2,
    "canvases.access.set": 3,
    "entity.presentDetails": 3,
    "files.delete": 3,
    "files.getUploadURLExternal": 4,
    "files.completeUploadExternal": 4,
    "functions.completeError": 3,
    "functions.completeSuccess": 3,
    "pins.add": 2,
    "reactions.add": 3,
    "reactions.remove": 2,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.conversations": 3,
    "users.info": 4,
    "users.list": 2,
    "users.lookupByEmail": 3,
    "views.publish": 4,
}
_POSTS: Final = "chat.postMessage"
# Of the time between two messages to a channel: by so much one may be slower on its way than the next.
MARGIN: Final = 0.25
REFUSED: Final = "refused:"


def method_key(method: str) -> str:
    """The key under which a method's limit is shared."""
    return f"method:{method}"


def of_method(pace: Pace, method: str) -> Limit:
    """The limit of a method; a quarter of a minute's calls may go at once."""
    a_minute = _TIER[_METHOD_TIER[method]] * pace.tier_share
    return Limit(method_key(method), 60 / a_minute, burst=max(1, int(a_minute / 4)))


def of_post(pace: Pace, channel: str) -> tuple[Limit, ...]:
    """The limits of a message to `channel` (or to a person, by their id)."""
    a_minute = pace.posts_a_minute * pace.tier_share
    everywhere = Limit(method_key(_POSTS), 60 / a_minute, burst=max(1, int(a_minute / 8)))
    interval = 1 / pace.channel_posts_a_second
    margin = MARGIN * interval if pace.channel_burst > 1 else 0.0
    return (Limit(channel_key(channel), interval, pace.channel_burst, margin), everywhere)


def channel_key(channel: str) -> str:
    """The key under which posting to a channel is limited; the claim of effects knows it too."""
    return f"channel:{channel}"


def is_channel(key: str) -> bool:
    """Whether `key` limits one channel (or person) alone."""
    return key.startswith(channel_key(""))


def refused_key(channel: str) -> str:
    """The key that stands for a 429 which `channel` met, for as long as that lasts."""
    return f"{REFUSED}{channel}"


def everywhere_key() -> str:
    """The key under which posting to the whole workspace is limited."""
    return method_key(_POSTS)
