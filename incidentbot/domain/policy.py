"""What the operator decided: the parts of the settings that decisions depend on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from incidentbot.domain.conditions import Condition, evaluate, fields_of
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.on_call import Roster
from incidentbot.domain.own_report import ReportPolicy
from incidentbot.domain.permissions import Permissions
from incidentbot.domain.routing import Rule
from incidentbot.domain.severity import Severity
from incidentbot.domain.subscribers import Subscription
from incidentbot.domain.timers import TimerPolicy
from incidentbot.domain.workflows import NotifyTeam, Workflow


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
    """Where incidents and events are told, which events become incidents, and what is shown beside card and thread.

    Channels are names (#incidents) or ids. An event that meets `create_when` and belongs to no open incident becomes
    one by itself; one whose group's incident was resolved within `reopen_within` opens that again instead. `channels`
    are those of event notifications by severity. `mentions` are all whom the settings mention anywhere.
    `flaps_after` moves by events, each within `flaps_within` of the one before, are flapping; so long without one, it
    is over. What is late by `show_lag_after` is told on the card. `departments` names the workspace (its team id) whose
    events a department's are; those of others are the first workspace's. `workflows` are by the last segment of their
    path, `on_call` by the name that stands for whoever is on call. A drill has nothing to do with events, nor NopeSight
    with it, unless `drills_reach_nopesight`. What many people see is said in `language`, or in that of `languages` for
    the workspace. Where `tell_incidents`, NopeSight makes an event of each incident that no event began.
    `overview_channel` ("" = none) has the message that shows all that is unresolved; status updates of incidents of the
    severities in `broadcast_updates` are shown in the channel, too. Incidents are shown as Slack's own incident objects
    by their addresses under `objects_at`, our own public address; "" = not at all.
    """

    incidents_channel: str = "#incidents"
    fallback_channel: str = ""
    reports_channel: str = "#reports"
    changes_channel: str = "#changes"
    create_when: Condition | None = None
    group_by: tuple[str, ...] = ("correlation_id", "signature", "ci")
    reopen_within: timedelta = timedelta(minutes=10)
    flaps_after: int = 4
    flaps_within: timedelta = timedelta(minutes=10)
    resolve_with_events: bool = True
    tell_incidents: bool = False
    drills_reach_nopesight: bool = False
    channels: Mapping[Severity, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    mentions: tuple[str, ...] = ()
    use_blocks: bool = True
    thread_replies: bool = True
    emoji_reactions: bool = True
    include_charts: bool = True
    reports: ReportPolicy = field(default_factory=ReportPolicy)
    posting: bool = True
    objects_at: str = ""
    show_lag_after: timedelta = timedelta(seconds=30)
    pace: Pace = Pace()
    timers: TimerPolicy = field(default_factory=TimerPolicy)
    departments: Mapping[str, str] = field(default_factory=dict)
    permissions: Permissions = field(default_factory=Permissions)
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    on_call: Mapping[str, Roster] = field(default_factory=dict)
    language: str = "en"
    languages: Mapping[str, str] = field(default_factory=dict)
    subscriptions: tuple[Subscription, ...] = ()
    overview_channel: str = ""
    broadcast_updates: frozenset[Severity] = frozenset()

    def creates(self, event: MonitoringEvent) -> bool:
        """Whether the event becomes an incident by itself."""
        return self.create_when is not None and evaluate(self.create_when, fields_of(event))

    def language_in(self, team_id: str) -> str:
        """The language of what many people of the workspace see."""
        return self.languages.get(team_id, self.language)

    def rule(self, name: str) -> Rule | None:
        """The notification rule called `name`."""
        return next((rule for rule in self.rules if rule.name == name), None)

    @property
    def named_channels(self) -> tuple[str, ...]:
        """Every channel that anything may be told in, each once."""
        by_rules = (channel for rule in self.rules for channel in rule.channels)
        by_workflows = (
            action.channel
            for workflow in self.workflows.values()
            for action in workflow.actions
            if isinstance(action, NotifyTeam)
        )
        own = (self.incidents_channel, self.fallback_channel, self.reports_channel, self.changes_channel)
        named = (*own, self.overview_channel, *self.channels.values(), *by_rules, *by_workflows)
        return tuple(dict.fromkeys(channel for channel in named if channel))
