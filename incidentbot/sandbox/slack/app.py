"""The app as its settings pages describe it: how Slack reaches it and what it wants to hear."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from incidentbot.sandbox.world import AppSeed


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut as people see it in a menu; `kind` is global or message."""

    callback_id: str
    kind: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """What is said about a slash command while somebody types it."""

    description: str = ""
    usage: str = ""


@dataclass(slots=True)
class App:
    """The app's settings.

    `request_url` is where signed HTTP goes. With `socket_mode` None a delivery goes through Socket Mode while a
    connection is open, else over HTTP; True or False say which. `commands` maps a slash command to whether its mentions
    are escaped; None takes any command, escaped. `events` and `shortcuts` None take all. `menu` and `hints` are what
    people see of shortcuts and slash commands. `unfurl_domains` are the hosts whose links it hears of, `entities` the
    sorts of work objects that it may show; None takes any.
    """

    seed: AppSeed
    request_url: str = ""
    options_url: str = ""
    socket_mode: bool | None = None
    messages_tab: bool = True
    home_tab: bool = True
    commands: dict[str, bool] | None = None
    shortcuts: set[str] | None = None
    events: set[str] | None = None
    scopes: tuple[str, ...] = ()
    token_rotation: bool = False
    redirect_urls: tuple[str, ...] = ()
    unfurl_domains: tuple[str, ...] | None = None
    entities: tuple[str, ...] | None = None
    menu: tuple[Shortcut, ...] = ()
    hints: Mapping[str, Hint] = field(default_factory=dict)

    @classmethod
    def from_manifest(cls, seed: AppSeed, manifest: Mapping[str, Any]) -> Self:
        """The app that a manifest describes."""
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        oauth = manifest.get("oauth_config", {})
        subscriptions = settings.get("event_subscriptions", {})
        home = features.get("app_home", {})
        commands = {one["command"]: bool(one.get("should_escape")) for one in features.get("slash_commands", ())}
        return cls(
            seed=seed,
            request_url=subscriptions.get("request_url", ""),
            options_url=settings.get("interactivity", {}).get("message_menu_options_url", ""),
            socket_mode=bool(settings.get("socket_mode_enabled", False)),
            messages_tab=bool(home.get("messages_tab_enabled", False)),
            home_tab=bool(home.get("home_tab_enabled", False)),
            commands=commands,
            shortcuts={one["callback_id"] for one in features.get("shortcuts", ())},
            events=set(subscriptions.get("bot_events", ())),
            scopes=tuple(oauth.get("scopes", {}).get("bot", ())),
            token_rotation=bool(settings.get("token_rotation_enabled", False)),
            redirect_urls=tuple(oauth.get("redirect_urls", ())),
            unfurl_domains=tuple(features.get("unfurl_domains", ())),
            entities=_entities(features.get("rich_previews", {})),
            menu=tuple(_shortcut(one) for one in features.get("shortcuts", ())),
            hints={one["command"]: _hint(one) for one in features.get("slash_commands", ())},
        )

    def escapes(self, command: str) -> bool | None:
        """Whether mentions in that slash command are escaped; None if the app has no such command."""
        return True if self.commands is None else self.commands.get(command)

    def unfurls(self, host: str) -> bool:
        """Whether the app is told of links to `host`, or to a part of it."""
        domains = self.unfurl_domains
        return domains is None or any(host == one or host.endswith(f".{one}") for one in domains)

    def shows(self, entity: str) -> bool:
        """Whether the app may show work objects of that sort."""
        return self.entities is None or entity in self.entities

    def hears(self, event: str) -> bool:
        """Whether the app subscribed to that event."""
        return self.events is None or event in self.events


def _entities(described: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(described.get("entity_types", ())) if described.get("is_active") else ()


def _shortcut(described: Mapping[str, Any]) -> Shortcut:
    return Shortcut(described["callback_id"], described["type"], described["name"], described.get("description", ""))


def _hint(described: Mapping[str, Any]) -> Hint:
    return Hint(described.get("description", ""), described.get("usage_hint", ""))
