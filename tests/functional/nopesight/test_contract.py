"""What our client expects of a NopeSight, told to the sandbox's in both dialects, or to a real one (see conftest)."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from incidentbot.clients.errors import Absent, Conflict, Unauthorised
from incidentbot.clients.nopesight import (
    CiQuery,
    EventConflict,
    EventQuery,
    NewEvent,
    NopeSightClient,
    NopeSightConfig,
    PlaybookRun,
    Question,
)
from incidentbot.domain.cmdb import Ci, CiChange
from incidentbot.domain.monitoring import EventStatus, MonitoringEvent
from incidentbot.domain.nopesight_event import EventActor, read_delivery
from incidentbot.domain.severity import Severity
from tests.functional.nopesight.conftest import Contract

ANN = EventActor("Ana Ferreira", "ana@acme.example", "slack", "U0ANA00001")
NOW = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)


@contextmanager
def where_there_is_a_path() -> Iterator[None]:
    try:
        yield
    except Absent as absent:
        pytest.skip(f"this NopeSight has no such path: {absent.reason}")


def writing(contract: Contract) -> Contract:
    if not contract.may_write:
        pytest.skip("this NopeSight may only be read (NOPESIGHT_CONTRACT_WRITE)")
    return contract


async def an_event(contract: Contract) -> MonitoringEvent:
    event = NewEvent(f"INC-{uuid.uuid4().hex[:8]}", "Contract test", Severity.HIGH, NOW, tags=("contract",))
    with where_there_is_a_path():
        return await writing(contract).client.ingest_event(event, str(uuid.uuid4()))
    raise AssertionError("unreachable")


async def a_ci(contract: Contract) -> Ci:
    found = await contract.client.search_cis(CiQuery(limit=1))
    if not found.items:
        pytest.skip("this NopeSight has no configuration items")
    return await contract.client.get_ci(found.items[0].id)


async def test_events_are_listed_newest_first_and_each_can_be_read_alone(contract: Contract) -> None:
    page = await contract.client.list_events(EventQuery(limit=5))
    assert page.unreadable == 0
    assert page.total >= len(page.items)
    times = [event.occurred_at for event in page.items]
    assert times == sorted(times, reverse=True)
    for event in page.items[:1]:
        assert (await contract.client.get_event(event.event_id)).title == event.title


async def test_a_list_can_be_narrowed_by_status_severity_and_time(contract: Contract) -> None:
    query = EventQuery(statuses=(EventStatus.OPEN,), severities=("critical",), updated_since=NOW - timedelta(days=900))
    page = await contract.client.list_events(query)
    assert all((event.status, event.severity) == (EventStatus.OPEN, Severity.CRITICAL) for event in page.items)


NARROWED = (
    EventQuery(source="{source}"),
    EventQuery(ci_id="{ci}"),
    EventQuery(correlation_id="corr_7"),
    EventQuery(search="98%"),
    EventQuery(since=NOW - timedelta(days=900)),
    EventQuery(until=NOW + timedelta(days=9000)),
)
EMPTY = (
    EventQuery(source="no-such-source"),
    EventQuery(ci_id="ci_no_such"),
    EventQuery(correlation_id="corr_no_such"),
    EventQuery(search="no such title anywhere"),
    EventQuery(since=NOW + timedelta(days=9000)),
    EventQuery(until=NOW - timedelta(days=9000)),
)
NAMES = ("source", "ciId", "correlationId", "search", "from", "to")


@pytest.mark.parametrize(("some", "none"), tuple(zip(NARROWED, EMPTY, strict=True)), ids=NAMES)
async def test_a_list_can_be_narrowed_by_each_of_its_parameters(
    contract: Contract, some: EventQuery, none: EventQuery
) -> None:
    if contract.clock is None:
        pytest.skip("what a real NopeSight has in it is not ours to say")
    (known,) = (await contract.client.list_events(EventQuery())).items
    places = {"{source}": known.origin, "{ci}": known.cis[0].id}
    query = replace(some, source=places.get(some.source, ""), ci_id=places.get(some.ci_id, ""))
    assert (await contract.client.list_events(query)).items == (known,)
    assert (await contract.client.list_events(none)).items == ()


async def test_an_event_is_suppressed_and_brought_back(contract: Contract) -> None:
    event = await an_event(contract)
    silent = await contract.client.set_event_status(event.event_id, EventStatus.SUPPRESSED, ANN, comment="known")
    assert silent.status is EventStatus.SUPPRESSED
    again = await contract.client.set_event_status(event.event_id, EventStatus.OPEN, ANN)
    assert again.status is EventStatus.OPEN


async def test_pages_follow_one_another_without_overlap(contract: Contract) -> None:
    first = await contract.client.search_cis(CiQuery(limit=2, page=1))
    second = await contract.client.search_cis(CiQuery(limit=2, page=2))
    assert not {ci.id for ci in first.items} & {ci.id for ci in second.items}
    assert first.has_more == (first.total > 2)


async def test_an_event_that_is_not_there_is_absent(contract: Contract) -> None:
    with pytest.raises(Absent):
        await contract.client.get_event("000000000000000000000000")


async def test_what_began_in_slack_becomes_an_event(contract: Contract) -> None:
    event = await an_event(contract)
    assert (event.title, event.severity, event.status) == ("Contract test", Severity.HIGH, EventStatus.OPEN)
    assert event.tags == ("contract",)


async def test_an_event_is_acknowledged_and_resolved_in_a_persons_name(contract: Contract) -> None:
    event = await an_event(contract)
    taken = await contract.client.set_event_status(event.event_id, EventStatus.ACKNOWLEDGED, ANN, comment="mine")
    assert (taken.status, taken.actor_email) == (EventStatus.ACKNOWLEDGED, ANN.email)
    done = await contract.client.set_event_status(event.event_id, EventStatus.RESOLVED, ANN, notes="restarted nginx")
    assert (done.status, done.notes) == (EventStatus.RESOLVED, "restarted nginx")
    assert done.updated_at >= taken.updated_at


async def test_the_same_status_again_changes_nothing(contract: Contract) -> None:
    event = await an_event(contract)
    once = await contract.client.set_event_status(event.event_id, EventStatus.ACKNOWLEDGED, ANN)
    twice = await contract.client.set_event_status(event.event_id, EventStatus.ACKNOWLEDGED, ANN)
    assert twice == once


async def test_a_resolved_event_cannot_be_taken_and_the_refusal_shows_who_resolved_it(contract: Contract) -> None:
    event = await an_event(contract)
    await contract.client.set_event_status(event.event_id, EventStatus.RESOLVED, ANN)
    with pytest.raises(EventConflict) as refused:
        await contract.client.set_event_status(event.event_id, EventStatus.ACKNOWLEDGED, ANN)
    assert refused.value.event.status is EventStatus.RESOLVED
    assert refused.value.event.actor_email == ANN.email


async def test_an_event_takes_a_comment_once_per_key(contract: Contract) -> None:
    event = await an_event(contract)
    with where_there_is_a_path():
        first = await contract.client.add_comment(event.event_id, "reopened in Slack", ANN, "key-1")
        assert await contract.client.add_comment(event.event_id, "reopened in Slack", ANN, "key-1") == first


async def test_an_event_is_assigned(contract: Contract) -> None:
    event = await an_event(contract)
    with where_there_is_a_path():
        await contract.client.assign_event(event.event_id, ANN.email, ANN)
        assigned = await contract.client.get_event(event.event_id)
    assert assigned.assigned_email == ANN.email


async def test_a_ci_is_found_by_id_and_by_name_in_any_case(contract: Contract) -> None:
    ci = await a_ci(contract)
    assert ci.id in {found.id for found in await contract.client.find_cis(ci.name.swapcase())}
    assert await contract.client.find_cis("no such configuration item") == ()


async def test_cis_can_be_narrowed_and_paged(contract: Contract) -> None:
    ci = await a_ci(contract)
    alike = await contract.client.search_cis(CiQuery(search=ci.name, type=ci.type, status=ci.status, limit=100))
    assert ci.id in {one.id for one in alike.items}
    assert {(one.type, one.status) for one in alike.items} == {(ci.type, ci.status)}
    first, second = [await contract.client.search_cis(CiQuery(limit=1, page=page)) for page in (1, 2)]
    assert not {one.id for one in first.items} & {one.id for one in second.items}


async def test_a_playbook_is_started_once_per_key(contract: Contract) -> None:
    with where_there_is_a_path():
        offered = (await contract.client.playbooks()).items
        harmless = [one for one in offered if one.risk == "low" and not one.requires_approval]
        if not harmless:
            pytest.skip("this NopeSight has no harmless playbook")
        run = PlaybookRun(harmless[0].id, (await an_event(contract)).event_id, ANN, dry_run=True)
        key = str(uuid.uuid4())
        started = [await contract.client.execute_playbook(run, key) for _ in range(2)]
    assert started[0].id == started[1].id


async def test_a_token_that_nobody_was_given_is_refused_as_such(contract: Contract, address_of: str) -> None:
    stranger = NopeSightConfig(address_of, "a-token-that-nobody-was-given-0123456789")
    async with NopeSightClient(stranger, lambda: NOW) as client:
        with pytest.raises(Unauthorised):
            await client.list_events(EventQuery(limit=1))


async def test_a_ci_tells_owners_and_relationships(contract: Contract) -> None:
    ci = await a_ci(contract)
    owners = await contract.client.owners_of(ci.id)
    assert all(owner.name for owner in owners)
    assert all(ci.id in (one.source_id, one.target_id) for one in await contract.client.relationships(ci))


async def test_a_ci_is_updated_from_the_version_that_was_seen(contract: Contract) -> None:
    ci = await a_ci(writing(contract))
    change = CiChange(status="maintenance" if contract.clock else None)
    updated = await contract.client.update_ci(ci.id, change, ci.version, ANN.email)
    assert updated.status == (change.status or ci.status)
    # Whatever was not named is still there.
    assert (updated.name, updated.attributes) == (ci.name, ci.attributes)
    with pytest.raises(Conflict):
        await contract.client.update_ci(ci.id, change, "2001-01-01T00:00:00Z", ANN.email)


async def test_the_system_tells_its_status(contract: Contract) -> None:
    status = await contract.client.system_status()
    assert status.status in {"operational", "degraded", "down"}
    assert status.open_events >= 0


async def test_a_playbook_runs_to_its_end(contract: Contract) -> None:
    with where_there_is_a_path():
        offered = await contract.client.playbooks()
        harmless = [one for one in offered.items if one.risk == "low" and not one.requires_approval]
        if not harmless:
            pytest.skip("this NopeSight has no harmless playbook")
        event = await an_event(contract)
        run = PlaybookRun(harmless[0].id, event.event_id, ANN, dry_run=True)
        started = await contract.client.execute_playbook(run, str(uuid.uuid4()))
        if contract.clock:
            contract.clock.advance(60)
        execution = await contract.client.execution(started.id)
    assert execution.id == started.id
    assert contract.clock is None or execution.status == "succeeded"


async def test_a_report_is_ordered_and_fetched(contract: Contract) -> None:
    with where_there_is_a_path():
        ordered = await writing(contract).client.generate_report("daily_summary", "last_24h", ANN, str(uuid.uuid4()))
        if contract.clock:
            contract.clock.advance(10)
        report = await contract.client.report(ordered.id)
        assert report.id in {one.id for one in (await contract.client.reports()).items}
    if report.status == "ready":
        assert (await contract.client.download_report(report.id)).startswith(b"%PDF-")
    assert contract.clock is None or report.status == "ready"


async def test_a_question_is_answered(contract: Contract) -> None:
    with where_there_is_a_path():
        answer = await contract.client.ai_query(Question("open critical events", user="U0ANA00001"))
    assert answer.answer or answer.table or answer.action


async def test_a_webhook_is_registered(contract: Contract) -> None:
    if contract.clock is None:
        pytest.skip("registering at a real NopeSight would have it call an address that is not there")
    assert await contract.client.register_webhook("http://127.0.0.1:9/webhooks/nopesight", "s" * 32)


async def test_what_changed_is_told_the_newest_change_first_with_the_delivery_that_would_have_told_it(
    contract: Contract,
) -> None:
    event = await an_event(contract)
    query = EventQuery(updated_since=event.updated_at - timedelta(seconds=1), sort="-updatedAt", limit=100)
    page = await contract.client.told_events(query)
    times = [one.event.updated_at for one in page.items]
    assert times == sorted(times, reverse=True)
    told = next(one for one in page.items if one.event.event_id == event.event_id)
    assert read_delivery(told.body).event == told.event


async def test_playbooks_can_be_listed_for_an_event(contract: Contract) -> None:
    with where_there_is_a_path():
        event = await an_event(contract)
        page = await contract.client.playbooks(event.event_id)
    assert page.unreadable == 0
    assert all(one.id and one.name and one.risk in {"low", "medium", "high"} for one in page.items)


@pytest.mark.parametrize(
    ("question", "kind"),
    (("what can you do", "text"), ("open critical events", "data"), ("acknowledge {event}", "action")),
    ids=("text", "data", "action"),
)
async def test_an_answer_is_of_one_of_three_kinds(contract: Contract, question: str, kind: str) -> None:
    if contract.clock is None:
        pytest.skip("what a real NopeSight answers to which question is not ours to say")
    event = await an_event(contract)
    answer = await contract.client.ai_query(Question(question.format(event=event.display_id)))
    told = {"data": answer.table is not None, "action": answer.action is not None}
    assert told == {"data": kind == "data", "action": kind == "action"}
    assert answer.answer
