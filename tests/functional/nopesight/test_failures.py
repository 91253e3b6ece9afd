"""Whatever goes wrong between us and NopeSight comes out as the one error that says what may be done about it."""

import pytest

from incidentbot.clients.errors import Absent, Conflict, Permanent, Retryable, Unauthorised, Uncertain
from incidentbot.clients.nopesight import CiConflict, EventQuery, NopeSightClient, Question
from incidentbot.domain.cmdb import CiChange
from incidentbot.domain.monitoring import EventStatus
from incidentbot.domain.nopesight_event import EventActor
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.nopesight import NopeSight
from tests.functional.nopesight.conftest import client_of, config_of

ANN = EventActor("Ana", "ana@acme.example", "slack", "U0ANA00001")


async def comment(client: NopeSightClient, event_id: str) -> str:
    return await client.add_comment(event_id, "text", ANN, "key")


@pytest.mark.parametrize(
    ("status", "error"),
    (
        (400, Permanent),
        (401, Unauthorised),
        (403, Permanent),
        (404, Absent),
        (405, Absent),
        (409, Conflict),
        (412, Conflict),
        (429, Retryable),
        (500, Retryable),
        (501, Absent),
        (503, Retryable),
    ),
)
async def test_a_status_means_one_kind_of_error(
    sight: NopeSight, client: NopeSightClient, status: int, error: type[Exception]
) -> None:
    event = sight.fire()
    sight.faults.status(status, code="SOME_CODE")
    with pytest.raises(error) as raised:
        await client.get_event(event.id)
    assert type(raised.value) is error


@pytest.mark.parametrize(("status", "error"), ((500, Uncertain), (502, Uncertain), (503, Retryable), (429, Retryable)))
async def test_a_call_that_must_not_happen_twice_is_uncertain_where_the_server_may_have_done_it(
    sight: NopeSight, client: NopeSightClient, status: int, error: type[Exception]
) -> None:
    event = sight.fire()
    sight.faults.status(status)
    with pytest.raises(error):
        await comment(client, event.id)


async def test_a_lost_answer_is_uncertain_for_a_comment_and_retryable_for_a_status(
    sight: NopeSight, client: NopeSightClient
) -> None:
    event = sight.fire()
    sight.faults.lose_replies(times=2)
    with pytest.raises(Uncertain):
        await comment(client, event.id)
    with pytest.raises(Retryable):
        await client.set_event_status(event.id, EventStatus.ACKNOWLEDGED, ANN)
    # Both were carried out, and sending them again does nothing more.
    await comment(client, event.id)
    await client.set_event_status(event.id, EventStatus.ACKNOWLEDGED, ANN)
    assert [one.text for one in event.comments] == ["text"]
    assert event.status == "acknowledged"


async def test_nothing_happened_where_nobody_listens(clock: Clock) -> None:
    async with client_of(config_of("http://127.0.0.1:9"), clock) as client:
        with pytest.raises(Retryable):
            await comment(client, "any")


async def test_a_page_of_a_proxy_is_no_answer(sight: NopeSight, client: NopeSightClient) -> None:
    event = sight.fire()
    sight.faults.html(times=2)
    with pytest.raises(Retryable):
        await client.get_event(event.id)
    with pytest.raises(Uncertain):
        await comment(client, event.id)


@pytest.mark.parametrize(
    ("retry_after", "reset_at", "expected"),
    (("30", "", 30), ("0.2", "", 1), ("-5", "", 1), ("1000000000", "", 900), ("abc", "", None), ("", "7", 7)),
)
async def test_the_wait_that_nopesight_asks_for_is_kept_within_reason(
    sight: NopeSight, client: NopeSightClient, retry_after: str, reset_at: str, expected: float | None
) -> None:
    sight.faults.rate_limit(retry_after=retry_after, reset_at=reset_at)
    with pytest.raises(Retryable) as limited:
        await client.list_events(EventQuery())
    assert limited.value.after == expected


async def test_a_refused_token_says_so_without_telling_it(sight: NopeSight, api_url: str, clock: Clock) -> None:
    async with client_of(config_of(api_url, "nsa_k_wrong_token"), clock) as client:
        with pytest.raises(Unauthorised) as refused:
            await client.list_events(EventQuery())
    assert "nsa_k_wrong_token" not in str(refused.value)
    assert "nsa_k_wrong_token" not in repr(config_of(api_url, "nsa_k_wrong_token"))
    assert sight.calls("list_events")[0].status == 401


async def test_the_api_key_header_is_accepted_as_well(sight: NopeSight, api_url: str, clock: Clock) -> None:
    async with client_of(config_of(api_url, auth_scheme="api-key"), clock) as client:
        assert (await client.list_events(EventQuery())).items == ()


async def test_a_department_sees_its_own_events_only(sight: NopeSight, api_url: str, clock: Clock) -> None:
    sight.fire("disk full on PROD-WEB-01")
    theirs = sight.fire("disk full on PROD-DB-01")
    async with client_of(config_of(api_url, department="Data"), clock) as client:
        page = await client.list_events(EventQuery())
    assert [event.event_id for event in page.items] == [theirs.id]


async def test_a_moved_path_is_called_where_it_is(sight: NopeSight, api_url: str, clock: Clock) -> None:
    async with client_of(config_of(api_url, paths={"system_status": "/status"}), clock) as client:
        sight.fire()
        status = await client.system_status()
    # There is nothing at /status: the status is measured.
    assert (status.status, status.open_events, status.active_agents) == ("operational", 1, None)


async def test_an_identifier_cannot_leave_its_place_in_the_path(sight: NopeSight, client: NopeSightClient) -> None:
    for identifier in ("..", "../cmdb/ci", "a/../../events", "x?y=1", "%2e%2e"):
        with pytest.raises(Absent):
            await client.get_event(identifier)
    assert not sight.calls("list_events")
    assert not sight.calls("list_cis")


async def test_a_ci_changed_meanwhile_is_shown_as_it_is_now(sight: NopeSight, client: NopeSightClient) -> None:
    seen = await client.get_ci("ci_web_01")
    sight.cmdb.edit("ci_web_01", status="inactive")
    with pytest.raises(CiConflict) as conflict:
        await client.update_ci("ci_web_01", CiChange(status="maintenance"), seen.version, ANN.email)
    assert conflict.value.ci.status == "inactive"
    assert not sight.calls("update_ci")


async def test_a_ci_changed_between_reading_and_writing_is_refused_by_nopesight(
    sight: NopeSight, client: NopeSightClient
) -> None:
    seen = await client.get_ci("ci_web_01")
    sight.faults.status(412, "update_ci", code="CONFLICT")
    with pytest.raises(CiConflict) as conflict:
        await client.update_ci("ci_web_01", CiChange(status="maintenance"), seen.version, ANN.email)
    assert conflict.value.ci.status == "active"


async def test_a_conflict_about_the_very_status_that_was_wanted_is_none(
    sight: NopeSight, client: NopeSightClient
) -> None:
    event = sight.fire()
    sight.acknowledge(event.id, by="ben")
    sight.faults.status(409, "set_event_status", code="CONFLICT")
    found = await client.set_event_status(event.id, EventStatus.ACKNOWLEDGED, ANN)
    assert found.actor_email == "ben@acme.example"


async def test_a_busy_ai_is_retryable(sight: NopeSight, client: NopeSightClient) -> None:
    sight.faults.rate_limit("ask", retry_after="12")
    with pytest.raises(Retryable) as busy:
        await client.ai_query(Question("who owns PROD-WEB-01?"))
    assert busy.value.after == 12


async def test_a_proposed_action_is_only_proposed(sight: NopeSight, client: NopeSightClient) -> None:
    event = sight.fire()
    answer = await client.ai_query(Question(f"please acknowledge {event.event_id}"))
    assert answer.action is not None
    assert (answer.action.name, answer.action.parameters) == ("acknowledge_event", {"eventId": event.id})
    assert event.status == "open"


async def test_each_call_carries_an_id_of_its_own(sight: NopeSight, client: NopeSightClient) -> None:
    await client.list_events(EventQuery())
    await client.list_events(EventQuery())
    first, second = sight.calls("list_events")
    assert first.request_id
    assert first.request_id != second.request_id


async def test_a_report_that_is_not_ready_cannot_be_fetched(sight: NopeSight, client: NopeSightClient) -> None:
    ordered = await client.generate_report("incidents", "last_7d", ANN, "key")
    with pytest.raises(Conflict):
        await client.download_report(ordered.id)
