"""Every way in that is declared, for who has the right that it takes and for who has every other: a made matrix."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.cmdb import Ci
from incidentbot.domain.job import Answered, Job, Place, QuestionOrder
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.nopesight import AiAnswer, ProposedAction
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Permissions, Right, Role, table_of
from incidentbot.domain.policy import Policy
from incidentbot.domain.proposals import PROPOSALS
from incidentbot.domain.severity import Severity
from incidentbot.queries import export_audit, verify_audit
from incidentbot.queries.jobs import job as stored_job
from incidentbot.render import ids
from incidentbot.settings_file import read_config
from incidentbot.slack.app import build_slack
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store
from incidentbot.usecases import Cause
from incidentbot.usecases.permit import missing_right
from tests.integration.slack_inbound.conftest import ADDRESS, ANA, CHANNEL, SECRET, TEAM, Clock, FakeAnswerer, Slack
from tests.integration.slack_inbound.test_captures import deliver
from tests.integration.slack_inbound.ways import CI, EVENT, ROOT, SAID_AT, Way, every_way

EVERYTHING: Final = frozenset(Right)
WAYS: Final = tuple(every_way())


def role_name(way: Way, *, having: bool) -> str:
    also = "_".join(sorted(way.also - {way.right})) if having else ""
    return f"{'has' if having else 'lacks'}_{way.right}_{table_of(way.right, way.surface)}{also}"


def roles() -> Iterator[Role]:
    """For each way: who has what it takes in its table, and nothing else; and who has everything but its right."""
    yield Role("admin", EVERYTHING, EVERYTHING)
    for way in WAYS:
        table, needed = table_of(way.right, way.surface), way.also | {way.right}
        commands, actions = (needed, frozenset()) if table == "commands" else (frozenset(), needed)
        yield Role(role_name(way, having=True), commands, actions)
        rest = EVERYTHING - {way.right}
        commands, actions = (rest if table in (one, "either") else EVERYTHING for one in ("commands", "actions"))
        yield Role(role_name(way, having=False), commands, actions)


ROLES: Final = {role.name: role for role in roles()}
PEOPLE: Final = {name: f"U0ROLE{number:03}" for number, name in enumerate(ROLES)}


def person(way: Way, *, having: bool) -> str:
    return PEOPLE[role_name(way, having=having)]


class Inquirer(NopeSightInquirer):
    """Knows one configuration item."""

    async def find_ci(self, _name_or_id: str) -> Ci:
        return CI


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Who may do what is looked up alike on both; tests/integration/test_rights_matrix.py tries both."""
    return sqlite_url


@pytest.fixture
def slack(database_url: str, store: Store, clock: Clock, answerer: FakeAnswerer) -> Iterator[Slack]:
    mapped = {ANA: "admin", **{who: name for name, who in PEOPLE.items()}}
    permissions = Permissions({"nobody": Role("nobody"), **ROLES}, mapped, "nobody")
    strict = Store(database_url, clock=clock, policy=Policy(permissions=permissions, objects_at=ADDRESS))
    parts = SlackParts(strict, answerer, Inquirer(None), clock.now)
    yield Slack(build_slack(parts, signing_secrets=(SECRET,)), strict, clock, answerer)
    strict.close()


async def set_the_scene(slack: Slack) -> None:
    """An incident with a card, an event that stands alone, and an answer that proposes each thing there is."""
    await slack.slash("create Database is down")
    slack.place_card(ROOT)
    at = datetime(2026, 3, 1, 11, tzinfo=UTC)
    event = MonitoringEvent("nopesight", EVENT, "Disk full", Severity.HIGH, EventStatus.OPEN, at, at)
    with slack.store.begin(TEAM) as tx:
        tx.events.save(event, incident=None, group_key="", now=tx.now)
        for name in PROPOSALS:
            tx.jobs.add(_proposal(name, tx.now))


def _proposal(name: str, now: datetime) -> Job:
    parameters = {"eventId": EVENT, "ciId": CI.id, "status": "maintenance", "playbookId": "pb-1", "text": "looked"}
    answer = AiAnswer("Shall I?", action=ProposedAction("p", name, parameters=parameters))
    job = Job(TEAM, f"job-{name}", QuestionOrder("?"), Actor(Source.SLACK, ANA), Place(CHANNEL).channel, now)
    return replace(job, result=Answered(answer, "ai"))


def audited(slack: Slack) -> list[dict[str, Any]]:
    return [row for row in export_audit(slack.store, [TEAM]) if "head" not in row]


async def refusals(slack: Slack, way: Way, who: str) -> list[str]:
    """Use the way in; the rights that were found missing, as the audit log has them, in the person's name."""
    before = len(audited(slack))
    await way.use(slack, who)
    await deliver(slack, {"type": "message", "user": ANA, "ts": SAID_AT, "thread_ts": ROOT, "text": "It is slow"})
    found = [row["payload"] for row in audited(slack)[before:] if row["outcome"] == "not_permitted"]
    assert all(one["actor"]["id"] == who for one in found)
    return [one["after"]["right"] for one in found]


async def wrong_with(slack: Slack, way: Way) -> list[str]:
    """What is not as declared: the right is asked for, it alone, and nothing happens without it."""
    lacks, has = (person(way, having=having) for having in (False, True))
    wrong = []
    way.before(slack, lacks)
    before = slack.kinds()
    if (found := await refusals(slack, way, lacks)) != [way.right.value]:
        wrong.append(f"{way}: who lacks {way.right} was refused for {found}")
    if slack.kinds() != before:
        wrong.append(f"{way}: changed the incident for who lacks {way.right}")
    way.before(slack, has)
    if found := await refusals(slack, way, has):
        wrong.append(f"{way}: who has {way.right} alone was refused for {found}")
    return wrong


async def test_every_way_in_asks_for_its_right_and_for_no_other(slack: Slack) -> None:
    await set_the_scene(slack)
    assert [wrong for way in WAYS for wrong in await wrong_with(slack, way)] == []
    assert verify_audit(slack.store)[1] == []


async def test_a_planted_way_in_that_asks_for_another_right_is_found(slack: Slack) -> None:
    await set_the_scene(slack)
    acknowledging = next(way for way in WAYS if str(way) == f"action {ids.ACKNOWLEDGE_INCIDENT} button")
    assert len(await wrong_with(slack, replace(acknowledging, right=Right.RESOLVE))) == 3


@pytest.mark.parametrize("name", ("admin", "operator", "viewer"))
async def test_the_roles_that_come_with_it_may_what_their_tables_say(
    database_url: str, clock: Clock, answerer: FakeAnswerer, store: Store, name: str
) -> None:
    permissions = permissions_of(read_config(f"permissions: {{user_mappings: {{{ANA}: admin}}, default: {name}}}"))
    role, ben = permissions.roles[name], "U0BEN"
    ours = Store(database_url, clock=clock, policy=Policy(permissions=permissions, objects_at=ADDRESS))
    parts = SlackParts(ours, answerer, Inquirer(None), clock.now)
    slack = Slack(build_slack(parts, signing_secrets=(SECRET,)), ours, clock, answerer)
    await set_the_scene(slack)
    wrong = []
    for way in WAYS:
        may = role.has(way.right, table_of(way.right, way.surface))
        way.before(slack, ben)
        if (found := await refusals(slack, way, ben)) != ([] if may else [way.right.value]):
            wrong.append(f"{way}: {found}")
    ours.close()
    assert wrong == []


ASKED: Final = (
    *(Actor(Source.SLACK, id=person, name="api") for person in ("", "U0NOBODY")),
    Actor(Source.CLI, "U0NOBODY", "cli"),
    *(Actor(Source.API, name=name) for name in ("", "a-token-of-the-file", "cli")),
)
# The operator's token and terminal, workflows of the file, timers, the service, and what monitors.
NOT_ASKED: Final = tuple(Actor(source, name=source.value) for source in Source if source is not Source.SLACK)


def test_who_is_asked_for_a_role(store: Store) -> None:
    surfaces = ("rest", "cli", "workflow", "timer", "event", "question", "button")
    with store.begin(TEAM) as tx:
        tx.policy = replace(tx.policy, permissions=Permissions())
        for actor, surface in itertools.product((*ASKED, *NOT_ASKED), surfaces):
            cause = Cause(TEAM, "key", actor, surface)
            missing = {right for right in Right if missing_right(tx, cause, right)}
            assert missing == (EVERYTHING if actor in ASKED else frozenset()), (actor, surface)


@pytest.mark.parametrize("name", PROPOSALS)
async def test_who_may_not_confirm_a_proposal_leaves_it_to_who_may(slack: Slack, name: str) -> None:
    await set_the_scene(slack)
    way = next(way for way in WAYS if way.words == name)
    assert await refusals(slack, way, person(way, having=False)) == [way.right.value]
    await way.use(slack, ANA)
    job = stored_job(slack.store, TEAM, f"job-{name}")
    assert job
    assert isinstance(job.result, Answered)
    assert (job.result.settled, job.result.settled_by) == ("confirmed", ANA)
