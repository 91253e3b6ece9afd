"""One transaction of one team, and the repositories in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import sqlalchemy as sa

from incidentbot import tracing
from incidentbot.domain.audit import Note
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.store.action_items import ActionItems
from incidentbot.store.announcements import Announcements
from incidentbot.store.audit import Audit
from incidentbot.store.captures import Captures
from incidentbot.store.channels import Channels
from incidentbot.store.corrections import Corrections
from incidentbot.store.courses import Courses
from incidentbot.store.credentials import CredentialStore
from incidentbot.store.database import Database, DataRefused
from incidentbot.store.digests import Digests
from incidentbot.store.effects import Effects
from incidentbot.store.erasing import Erasing
from incidentbot.store.flapping import Flaps
from incidentbot.store.groups import Groups
from incidentbot.store.homes import Homes
from incidentbot.store.inbox import Inbox
from incidentbot.store.incidents import Incidents
from incidentbot.store.installations import Installations
from incidentbot.store.jobs import Jobs
from incidentbot.store.lags import Lags
from incidentbot.store.limits import Limits
from incidentbot.store.maintenance import Maintenance
from incidentbot.store.mentions import Mentions
from incidentbot.store.monitoring_events import MonitoringEvents
from incidentbot.store.notifications import Notifications
from incidentbot.store.oauth_states import OauthStates
from incidentbot.store.on_call import OnCall
from incidentbot.store.overviews import Overviews
from incidentbot.store.own_channels import OwnChannels
from incidentbot.store.parked import Parked
from incidentbot.store.people import People
from incidentbot.store.preferences import PreferenceStore
from incidentbot.store.pruning import Pruning
from incidentbot.store.recurring import Recurring
from incidentbot.store.replicas import Replicas
from incidentbot.store.reports import Reports
from incidentbot.store.responders import Responders
from incidentbot.store.schedules import Schedules
from incidentbot.store.secret_box import SecretBox
from incidentbot.store.statement import Statement
from incidentbot.store.steps import Steps
from incidentbot.store.timeline import Timeline
from incidentbot.store.timers import Timers
from incidentbot.store.workflow_runs import WorkflowRuns


@dataclass(frozen=True, slots=True)
class Origin:
    """What a transaction is about: the action, the way in, the cause's key, and who acts where an entry says nobody."""

    action: str
    surface: str
    request: str
    actor: Actor


BY_OURSELVES: Final = Origin("follow_up", "system", "", Actor(Source.SYSTEM))


_NOTIFY: Final = Statement(sa.select(sa.func.pg_notify("incidentbot_effects", sa.bindparam("own", type_=sa.String))))


class Transaction:
    """What a use case works with. `policy` is the operator's; `now` is one moment for the whole transaction.

    `told` collects the entry kinds that transitions left, with their source: they are counted after the commit.
    `noted` is what is to be recorded: whose it is, and the id of the work that led to it. `origin` is what the
    transaction is about, for the audit log.
    """

    def __init__(
        self,
        database: Database,
        connection: sa.Connection,
        team_id: str,
        policy: Policy,
        secrets: SecretBox | None = None,
    ) -> None:
        self._secrets = secrets or SecretBox()
        self.team_id = team_id
        self.policy = policy
        self.told: list[tuple[str, str]] = []
        self.origin = BY_OURSELVES
        self.noted: list[tuple[str, Note, str]] = []
        self._database = database
        self._connection = connection

    def of(self, team_id: str) -> "Transaction":
        """The same transaction, seen from another team."""
        other = Transaction(self._database, self._connection, team_id, self.policy, self._secrets)
        other.told = self.told
        other.noted = self.noted
        return other

    def note(self, note: Note) -> None:
        """Have this recorded in the team's audit log, with everything else of the transaction."""
        self.noted.append((self.team_id, note, tracing.trace_id()))

    def seal(self) -> None:
        """Add what is to be recorded to the chains: the last thing before the commit, since others wait meanwhile."""
        for team_id in sorted({team_id for team_id, *_ in self.noted}):
            self.audit.append(team_id, [note for team, note, _ in self.noted if team == team_id], self.now)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A part that is undone by itself where it raises; a value that the database does not take is DataRefused."""
        told, noted = len(self.told), len(self.noted)
        try:
            with self._database.translated(), self._connection.begin_nested():
                yield
        except sa.exc.DatabaseError as error:
            del self.told[told:], self.noted[noted:]
            raise DataRefused(str(error.orig)) from error
        except BaseException:
            del self.told[told:], self.noted[noted:]
            raise

    @cached_property
    def now(self) -> datetime:
        """The time on the clock that all replicas share."""
        return self._database.now(self._connection)

    def self_description(self) -> dict[str, str]:
        """What the database is, and what makes its commits last."""
        return self._database.described(self._connection)

    @cached_property
    def incidents(self) -> Incidents:
        """The team's incidents."""
        return Incidents(self._connection, self.team_id)

    @cached_property
    def timeline(self) -> Timeline:
        """The team's timelines."""
        return Timeline(self._connection, self.team_id)

    @cached_property
    def pruning(self) -> Pruning:
        """The team's rows whose time is over."""
        return Pruning(self._connection, self.team_id)

    @cached_property
    def announcements(self) -> Announcements:
        """What programs that follow the team's incidents are told."""
        return Announcements(self._connection, self.team_id)

    @cached_property
    def preferences(self) -> PreferenceStore:
        """What the team's people want to be told directly."""
        return PreferenceStore(self._connection, self.team_id)

    @cached_property
    def timers(self) -> Timers:
        """The timers of the team's incidents."""
        return Timers(self._connection, self.team_id)

    @cached_property
    def corrections(self) -> Corrections:
        """The corrected times of the team's timelines."""
        return Corrections(self._connection, self.team_id)

    @cached_property
    def action_items(self) -> ActionItems:
        """What is to be done about the team's incidents."""
        return ActionItems(self._connection, self.team_id)

    @cached_property
    def courses(self) -> Courses:
        """The courses of the team's incidents."""
        return Courses(self._connection, self.team_id)

    @cached_property
    def events(self) -> MonitoringEvents:
        """The team's monitoring events."""
        return MonitoringEvents(self._connection, self.team_id)

    @cached_property
    def responders(self) -> Responders:
        """Who was invited to the team's incidents."""
        return Responders(self._connection, self.team_id)

    @cached_property
    def captures(self) -> Captures:
        """The messages in the team's timelines."""
        return Captures(self._connection, self.team_id)

    @cached_property
    def homes(self) -> Homes:
        """The Home tabs of the team's people."""
        return Homes(self._connection, self.team_id)

    @cached_property
    def steps(self) -> Steps:
        """The runs of our steps in the team's workflows."""
        return Steps(self._connection, self.team_id)

    @cached_property
    def jobs(self) -> Jobs:
        """What the team's people had NopeSight do."""
        return Jobs(self._connection, self.team_id)

    @cached_property
    def workflow_runs(self) -> WorkflowRuns:
        """The runs of the team's workflows."""
        return WorkflowRuns(self._connection, self.team_id)

    @cached_property
    def recurring(self) -> Recurring:
        """What is done over and over."""
        return Recurring(self._connection, self.team_id)

    @cached_property
    def reports(self) -> Reports:
        """What the team's reports were made into."""
        return Reports(self._connection, self.team_id)

    @cached_property
    def schedules(self) -> Schedules:
        """The schedules of the team's reports."""
        return Schedules(self._connection, self.team_id)

    @cached_property
    def replicas(self) -> Replicas:
        """The processes that work on this database."""
        return Replicas(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        """What came in for the team."""
        return Inbox(self._connection, self.team_id)

    @cached_property
    def effects(self) -> Effects:
        """What is to be told."""
        return Effects(self._connection, self.team_id)

    @cached_property
    def parked(self) -> Parked:
        """What is to be told, as people see it."""
        return Parked(self._connection, self.team_id)

    @cached_property
    def digests(self) -> Digests:
        """The digests of the team's channels."""
        return Digests(self._connection, self.team_id)

    @cached_property
    def overviews(self) -> Overviews:
        """The overviews in the team's channels."""
        return Overviews(self._connection, self.team_id)

    @cached_property
    def own_channels(self) -> OwnChannels:
        """The channels that the team's incidents are being moved to."""
        return OwnChannels(self._connection, self.team_id)

    @cached_property
    def lags(self) -> Lags:
        """What of the team's incidents is late."""
        return Lags(self._connection, self.team_id)

    @cached_property
    def limits(self) -> Limits:
        """How fast the team's Slack may be called."""
        return Limits(self._connection, self.team_id)

    @cached_property
    def people(self) -> People:
        """The team's people as far as known."""
        return People(self._connection, self.team_id)

    @cached_property
    def groups(self) -> Groups:
        """Who is in the team's user groups."""
        return Groups(self._connection, self.team_id)

    @cached_property
    def channels(self) -> Channels:
        """The team's channels as far as known."""
        return Channels(self._connection, self.team_id)

    @cached_property
    def mentions(self) -> Mentions:
        """Whom the settings mention, as far as looked up."""
        return Mentions(self._connection, self.team_id)

    @cached_property
    def on_call(self) -> OnCall:
        """Who of the team is on call."""
        return OnCall(self.policy.on_call, self.mentions, self.groups)

    @cached_property
    def maintenance(self) -> Maintenance:
        """The team's maintenance windows."""
        return Maintenance(self._connection, self.team_id)

    @cached_property
    def flapping(self) -> Flaps:
        """How often events moved the team's incidents lately."""
        return Flaps(self._connection, self.team_id)

    @cached_property
    def notifications(self) -> Notifications:
        """Where people were told of the team's events, and what happened to those."""
        return Notifications(self._connection, self.team_id)

    @cached_property
    def installations(self) -> Installations:
        """All workspaces."""
        return Installations(self._connection)

    @cached_property
    def credentials(self) -> CredentialStore:
        """Tokens and secrets of all workspaces."""
        return CredentialStore(self._connection, self._secrets)

    @cached_property
    def oauth_states(self) -> OauthStates:
        """Installs that were begun."""
        return OauthStates(self._connection)

    @cached_property
    def audit(self) -> Audit:
        """The audit chains."""
        return Audit(self._connection)

    @cached_property
    def erasing(self) -> Erasing:
        """Taking people out of the team's data."""
        return Erasing(self._connection, self.team_id)

    def freeze(self) -> None:
        """See the database as it is now, for the length of a reading transaction; the first thing to do in it."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))

    def notify(self) -> None:
        """Wake the workers of every other process when this transaction is committed, once however often this is said.

        Those of this process are told by `Store.effects_waiting`, after the commit.
        """
        if not self._database.is_sqlite:
            _NOTIFY.run(self._connection, {"own": self._database.name})
