"""What the operator decided: the parts of the settings that decisions depend on."""

from collections.abc import Callable
from dataclasses import dataclass, field

from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.permissions import Permissions


def never(_event: MonitoringEvent) -> bool:
    """A condition that no event meets."""
    return False


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast Slack may be called.

    `tier_share` is the part of each published limit that is used. Slack publishes none for posting: one message a
    second and channel with short bursts is its word, and "several hundred a minute" for the workspace.
    """

    channel_posts_a_second: float = 1.0
    channel_burst: int = 3
    posts_a_minute: int = 300
    tier_share: float = 0.85


@dataclass(frozen=True, slots=True)
class Policy:
    """Where incidents go, which events become one, and what is shown beside card and thread.

    `incidents_channel` is a name (#incidents) or an id. `creates` decides whether an event that belongs to no open
    incident becomes one by itself.
    """

    incidents_channel: str = "#incidents"
    fallback_channel: str = ""
    reports_channel: str = "#reports"
    changes_channel: str = "#changes"
    creates: Callable[[MonitoringEvent], bool] = never
    group_by: tuple[str, ...] = ("correlation_id", "signature", "ci")
    resolve_with_events: bool = True
    emoji_reactions: bool = True
    include_charts: bool = True
    posting: bool = True
    pace: Pace = Pace()
    permissions: Permissions = field(default_factory=Permissions)
