"""The composition root: from settings to a running service. Nothing else makes clients, engines or apps."""

import asyncio
import platform
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import aiohttp
import httpx
import structlog
import uvicorn
from prometheus_client import CollectorRegistry, Counter, Histogram

import incidentbot
from incidentbot import settings_file, tracing
from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.clients.nopesight.config import NopeSightConfig
from incidentbot.clients.own_paths import OwnPaths
from incidentbot.clients.slack import SlackClient
from incidentbot.clients.slack.client import new_session
from incidentbot.clients.slack.probe import KnownTokens, SlackProbe
from incidentbot.clients.subscribers import Receiver, SubscriberClient
from incidentbot.delivery.anchoring import keep_anchored
from incidentbot.delivery.answerer import SlackAnswerer
from incidentbot.delivery.answering import Answering
from incidentbot.delivery.claim import Timings
from incidentbot.delivery.doctor.examine import examine
from incidentbot.delivery.doctor.patient import SECONDS, Patient
from incidentbot.delivery.drawing import Drawer
from incidentbot.delivery.groups import keep_groups
from incidentbot.delivery.handlers.announcement import AnnouncementHandler
from incidentbot.delivery.handlers.bookkeeping import (
    ActionDueHandler,
    events_handler,
    flapping_handler,
    maintenance_handler,
)
from incidentbot.delivery.handlers.card import CardHandler
from incidentbot.delivery.handlers.card_confirmed import CardConfirmedHandler
from incidentbot.delivery.handlers.digest import DigestHandler
from incidentbot.delivery.handlers.document import DocumentHandler
from incidentbot.delivery.handlers.entry import EntryHandler
from incidentbot.delivery.handlers.event import EventHandler
from incidentbot.delivery.handlers.event_made import EventMadeHandler
from incidentbot.delivery.handlers.home import HomeHandler, homes_handler
from incidentbot.delivery.handlers.invitation import InvitationHandler
from incidentbot.delivery.handlers.job import JobHandler
from incidentbot.delivery.handlers.job_message import JobAnswerHandler, JobFileHandler, JobMessageHandler
from incidentbot.delivery.handlers.last_resort import LastResortHandler
from incidentbot.delivery.handlers.links import LinksHandler
from incidentbot.delivery.handlers.maintenance_summary import MaintenanceSummaryHandler
from incidentbot.delivery.handlers.notice import NoticeHandler
from incidentbot.delivery.handlers.notification import NotificationHandler
from incidentbot.delivery.handlers.notification_reply import NotificationReplyHandler
from incidentbot.delivery.handlers.overview import OverviewHandler, OverviewPinHandler
from incidentbot.delivery.handlers.own_channel import (
    ChannelArchiveHandler,
    ChannelHandler,
    ChannelJoinHandler,
    ChannelMessageHandler,
    ChannelPartHandler,
)
from incidentbot.delivery.handlers.owners import OwnersHandler
from incidentbot.delivery.handlers.pin import PinHandler
from incidentbot.delivery.handlers.reaction import ReactionHandler
from incidentbot.delivery.handlers.reminder import ReminderHandler
from incidentbot.delivery.handlers.report import ReportForgottenHandler, ReportHandler, ReportPictureHandler
from incidentbot.delivery.handlers.step import StepHandler
from incidentbot.delivery.handlers.twins import TwinsHandler
from incidentbot.delivery.handlers.work_object import DetailsHandler, UnfurlHandler
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.delivery.installer import Installer, OauthClient
from incidentbot.delivery.installing import keep_installed
from incidentbot.delivery.last_resort import keep_alarming
from incidentbot.delivery.mentions import Mentioned, keep_mentions_known
from incidentbot.delivery.on_call import keep_on_call
from incidentbot.delivery.pinging import ping
from incidentbot.delivery.polling import keep_polled
from incidentbot.delivery.presence import keep_present
from incidentbot.delivery.reconciling import keep_reconciled
from incidentbot.delivery.rotating import keep_tokens
from incidentbot.delivery.scheduling import keep_schedules
from incidentbot.delivery.setting_up import SettingUp
from incidentbot.delivery.signers import Signers
from incidentbot.delivery.sockets import keep_connected, keep_installed_connected
from incidentbot.delivery.speakers import Speakers
from incidentbot.delivery.task import Handler
from incidentbot.delivery.timing import keep_timers
from incidentbot.delivery.tokens import TeamTokens
from incidentbot.delivery.turn import turn
from incidentbot.delivery.turns import SharedTurns
from incidentbot.delivery.worker import Worker
from incidentbot.domain.conditions import parse
from incidentbot.domain.doctor import Finding
from incidentbot.domain.event_sources import SOURCES
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.nopesight_event import read_delivery
from incidentbot.domain.on_call import NopeSightTeam, Override, Roster, Schedule
from incidentbot.domain.own_report import ReportPolicy
from incidentbot.domain.permissions import Permissions, Role, rights_of
from incidentbot.domain.policy import Pace, Policy
from incidentbot.domain.routing import Rule, Verbosity
from incidentbot.domain.scopes import BOT_SCOPES
from incidentbot.domain.severity import Severity
from incidentbot.domain.subscribers import Subscription
from incidentbot.domain.templates import parse_template
from incidentbot.domain.timers import TimerPolicy
from incidentbot.domain.workflows import Action, CreateIncident, Input, NotifyTeam, RunDiagnostics, Workflow
from incidentbot.languages import languages
from incidentbot.render.message import Links
from incidentbot.settings import Settings
from incidentbot.settings_file import ConfigFile, Incidents, Limits, NotificationRule, SeverityName, secrets_in
from incidentbot.slack.app import SlackEntry, build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Clock, Store
from incidentbot.store.listening import listen
from incidentbot.store.migrate import current, head, is_ahead, migrate
from incidentbot.store.replicas import Replica
from incidentbot.store.secret_box import SecretBox
from incidentbot.usecases.fold import Reader
from incidentbot.web.app import build_web
from incidentbot.web.metrics import TimerCounter, TransitionCounter
from incidentbot.web.parts import Oauth, WebParts
from incidentbot.web.server import make_server
from incidentbot.web.shapes import announced

log = structlog.get_logger(__name__)

SHUTDOWN_SECONDS: Final = 3
DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 3000
# Where everything listens, this machine reaches itself so.
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not listened on


class CannotStart(Exception):
    """The service cannot start; the message is a sentence for the operator, with the remedy."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Network:
    """What carries our calls to Slack, NopeSight and subscribers (None: the client's own); tests need no sockets."""

    slack: Callable[[], aiohttp.ClientSession] = new_session
    nopesight: httpx.AsyncBaseTransport | None = None
    subscribers: httpx.AsyncBaseTransport | None = None


def policy_of(settings: Settings) -> Policy:
    """The parts of the settings that decisions depend on."""
    incidents, slack = settings.file.incidents, settings.file.integrations.slack
    return Policy(
        incidents_channel=settings.slack_incidents_channel,
        fallback_channel=settings.fallback_channel or "",
        reports_channel=settings.slack_reports_channel,
        changes_channel=settings.slack_changes_channel,
        create_when=parse(incidents.create_when) if incidents.create_when else None,
        group_by=tuple(incidents.group_by),
        reopen_within=incidents.reopen_within,
        flaps_after=incidents.flapping.moves,
        flaps_within=incidents.flapping.within,
        resolve_with_events=incidents.resolve_with_events,
        tell_incidents=settings.file.integrations.nopesight.tell_incidents,
        drills_reach_nopesight=incidents.drills_reach_nopesight,
        show_lag_after=incidents.show_lag_after,
        overview_channel=incidents.overview_channel or "",
        broadcast_updates=frozenset(Severity(name) for name in incidents.broadcast_updates),
        channels={severity: settings.channel_for(severity.value) for severity in Severity},
        rules=tuple(_rule(rule) for rule in slack.notification_rules),
        mentions=settings.file.mentions(),
        use_blocks=slack.formatting.use_blocks,
        thread_replies=slack.formatting.thread_replies,
        emoji_reactions=slack.formatting.emoji_reactions,
        include_charts=slack.formatting.include_charts,
        reports=ReportPolicy(
            settings.file.reports.keep_for, settings.file.reports.links_valid_for, settings.base_url or ""
        ),
        posting=slack.enabled,
        objects_at=(settings.base_url or "") if slack.formatting.work_objects else "",
        departments={
            team.nopesight_department: team_id
            for team_id, team in settings.file.teams.items()
            if team.nopesight_department
        },
        language=settings.file.language,
        languages={team_id: team.language for team_id, team in settings.file.teams.items() if team.language},
        permissions=permissions_of(settings.file),
        pace=_pace_of(slack.limits),
        workflows=workflows_of(settings.file),
        subscriptions=subscriptions_of(settings.file),
        timers=_timers_of(incidents),
        on_call={name: _roster(name, one) for name, one in settings.file.on_call.items()},
    )


def subscriptions_of(file: ConfigFile) -> tuple[Subscription, ...]:
    """The programs that follow incidents."""
    return tuple(Subscription(one.name, frozenset(one.changes), one.team or "") for one in file.subscribers)


def receivers_of(file: ConfigFile) -> dict[str, Receiver]:
    """Where they listen."""
    return {one.name: Receiver(one.url.get_secret_value(), secrets_in(one.secret)) for one in file.subscribers}


def _timers_of(incidents: Incidents) -> TimerPolicy:
    def by_severity(lengths: Mapping[SeverityName, timedelta]) -> dict[Severity, timedelta]:
        return {Severity(name): length for name, length in lengths.items()}

    return TimerPolicy(
        remind_after=by_severity(incidents.remind_unacknowledged_after),
        escalate_after=by_severity(incidents.escalate_after),
        escalate_to=incidents.escalation,
        expire_after=by_severity(incidents.acknowledgement_expires_after),
        nudge_after=by_severity(incidents.nudge_without_update_after),
        stale_after=by_severity(incidents.offer_closing_after),
    )


def _roster(name: str, one: settings_file.OnCall) -> Roster:
    if one.nopesight_team:
        return Roster(name, NopeSightTeam(one.nopesight_team.ci, one.nopesight_team.team or ""))
    if one.schedule:
        by = one.schedule
        overrides = tuple(Override(each.person, each.since, each.until) for each in by.overrides)
        return Roster(name, Schedule(tuple(by.people), by.start, by.length, ZoneInfo(by.time_zone), overrides))
    return Roster(name, one.user_group or "")


def timings_of(settings: Settings) -> Timings:
    """How often things are asked and looked at."""
    nopesight = settings.file.integrations.nopesight
    return Timings(settle=settings.settle_delay, watch=nopesight.poll_every, reconcile=nopesight.reconcile_every)


def _rule(rule: NotificationRule) -> Rule:
    return Rule(
        rule.name,
        parse(rule.condition),
        rule.channels,
        tuple(rule.mentions),
        Verbosity(rule.verbosity),
        parse_template(rule.text) if rule.text is not None else None,
    )


def _pace_of(limits: Limits) -> Pace:
    return Pace(
        channel_posts_a_second=limits.channel_posts_per_second,
        channel_burst=limits.channel_burst,
        posts_a_minute=limits.workspace_posts_per_minute,
        tier_share=limits.tier_share,
    )


def workflows_of(file: ConfigFile) -> dict[str, Workflow]:
    """The workflows by the last segment of their path; their secrets are not among what decisions know."""
    return {one.trigger.slug: _workflow(one) for one in file.workflows}


def _workflow(one: settings_file.Workflow) -> Workflow:
    return Workflow(
        slug=one.trigger.slug,
        name=one.name,
        actions=tuple(_action(action) for action in one.actions),
        inputs=tuple(Input(each.name, each.type, tuple(each.options), each.required) for each in one.inputs),
        role=one.role,
        team=one.team or "",
        runs_per_minute=one.runs_per_minute,
    )


def _action(action: settings_file.WorkflowAction) -> Action:
    match action:
        case settings_file.CreateIncidentAction(params=params):
            return CreateIncident(params.title, params.severity, params.description, params.assignee, tuple(params.cis))
        case settings_file.NotifyTeamAction(params=params):
            return NotifyTeam(params.channel, tuple(params.mentions), params.message)
        case settings_file.RunDiagnosticsAction(params=params):
            return RunDiagnostics(params.service, params.playbook, params.auto_remediate)


def _workflow_secrets(file: ConfigFile) -> dict[str, tuple[str, ...]]:
    return {
        one.trigger.slug: settings_file.secrets_in(one.trigger.secret)
        for one in file.workflows
        if one.trigger.secret is not None
    }


def _read_nopesight(body: bytes) -> tuple[MonitoringEvent, ...]:
    event = read_delivery(body).event
    return (event,) if event else ()


READERS: Final[dict[str, Reader]] = {
    "nopesight": _read_nopesight,
    **{name: source.read for name, source in SOURCES.items()},
}


def _named_tokens(file: ConfigFile) -> list[tuple[str, str]]:
    return [(one.name, secret) for one in file.api.tokens for secret in settings_file.secrets_in(one.token)]


def permissions_of(file: ConfigFile) -> Permissions:
    """Who may do what by the file. Without that section everybody is operator, and whoever installed the app admin."""
    roles = {name: Role(name, rights_of(role.commands), rights_of(role.actions)) for name, role in file.roles.items()}
    mappings = file.permissions.user_mappings if file.permissions else {}
    installer = "" if file.permissions else "admin"
    tokens = {one.name: one.role for one in file.api.tokens}
    return Permissions(roles, mappings, file.role_of_everybody, installer, tokens)


class Service:
    """The whole service, not yet running. `store` may be used at once (the CLI does)."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        timings: Timings | None = None,
        pace: Pace | None = None,
        store: Store | None = None,
        network: Network | None = None,
    ) -> None:
        self._settings = settings
        self._url: Final = settings.database_url.get_secret_value()
        self._clock: Final = clock or SystemClock()
        self._timings = timings or timings_of(settings)
        self._network = network or Network()
        own_time = clock is None and not self._url.startswith("sqlite")
        policy = policy_of(settings)
        self.store: Final = store or Store(
            self._url,
            clock=None if own_time else self._clock,
            policy=replace(policy, pace=pace) if pace else policy,
            secrets=SecretBox([key.get_secret_value() for key in settings.secret_keys]),
        )
        self._server: uvicorn.Server | None = None
        self._listens_at = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
        self.registry: Final = CollectorRegistry()
        self._calls = Counter(
            "incidentbot_slack_calls", "Calls of Slack.", ["method", "result"], registry=self.registry
        )
        self._sent = Counter("incidentbot_effects_sent", "Effects that were told.", ["kind"], registry=self.registry)
        self._twins = Counter(
            "incidentbot_twins_deleted",
            "Messages that stood twice in Slack; the younger was deleted.",
            registry=self.registry,
        )
        self._acknowledged = Histogram(
            "incidentbot_slack_acknowledged_seconds",
            "From a request of Slack's to its acknowledgement, which Slack waits 3 s for.",
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
        )
        self._fired: Final = TimerCounter(self.registry)
        self.store.on_entries(TransitionCounter(self.registry).count)

    def prepare_database(self) -> None:
        """Migrate SQLite; refuse a PostgreSQL that nobody has migrated yet. What the next version made will do."""
        has = current(self._url)
        if has == head():
            return
        if is_ahead(has):
            log.warning("database.newer_schema", has=has, wants=head())
        elif self._url.startswith("sqlite"):
            migrate(self._url)
        else:
            raise CannotStart("The database has another schema than this version wants. Run: incidentbot migrate")

    def _check_secrets(self) -> None:
        """Refuse to start where a key is missing: its workspaces could not be told anything."""
        with self.store.read("") as tx:
            unreadable = tx.credentials.unreadable()
        for error in unreadable:
            log.error("secret.unreadable", team=error.team_id, column=error.column, reason=error.why)
        missing = [str(error) for error in unreadable if error.key_missing]
        if missing:
            raise CannotStart(
                "INCIDENTBOT_SECRET_KEY does not hold the key of every secret that is kept. Give that key too, behind"
                f" the new one, separated by a comma; or uninstall the workspace. {'; '.join(missing[:5])}"
            )

    async def serve(self, host: str, port: int, *, worker: bool = True) -> None:
        """Take requests, and with `worker` deliver effects, until SIGTERM or Ctrl-C."""
        if self._settings.everybody_is_operator:
            log.warning("permissions.everybody_is_operator", remedy="set permissions in the file of INCIDENTBOT_CONFIG")
        self._listens_at = f"http://{DEFAULT_HOST if host in _EVERYWHERE else host}:{port}"
        self.prepare_database()
        self._check_secrets()
        async with self._clients() as (slack, nopesight):
            parts = self._slack_parts(slack, nopesight)
            secrets = _clear(self._settings.slack_signing_secret)
            entry = build_slack(parts, signing_secrets=secrets, installed=Signers(self.store))
            server = make_server(self._web(entry, slack), host, port, timeout_graceful_shutdown=SHUTDOWN_SECONDS)
            async with AsyncExitStack() as running:
                await running.enter_async_context(self._background(slack, nopesight, entry, worker=worker))
                self._server = server
                await server.serve()
                await entry.drain(SHUTDOWN_SECONDS)

    async def examine(self, url: str = "", team: str = "", seconds: float = SECONDS) -> tuple[Finding, ...]:
        """What the doctor finds; `url` is where the service listens, unless the settings or `serve` say it.

        One look may take `seconds`.
        """
        settings = self._settings
        tokens = KnownTokens()
        slack = SlackProbe(settings.slack_api_url, tokens, self._clock.now, session=self._network.slack)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(slack)
            own = await stack.enter_async_context(OwnPaths(url or settings.base_url or self._listens_at, seconds))
            nopesight = None
            if settings.nopesight_api_token:
                nopesight = self._new_nopesight()
                await stack.enter_async_context(nopesight)
            patient = Patient(settings, self.store, self._clock.now, slack, tokens, nopesight, own, seconds)
            return await examine(patient, team)

    async def _examine_workspace(self, team_id: str) -> tuple[Finding, ...]:
        return await self.examine(team=team_id)

    async def work(self) -> None:
        """Deliver effects alone, until cancelled."""
        self.prepare_database()
        await self.deliver()

    async def deliver(self) -> None:
        """As `work`, on a database that is at head."""
        self._check_secrets()
        async with self._clients() as (slack, nopesight), self._background(slack, nopesight, None, worker=True):
            await asyncio.Event().wait()

    def stop(self) -> None:
        """End `serve` as SIGTERM does; call it in the service's event loop."""
        if self._server:
            self._server.should_exit = True

    def close(self) -> None:
        """Let go of the database, and send the last spans."""
        self.store.close()
        tracing.record_with(None)

    @asynccontextmanager
    async def _clients(self) -> AsyncIterator[tuple[SlackClient, NopeSightClient | None]]:
        settings = self._settings
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
        tokens = TeamTokens(self.store, token)
        turns = SharedTurns(self.store)
        slack = SlackClient(settings.slack_api_url, tokens, self._clock.now, self._count, self._network.slack, turns)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(slack)
            nopesight = None
            if settings.nopesight_api_token:
                nopesight = self._new_nopesight()
                await stack.enter_async_context(nopesight)
            yield slack, nopesight

    def _new_nopesight(self) -> NopeSightClient:
        return NopeSightClient(_nopesight_config(self._settings), self._clock.now, self._network.nopesight)

    def _count(self, method: str, result: str) -> None:
        self._calls.labels(method, result).inc()

    def _count_sent(self, kind: str) -> None:
        self._sent.labels(kind).inc()

    def _slack_parts(self, slack: SlackClient, nopesight: NopeSightClient | None) -> SlackParts:
        languages()  # a catalogue that cannot be read keeps the service from starting
        answerer = SlackAnswerer(self.store, slack, nopesight)
        inquirer, timed = NopeSightInquirer(nopesight), self._acknowledged.time
        clock, links = self._clock.now, self._links()
        return SlackParts(
            self.store,
            answerer,
            inquirer,
            clock,
            links,
            timed=timed,
            examine=self._examine_workspace,
            language_of=self._speakers(slack).language_of,
        )

    def _speakers(self, slack: SlackClient) -> Speakers:
        return Speakers(self.store, slack, self._timings.introduce.total_seconds())

    def _links(self) -> Links:
        return Links(event_url=self._settings.event_url, ci_url=self._settings.nopesight_ci_url or "")

    def _oauth_client(self) -> OauthClient | None:
        settings = self._settings
        if not (settings.slack_client_id and settings.slack_client_secret):
            return None
        return OauthClient(settings.slack_client_id, settings.slack_client_secret.get_secret_value())

    def _oauth(self) -> Oauth | None:
        """Where people are sent to install the app, if they can."""
        client = self._oauth_client()
        if client is None:
            return None
        base = self._settings.base_url
        return Oauth(
            authorize_url=f"{self._settings.slack_api_url.removesuffix('api/')}oauth/v2/authorize",
            client_id=client.id,
            scopes=tuple(scope.name for scope in BOT_SCOPES),
            redirect_url=f"{base}/slack/oauth_redirect" if base else "",
        )

    def _web(self, entry: SlackEntry, slack: SlackClient) -> Any:
        settings = self._settings
        return build_web(
            WebParts(
                store=self.store,
                now=self._clock.now,
                slack=entry.handle,
                api_token=settings.api_token.get_secret_value() if settings.api_token else "",
                named_tokens=_named_tokens(settings.file),
                nopesight_secrets=[secret.get_secret_value() for secret in settings.nopesight_webhook_secrets],
                installer=Installer(self.store, slack, self._oauth_client()),
                oauth=self._oauth(),
                workflow_secrets=_workflow_secrets(settings.file),
                registry=self.registry,
            )
        )

    @asynccontextmanager
    async def _background(
        self, slack: SlackClient, nopesight: NopeSightClient | None, entry: SlackEntry | None, *, worker: bool
    ) -> AsyncIterator[None]:
        """Everything that runs beside HTTP; ended at the end of the block."""
        subscribers = SubscriberClient(receivers_of(self._settings.file), self._clock.now, self._network.subscribers)
        handlers = self._handlers(slack, nopesight, subscribers)
        delivering = Worker(self.store, handlers, READERS, self._timings, self._count_sent)
        present = keep_present(self.store, self._replica(serves=entry is not None, works=worker))
        keeping = self._keeping(slack, nopesight, delivering) if worker else ()
        works = [present, *self._towards_slack(slack, entry), *keeping]
        tasks = [_start(work) for work in works]
        try:
            yield
        finally:
            await delivering.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await subscribers.close()

    def _replica(self, *, serves: bool, works: bool) -> Replica:
        return Replica(uuid.uuid4().hex, platform.node()[:255], incidentbot.__version__, serves, works)

    def _towards_slack(self, slack: SlackClient, entry: SlackEntry | None) -> Iterator[Coroutine[Any, Any, None]]:
        """What every process does: know its own workspace, and be connected where it takes requests."""
        settings = self._settings
        if settings.slack_bot_token:
            yield keep_installed(self.store, slack, settings.slack_bot_token.get_secret_value())
        if entry and settings.slack_app_token:
            yield keep_connected(settings.slack_app_token.get_secret_value(), settings.slack_api_url, entry.listen)
        if entry and self.store.secrets.has_key:
            yield keep_installed_connected(self.store, settings.slack_api_url, entry.listen)

    def _keeping(
        self, slack: SlackClient, nopesight: NopeSightClient | None, delivering: Worker
    ) -> Iterator[Coroutine[Any, Any, None]]:
        """What a worker does besides."""
        client = self._oauth_client()
        policy = self.store.policy
        if policy.permissions.groups or policy.timers.escalates or policy.on_call:
            yield keep_groups(self.store, slack)
        if policy.on_call:
            yield keep_on_call(self.store, slack, nopesight)
        if client:
            yield keep_tokens(self.store, slack, client)
        yield keep_anchored(self.store)
        yield keep_mentions_known(self.store, Mentioned(self.store, slack))
        yield self._deliver(delivering)
        yield keep_schedules(self.store, self._timings.look)
        yield keep_timers(self.store, self._timings.look, self._fired.count)
        if self._settings.slack_webhook_url:
            yield keep_alarming(self.store)
        if nopesight:
            yield keep_polled(self.store, nopesight, self._timings.watch)
            yield keep_reconciled(self.store, nopesight, self._timings.reconcile)
        if not self.store.alone:
            yield listen(self._url, delivering.wake, own=self.store.database.name)

    async def _deliver(self, delivering: Worker) -> None:
        if not self.store.alone:
            await delivering.run()
            return
        async with turn(Path(self.store.database.engine.url.database or "incidentbot.db")):
            await self.store.run(_abandon_leases)
            await delivering.run()

    def _handlers(
        self, slack: SlackClient, nopesight: NopeSightClient | None, subscribers: SubscriberClient
    ) -> dict[str, Handler]:
        event = EventHandler(nopesight, slack)
        webhook = self._settings.slack_webhook_url
        speakers = self._speakers(slack)
        last_resort = LastResortHandler(slack, webhook.get_secret_value() if webhook else "")
        return {
            "card": CardHandler(slack, self._links()),
            "alarm": last_resort,
            "card_text": last_resort,
            "digest": DigestHandler(slack),
            "entry": EntryHandler(slack),
            "channel": ChannelHandler(slack),
            "channel_part": ChannelPartHandler(slack),
            "channel_join": ChannelJoinHandler(slack),
            "channel_message": ChannelMessageHandler(slack),
            "channel_archive": ChannelArchiveHandler(slack),
            "overview": OverviewHandler(slack),
            "overview_pinned": OverviewPinHandler(slack),
            "owners": OwnersHandler(self.store, nopesight, slack),
            "invitation": InvitationHandler(slack, speakers),
            "reminder": ReminderHandler(slack, speakers),
            "event_status": event,
            "event_comment": event,
            "event_told": event,
            "event_made": EventMadeHandler(nopesight),
            "maintenance": maintenance_handler(),
            "action_due": ActionDueHandler(),
            "maintenance_summary": MaintenanceSummaryHandler(slack),
            "flapping": flapping_handler(),
            "events": events_handler(),
            "reaction": ReactionHandler(slack),
            "pin": PinHandler(self.store, slack),
            "home": HomeHandler(slack),
            "homes": homes_handler(),
            "step": StepHandler(slack),
            "unfurl": UnfurlHandler(slack),
            "details": DetailsHandler(slack),
            "links": LinksHandler(),
            "announcement": AnnouncementHandler(subscribers, announced, self._clock.now),
            "job": JobHandler(
                nopesight, slack, Answering(self.store, nopesight, self._clock.now), self._timings.poll.total_seconds()
            ),
            "job_message": JobMessageHandler(slack),
            "job_file": JobFileHandler(nopesight, slack),
            "report": ReportHandler(self.store, slack, Drawer()),
            "report_picture": ReportPictureHandler(slack),
            "report_forgotten": ReportForgottenHandler(slack),
            "job_answer": JobAnswerHandler(slack),
            "document": DocumentHandler(slack, speakers),
            "card_confirmed": CardConfirmedHandler(),
            "twins": TwinsHandler(slack, self._twins.inc),
            "notice": NoticeHandler(slack, Mentioned(self.store, slack)),
            "notification": NotificationHandler(slack, self._links(), Mentioned(self.store, slack)),
            "notification_reply": NotificationReplyHandler(slack),
        }


def _abandon_leases(store: Store) -> None:
    with store.begin("") as tx:
        tx.effects.abandon_leases()


def _start(work: Any) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)


def _clear(secret: Any) -> tuple[str, ...]:
    return (secret.get_secret_value(),) if secret else ()


def _nopesight_config(settings: Settings) -> NopeSightConfig:
    file = settings.file.integrations.nopesight
    return NopeSightConfig(
        api_url=settings.nopesight_api_url,
        token=settings.nopesight_api_token.get_secret_value() if settings.nopesight_api_token else "",
        auth_scheme=settings.nopesight_auth_scheme,
        department=settings.nopesight_department or "",
        paths={str(name): path for name, path in file.paths.items()},
        owners_by_department={name: tuple(emails) for name, emails in file.owners_by_department.items()},
    )


async def ping_subscriber(settings: Settings, name: str) -> tuple[bool, str]:
    """Whether the subscriber `name` takes a message that tells of nothing, and its answer or what is wrong."""
    client = SubscriberClient(receivers_of(settings.file), SystemClock().now)
    try:
        return await ping(client, name, uuid.uuid4().hex, SystemClock().now())
    finally:
        await client.close()


def record_traces(settings: Settings) -> None:
    """Have this process's spans sent, if the settings say so; nothing of OpenTelemetry's SDK is imported otherwise."""
    if not settings.records_traces:
        return
    try:
        from incidentbot.tracing.opentelemetry import by_environment  # noqa: PLC0415 - 0.2 s that only this needs
    except ImportError:
        raise CannotStart(
            "OTEL_… asks for traces, and what sends them is not installed. Install incidentbot[traces], or set"
            " OTEL_SDK_DISABLED=true."
        ) from None
    tracing.record_with(by_environment(incidentbot.__version__, SystemClock().now))


@asynccontextmanager
async def setting_up(api_url: str) -> AsyncIterator[SettingUp]:
    """Slack at `api_url` for the set-up, before there are settings."""
    tokens, clock = KnownTokens(), SystemClock()
    async with SlackProbe(api_url, tokens, clock.now) as slack:
        yield SettingUp(slack, tokens, clock.now)


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    timings: Timings | None = None,
    pace: Pace | None = None,
    store: Store | None = None,
    network: Network | None = None,
) -> Service:
    """The service that `settings` describe; a `clock` overrides time, also the database's, `pace` the file's limits.

    `store` and `network` replace the settings' database and the sockets.
    """
    return Service(settings, clock=clock, timings=timings, pace=pace, store=store, network=network)
