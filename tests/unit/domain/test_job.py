"""Jobs: how often NopeSight is asked, when nobody waits any longer, and what people are told meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from incidentbot.domain.cmdb import Ci
from incidentbot.domain.job import (
    GIVE_UP_AFTER,
    LONGEST_PAUSE,
    CiChanged,
    CiMeanwhile,
    CiOrder,
    Failed,
    Field,
    Job,
    JobState,
    PlaybookOrder,
    PlaybookRan,
    ReportOrder,
    Step,
    ci_told,
    execution_told,
    pause,
    report_told,
    requested,
)
from incidentbot.domain.nopesight import Execution, PlaybookStep, Report
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.timeline import EntryKind

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
ANA = Actor(Source.SLACK, "U0ANA00001", "ana")
REPORT = Job("T1", "j1", ReportOrder("incidents", "last_7d"), ANA, "C1", NOON)
PLAYBOOK = Job("T1", "j2", PlaybookOrder("pb", "Restart", "e1", parameters={"service": "nginx"}), ANA, "C1", NOON)
OF_INCIDENT = replace(PLAYBOOK, incident=7)
CHANGE = CiOrder("ci_1", "WEB", "v1", (Field("", "status", "active", "maintenance"),))
WEB = Ci("ci_1", "WEB", "server", "active", "v1")


def told(job: Job, *executions: Execution) -> list[Step]:
    steps = []
    for execution in executions:
        steps.append(execution_told(job, execution, NOON))
        job = steps[-1].job
    return steps


def test_nopesight_is_asked_less_and_less_often() -> None:
    assert [pause(polls, 2.0) for polls in range(6)] == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert pause(10_000, 2.0) == LONGEST_PAUSE


def test_a_report_is_asked_after_until_it_is_ready() -> None:
    waiting = report_told(REPORT, Report("rep_5", "pending"), NOON)
    assert (waiting.job.state, waiting.job.remote_id, waiting.again_in) == (JobState.RUNNING, "rep_5", 2.0)
    ready = report_told(waiting.job, Report("rep_5", "ready"), NOON)
    assert (ready.job.state, ready.again_in) == (JobState.DONE, None)


def test_nobody_waits_longer_than_a_quarter_of_an_hour_and_that_is_told() -> None:
    begun = execution_told(OF_INCIDENT, Execution("exe", "running"), NOON).job
    late = execution_told(begun, Execution("exe", "running"), NOON + GIVE_UP_AFTER)
    assert (late.job.state, late.again_in) == (JobState.FAILED, None)
    assert late.job.result == Failed("timed_out")
    assert late.entry is not None
    assert late.entry.data["status"] == "timed_out"
    in_time = execution_told(begun, Execution("exe", "running"), NOON + GIVE_UP_AFTER - timedelta(seconds=1))
    assert in_time.again_in is not None


def test_people_hear_of_every_change_of_status_and_of_every_quarter_and_of_nothing_else() -> None:
    steps = told(
        OF_INCIDENT,
        Execution("exe", "queued"),
        Execution("exe", "queued"),
        Execution("exe", "running", progress=10),
        Execution("exe", "running", progress=20),
        Execution("exe", "running", progress=30, steps=(PlaybookStep("Drain", "succeeded"),)),
        Execution("exe", "succeeded", progress=100, summary="4 of 4 steps done"),
    )
    entries = [step.entry.data["status"] if step.entry else "" for step in steps]
    assert entries == ["queued", "", "running", "", "running", "succeeded"]
    assert "Drain" in (steps[4].entry.data["detail"] if steps[4].entry else "")
    assert steps[-1].job.state is JobState.DONE


def test_a_playbook_without_an_incident_has_no_entries() -> None:
    assert [step.entry for step in told(PLAYBOOK, Execution("e", "running"), Execution("e", "failed"))] == [None, None]
    assert requested(PLAYBOOK) is None


def test_a_requested_playbook_is_told_with_its_parameters() -> None:
    entry = requested(OF_INCIDENT)
    assert entry is not None
    assert (entry.kind, entry.data["detail"]) == (EntryKind.PLAYBOOK, "service: nginx")


@pytest.mark.parametrize("status", ("failed", "cancelled"))
def test_a_playbook_that_ends_badly_has_failed(status: str) -> None:
    step = execution_told(PLAYBOOK, Execution("exe", status, error="exit status 1"), NOON)
    assert step.job.state is JobState.FAILED
    assert isinstance(step.job.result, PlaybookRan)


def test_a_change_that_was_refused_because_it_is_so_already_was_ours() -> None:
    job = replace(REPORT, order=CHANGE)
    ours = ci_told(job, replace(WEB, status="maintenance"), NOON, refused=True)
    assert (ours.job.state, ours.job.result) == (JobState.DONE, CiChanged())


def test_a_change_that_came_second_says_what_is_there_now() -> None:
    step = ci_told(replace(REPORT, order=CHANGE), replace(WEB, status="inactive"), NOON, refused=True)
    assert step.job.state is JobState.FAILED
    assert step.job.result == CiMeanwhile((Field("", "status", "active", "inactive"),))


@pytest.mark.parametrize(
    ("field", "value"),
    (
        (Field("attributes", "cores", "4", "8", "number"), 8),
        (Field("attributes", "load", "1", "2.5", "number"), 2.5),
        (Field("attributes", "virtual", "true", "false", "truth"), False),
        (Field("attributes", "os", "", "Ubuntu"), "Ubuntu"),
    ),
)
def test_a_field_becomes_what_it_was(field: Field, value: object) -> None:
    assert field.value == value
    assert type(field.value) is type(value)
