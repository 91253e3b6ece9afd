"""The rights that the app asks Slack for, each with its reason: what the manifest and the docs are made of."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Scope:
    """A right of the bot. `feature` is what stops working without it, and nothing else does; `core` = nothing works."""

    name: str
    reason: str
    feature: str
    core: bool = False


BOT_SCOPES: Final[tuple[Scope, ...]] = (
    Scope("chat:write", "posts cards, timeline entries and invitations, and edits the card", "everything", core=True),
    Scope("commands", "takes slash commands and shortcuts", "everything typed or clicked", core=True),
    Scope(
        "channels:history",
        "looks up whether a message whose answer was lost is already there; hears what is said in public channels",
        "delivery without doubles, questions in words",
        core=True,
    ),
    Scope("groups:history", "the same in private channels", "the same in private channels", core=True),
    Scope("im:history", "the same in direct messages", "invitations without doubles", core=True),
    Scope("im:write", "opens the direct message with somebody who is invited", "invitations", core=True),
    Scope("users:read", "shows who acted, and knows deactivated accounts and bots", "names and invitations", core=True),
    Scope("users:read.email", "finds the owners that NopeSight names by their e-mail addresses", "owners", core=True),
    Scope("usergroups:read", "mentions groups such as @oncall, and maps groups to roles", "groups", core=True),
    Scope("app_mentions:read", "takes commands in a thread, where Slack has no slash commands", "mentions"),
    Scope("channels:read", "finds public channels by their names", "channels given by name"),
    Scope("groups:read", "finds private channels by their names", "private channels given by name"),
    Scope("channels:join", "goes into the public channels that the set-up was told of", "joining channels at set-up"),
    Scope(
        "channels:manage",
        "makes a channel for an incident, and those that are not there at set-up",
        "moving an incident to a channel, making channels at set-up",
    ),
    Scope("bookmarks:read", "looks up whether a bookmark is there already", "bookmarks in an incident's channel"),
    Scope(
        "bookmarks:write", "bookmarks card and thread in an incident's channel", "bookmarks in an incident's channel"
    ),
    Scope("chat:write.public", "posts to public channels that it was not invited to", "posting without invitation"),
    Scope("files:write", "uploads reports, exports and retrospectives", "reports and exports as files"),
    Scope("canvases:write", "writes exports and retrospectives as canvases, where somebody asks for one", "canvases"),
    Scope("links:read", "hears of links to incidents that people write", "incidents below links to them"),
    Scope("links:write", "shows the incident below such a link", "incidents below links to them"),
    Scope("pins:write", "pins the overview of what is unresolved", "the pin of the overview"),
    Scope("reactions:read", "takes a message into the timeline when somebody pins a pushpin to it", "the pushpin"),
    Scope("reactions:write", "marks cards as acknowledged and resolved", "emoji reactions"),
)

# The integration guide also lists rights over what a person sees. Nothing here acts as a person: on request only.
USER_SCOPES: Final = ("channels:history", "channels:read", "chat:write", "files:read")


@dataclass(frozen=True, slots=True)
class Subscription:
    """An event that Slack tells the app. `scopes` are the rights by which Slack tells it; any of them will do."""

    name: str
    reason: str
    scopes: tuple[str, ...] = ()
    steps: bool = False


EVENTS: Final[tuple[Subscription, ...]] = (
    Subscription("app_home_opened", "shows somebody their incidents in the Home tab"),
    Subscription("app_mention", "takes commands in a thread", ("app_mentions:read",)),
    Subscription("app_uninstalled", "forgets the workspace's tokens"),
    Subscription("entity_details_requested", "shows an incident in the side pane to somebody who opens it"),
    Subscription("function_executed", "runs a step of Workflow Builder", steps=True),
    Subscription("link_shared", "shows incidents below links to them", ("links:read",)),
    Subscription("member_joined_channel", "learns that it may post to a channel now", ("channels:read", "groups:read")),
    Subscription("message.channels", "hears questions, and that a card was deleted", ("channels:history",)),
    Subscription("message.groups", "the same in private channels", ("groups:history",)),
    Subscription("message.im", "hears what somebody writes to the app", ("im:history",)),
    Subscription("reaction_added", "takes a message with a pushpin into the timeline", ("reactions:read",)),
    Subscription("reaction_removed", "marks what was taken so as withdrawn", ("reactions:read",)),
    Subscription("tokens_revoked", "stops sending until the app is installed again"),
)
