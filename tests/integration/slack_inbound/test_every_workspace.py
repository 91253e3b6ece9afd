"""Every way in, used in one workspace with the ids of another's: nothing of the other is shown, and nothing changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest
import sqlalchemy as sa

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.job import Answered, Job, QuestionOrder
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.nopesight import AiAnswer, ProposedAction
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.policy import Policy
from incidentbot.domain.proposals import PROPOSALS
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import find
from incidentbot.settings_file import read_config
from incidentbot.slack.app import build_slack
from incidentbot.slack.guard import Answer
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from incidentbot.store.tables import metadata
from incidentbot.usecases import Cause, create
from tests.databases import connected
from tests.integration.slack_inbound.conftest import ANA, CHANNEL, FORM, SECRET, Clock, FakeAnswerer, Slack
from tests.integration.slack_inbound.test_captures import deliver
from tests.integration.slack_inbound.ways import EVENT, ROOT, SAID_AT, every_way

OTHER: Final = "T0GLOBEX"
HIDDEN: Final = "Globex is bought by Initech"
WAYS: Final = tuple(every_way())


@dataclass
class Stranger(Slack):
    """Uses the ways in of the own workspace, filled with what stands in the other, and keeps every answer."""

    answers: list[str] = field(default_factory=list)

    def incident(self, ref: str = "INC-1") -> Incident:
        found = find(self.store, OTHER, ref)
        assert isinstance(found, Incident)
        return found

    async def post(self, raw: bytes, content_type: str = FORM, secret: str = SECRET, retry: int = 0) -> Answer:
        answer = await super().post(raw, content_type, secret, retry)
        self.answers.append(answer.body)
        return answer


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Which rows a query asks for is the same on both."""
    return sqlite_url


@pytest.fixture
def slack(database_url: str, store: Store, clock: Clock, answerer: FakeAnswerer) -> Iterator[Stranger]:
    """Ana is administrator of her own workspace, in which nothing has happened yet."""
    permissions = permissions_of(read_config(f"permissions: {{user_mappings: {{{ANA}: admin}}}}"))
    ours = Store(database_url, clock=clock, policy=Policy(permissions=permissions))
    with ours.begin(OTHER) as tx:
        tx.installations.save(Workspace(OTHER, "Globex", "https://globex.slack.com/"), clock.now())
    parts = SlackParts(ours, answerer, NopeSightInquirer(None), clock.now)
    yield Stranger(build_slack(parts, signing_secrets=(SECRET,)), ours, clock, answerer)
    ours.close()


def fill(slack: Slack) -> None:
    """The other workspace has an incident with a card, an event and answers that propose something."""
    create(slack.store, Cause(OTHER, "theirs", Actor(Source.API, name="api"), "rest"), Draft(HIDDEN, Severity.CRITICAL))
    at = slack.clock.now()
    event = MonitoringEvent("nopesight", EVENT, HIDDEN, Severity.HIGH, EventStatus.OPEN, at, at)
    with slack.store.begin(OTHER) as tx:
        tx.incidents.place_card(1, CHANNEL, ROOT)
        tx.events.save(event, incident=None, group_key="", now=at)
        for name in PROPOSALS:
            answer = AiAnswer(HIDDEN, action=ProposedAction("p", name, parameters={"eventId": EVENT}))
            job = Job(OTHER, f"job-{name}", QuestionOrder(HIDDEN), Actor(Source.SLACK, "U0ZOE"), CHANNEL, at)
            tx.jobs.add(replace(job, result=Answered(answer, "ai")))


def theirs(url: str) -> dict[str, list[Any]]:
    """Every row of the other workspace."""
    with connected(url) as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).where(table.c.team_id == OTHER))]
            for table in metadata.sorted_tables
            if "team_id" in table.c
        }


async def test_no_way_in_reaches_into_another_workspace(slack: Stranger, database_url: str) -> None:
    fill(slack)
    before = theirs(database_url)
    assert sum(map(len, before.values())) > len(PROPOSALS)
    said = {"type": "message", "user": ANA, "ts": SAID_AT, "thread_ts": ROOT, "text": "It is slow"}
    for way in WAYS:
        await way.use(slack, ANA)
        await deliver(slack, said)
        assert theirs(database_url) == before, way
        shown = [*slack.answers, *slack.answerer.views, *slack.answerer.responses, *slack.answerer.ephemerals]
        # What a form was opened with comes back to whoever sent it: only the other's own words count.
        assert not [one for one in shown if HIDDEN in str(one)], way


async def test_a_planted_way_across_would_be_seen(slack: Stranger, database_url: str) -> None:
    fill(slack)
    before = theirs(database_url)
    await slack.slash("show INC-1", team_id=OTHER)
    assert HIDDEN in slack.answers[-1]
    await slack.slash("note INC-1 over here", team_id=OTHER)
    assert theirs(database_url) != before
