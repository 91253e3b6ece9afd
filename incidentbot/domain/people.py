"""Who acts, and who is responsible for what."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """The way in by which somebody acted; metrics and the timeline name it."""

    SLACK = "slack"
    NOPESIGHT = "nopesight"
    ALERTMANAGER = "alertmanager"
    MONITORING = "monitoring"  # any other system that reports events; the actor's name says which
    API = "api"
    CLI = "cli"
    TIMER = "timer"
    WORKFLOW = "workflow"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that did something.

    `id` is a verified Slack user id, or empty where the actor came from elsewhere; then `name` says who it was.
    """

    source: Source
    id: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the Slack workspace as we last saw them. `tz` is an IANA name, `locale` like en-US."""

    id: str
    name: str
    email: str = ""
    tz: str = ""
    locale: str = ""
    deleted: bool = False
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Invitee:
    """A person who is to be told of an incident, and why ("owner of PROD-WEB-01").

    `via` is how that is known, as Owner.via says it; "" where a person named them.
    """

    id: str
    why: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody responsible whom we cannot reach in Slack, and the reason; named in the thread, never guessed.

    `reason` is one of: no_account, deactivated, bot, direct_messages_closed, no_email, no_owner.
    """

    name: str
    email: str
    why: str
    reason: str
