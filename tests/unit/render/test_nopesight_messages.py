"""Every message about NopeSight and its CMDB: as it was last read and approved, and as Slack takes it."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from incidentbot.domain.cmdb import Ci, Owner, Relationship
from incidentbot.domain.inquiry import Ambiguous, CiInFull, Dependent, Findings, NotAnswered
from incidentbot.domain.job import (
    Answered,
    CiChanged,
    CiMeanwhile,
    CiOrder,
    Commented,
    CommentOrder,
    Failed,
    Field,
    Job,
    JobState,
    OwnReportMade,
    OwnReportOrder,
    PlaybookOrder,
    PlaybookRan,
    QuestionOrder,
    ReportMade,
    ReportOrder,
    Result,
)
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.nopesight import (
    AiAnswer,
    Execution,
    Page,
    Playbook,
    PlaybookParameter,
    PlaybookStep,
    ProposedAction,
    Report,
    SystemStatus,
    Table,
)
from incidentbot.domain.report_schedule import ReportSchedule
from incidentbot.domain.severity import Severity
from incidentbot.render import cmdb, ids, modals, nopesight, schedules
from incidentbot.render.ci_modal import ci_update_modal, not_one
from incidentbot.render.jobs import ci_answer, job_answer, job_message, ordered_ci_change, ordered_report, shared_report
from incidentbot.render.message import Links, Message
from incidentbot.render.playbook_modals import Carried, confirm_modal, playbook_modal
from incidentbot.render.reports import ordered_own_report
from incidentbot.render.share import share_modal
from tests.unit.render.samples import ACKNOWLEDGED, ANA, HOSTILE, LONG, LONGEST, NOON, OPEN
from tests.unit.render.slack_rules import check_message, check_view

LINKS = Links("https://nopesight.example/events", "https://nopesight.example/cis")
WEB = Ci(
    "ci_123456",
    "PROD-WEB-01",
    "server",
    "active",
    "2025-01-20T12:00:00Z",
    NOON,
    "Front end of the shop.",
    {"os": "Ubuntu 22.04", "cpu_cores": 8, "virtual": True, "tags": ["web", "shop"], "disk": {"gb": 200}, "none": None},
    {"environment": "production", "department": "IT"},
)
HOSTILE_CI = Ci(HOSTILE, HOSTILE, HOSTILE, HOSTILE, "", None, HOSTILE, {HOSTILE: HOSTILE}, {HOSTILE: [HOSTILE]})
LONGEST_CI = replace(WEB, name=LONG, description=LONG, type=LONG, attributes={f"{n} {LONG}": LONG for n in range(100)})
EVENT = MonitoringEvent(
    "nopesight",
    "665f0c1e9b1d",
    "CPU 98% on PROD-WEB-01",
    Severity.CRITICAL,
    EventStatus.OPEN,
    NOON,
    NOON,
    "EVT-1042",
    cis=(CiRef("ci_123456", "PROD-WEB-01", "server"),),
)
HOSTILE_EVENT = replace(EVENT, event_id=HOSTILE, display_id=HOSTILE, title=HOSTILE, cis=(CiRef(HOSTILE, HOSTILE),))
LONGEST_EVENT = replace(EVENT, title=LONG, display_id=LONG, cis=tuple(CiRef(LONG, LONG) for _ in range(50)))
IN_FULL = CiInFull(
    WEB,
    (Owner("Ann Lee", "ann@corp.example", "owner", "relationship", "Web"), Owner("Web team", "", "technical_owner")),
    (
        Relationship("1", "runs_on", "ci_123456", "PROD-WEB-01", "ci_9", "ESX-07"),
        Relationship("2", "depends_on", "ci_5", "Checkout", "ci_123456", "PROD-WEB-01"),
    ),
    Page((EVENT,), 1, 5, 1),
    (Dependent(CiRef("ci_5", "Checkout"), 1), Dependent(CiRef("ci_6", "Online shop"), 2)),
)
LONGEST_IN_FULL = CiInFull(
    LONGEST_CI,
    tuple(Owner(LONG, LONG, LONG, team=LONG) for _ in range(50)),
    tuple(Relationship("", LONG, "", LONG, LONG, LONG) for _ in range(100)),
    Page((LONGEST_EVENT,) * 5, 1, 5, 10_000),
    tuple(Dependent(CiRef(LONG, LONG), 3) for _ in range(100)),
    more=True,
)
FORMS = (("/cmdb search TEXT", "Configuration items whose name matches."), ("/cmdb help", "This list."))


def a_page(*items: Any, page: int = 1, total: int = 0) -> Page[Any]:
    return Page(items, page, 5, total or len(items))


MESSAGES: dict[str, Message] = {
    "status": nopesight.system_status(SystemStatus("operational", 42, 7, 48, 50), NOON),
    "status_measured": nopesight.system_status(SystemStatus("degraded", 1042, 1234), NOON),
    "status_hostile": nopesight.system_status(SystemStatus(HOSTILE, 0, 0, 0, 0), NOON),
    "found": nopesight.found("web", Findings(a_page(WEB), a_page(EVENT)), links=LINKS),
    "found_items_alone": nopesight.found("web", Findings(a_page(WEB)), links=LINKS),
    "found_second_page": nopesight.found(
        "web", Findings(a_page(WEB, page=2, total=12), a_page(EVENT, page=2, total=7)), links=LINKS
    ),
    "found_nothing": nopesight.found("web", Findings(a_page(), a_page())),
    "found_longest": nopesight.found(
        LONG, Findings(a_page(*[LONGEST_CI] * 5, page=3, total=10**6), a_page(*[LONGEST_EVENT] * 5, page=3, total=99))
    ),
    "found_hostile": nopesight.found(HOSTILE, Findings(a_page(HOSTILE_CI), a_page(HOSTILE_EVENT)), links=LINKS),
    "not_connected": nopesight.not_answered(NotAnswered("not_connected")),
    "unreachable": nopesight.not_answered(NotAnswered("unreachable", "4F2A91BC")),
    "busy": nopesight.not_answered(NotAnswered("busy", "4F2A91BC")),
    "token_refused": nopesight.not_answered(NotAnswered("token_refused", "4F2A91BC")),
    "not_there": nopesight.not_answered(NotAnswered("not_there", "4F2A91BC")),
    "refused": nopesight.not_answered(NotAnswered("refused", HOSTILE)),
    "ci": cmdb.ci_in_full(IN_FULL, [(OPEN, "https://acme.slack.com/x"), (ACKNOWLEDGED, "")], links=LINKS),
    "ci_emptiest": cmdb.ci_in_full(CiInFull(Ci("x", "x", "", "", ""), (), (), Page((), 1, 5, 0))),
    "ci_untold": cmdb.ci_in_full(CiInFull(WEB, None, None, None)),
    "ci_longest": cmdb.ci_in_full(LONGEST_IN_FULL, [(LONGEST, LONG)] * 20, links=LINKS),
    "ci_hostile": cmdb.ci_in_full(CiInFull(HOSTILE_CI, (Owner(HOSTILE, HOSTILE),), (), None), links=LINKS),
    "ambiguous": cmdb.ambiguous(Ambiguous("web", (CiRef("ci_1", "PROD-WEB-01"), CiRef("ci_2", "WEB"))), ids.SHOW_CI),
    "ambiguous_exact": cmdb.ambiguous(
        Ambiguous("web", (CiRef("ci_1", "WEB"), CiRef("ci_2", "WEB")), exact=True), ids.UPDATE_CI
    ),
    "ambiguous_unknown": cmdb.ambiguous(Ambiguous("web", ()), ids.SHOW_CI),
    "ambiguous_hostile": cmdb.ambiguous(Ambiguous(HOSTILE, (CiRef(HOSTILE, HOSTILE), CiRef("x", LONG))), ids.SHOW_CI),
    "help_nopesight": nopesight.help_nopesight(FORMS),
    "help_cmdb": cmdb.help_cmdb(FORMS),
}
REPORT = Job("T0ACME", "j1", ReportOrder("daily_summary", "last_24h"), ANA, "C0REPORTS1", NOON)
MADE = Report(
    "rep_5",
    "ready",
    "Daily summary",
    "daily_summary",
    "last_24h",
    "12 events, 3 incidents, all resolved.",
    "https://nopesight.example/reports/rep_5/preview.png",
    "https://nopesight.example/reports/rep_5.pdf",
    "https://nopesight.example/reports/rep_5",
)
FAR = "https://x.example/" + "y" * 3500
LONGEST_REPORT = Report("x" * 255, "ready", LONG, LONG, LONG, LONG * 4, FAR, FAR, FAR)
SCRIPT = "javascript:alert(1)"
HOSTILE_REPORT = Report("rep_5", "ready", HOSTILE, HOSTILE, HOSTILE, HOSTILE, SCRIPT, SCRIPT, SCRIPT)
PLAYBOOK = Job(
    "T0ACME", "j2", PlaybookOrder("pb_1", "Restart service", "665f0c1e9b1d", EVENT.title), ANA, "C0ALERTS01", NOON
)
STEPS = (PlaybookStep("Drain traffic", "succeeded", "ok"), PlaybookStep("Restart service", "running"))
RUNNING = Execution("exe_9", "running", progress=25, steps=STEPS)

SHARED = ReportOrder("daily_summary", "last_24h", shared_from="j1", asked_in="C0REPORTS1")

SCHEDULE = ReportSchedule(1, "daily_summary", "0123456", time(9, 30), "Europe/Berlin", "C0REPORTS1", ANA, NOON)
OWN = Job("T0ACME", "j3", OwnReportOrder("incidents", "7d"), ANA, "C0REPORTS1", NOON, remote_id="j3")
OWN_MADE = OwnReportMade(
    "Incidents",
    "17 Nov 2026 09:30 to 24 Nov 2026 09:30 (Europe/Berlin)",
    ("41 incidents in the last 7 days, 12 fewer than before: 3 critical.", "Half were acknowledged within 4 min."),
    "41 incidents from 17 Nov to 24 Nov; most began at 21 Nov: 12 (3 critical).",
    picture="F0PICTURE1",
    file="F0DOCUMENT",
    download="https://acme.slack.com/files/U0BOT/F0DOCUMENT/incidents.pdf",
    link="https://incidents.example/reports/T0ACME/j3?until=1&signature=ab",
)


def a_job(job: Job, state: JobState, result: Result | None = None) -> Message:
    return job_message(replace(job, state=state, result=result))


MESSAGES |= {
    "report_ordered": ordered_report(ReportOrder("cmdb_inventory", "2025-01-01/2025-01-31")),
    "report_waiting": a_job(REPORT, JobState.WAITING),
    "report_queued": a_job(REPORT, JobState.RUNNING, ReportMade(Report("rep_5", "pending"))),
    "report_running": a_job(REPORT, JobState.RUNNING, ReportMade(Report("rep_5", "running"))),
    "report_made": a_job(REPORT, JobState.DONE, ReportMade(MADE)),
    "report_made_without_pictures": job_message(
        replace(REPORT, state=JobState.DONE, result=ReportMade(MADE, "not_in_channel")), charts=False
    ),
    "report_emptiest": a_job(REPORT, JobState.DONE, ReportMade(Report("rep_5", "ready"))),
    "report_longest": a_job(REPORT, JobState.DONE, ReportMade(LONGEST_REPORT, LONG)),
    "report_hostile": a_job(REPORT, JobState.DONE, ReportMade(HOSTILE_REPORT)),
    "report_failed": a_job(REPORT, JobState.FAILED, Failed("told", detail="no data for this period")),
    "report_absent": a_job(REPORT, JobState.FAILED, Failed("not_there", "4f2a91bc")),
    "report_shared": a_job(replace(REPORT, order=SHARED), JobState.DONE, ReportMade(MADE)),
    "report_share_ordered": shared_report("Daily summary", "C0ALERTS01"),
    "report_not_shared": job_answer(replace(REPORT, result=Failed("not_posted", detail="is_archived")), SHARED),
    "playbook_not_there": a_job(PLAYBOOK, JobState.FAILED, Failed("no_playbook", detail="Collect")),
    "playbook_none_for_it": a_job(PLAYBOOK, JobState.FAILED, Failed("no_playbook")),
    "schedule_made": schedules.scheduled(SCHEDULE),
    "schedule_on_some_days": schedules.scheduled(replace(SCHEDULE, type="incidents", days="03", zone="UTC")),
    "schedule_stopped": schedules.stopped(replace(SCHEDULE, days="01234")),
    "schedules_none": schedules.schedules(()),
    "schedules_longest": schedules.schedules([replace(SCHEDULE, number=n, days="012345") for n in range(1, 101)]),
    "own_report_ordered": ordered_own_report(OwnReportOrder("daily_summary", "1h")),
    "own_report_waiting": a_job(OWN, JobState.WAITING),
    "own_report_drawn": a_job(OWN, JobState.RUNNING, replace(OWN_MADE, picture="", file="", download="")),
    "own_report_made": a_job(OWN, JobState.DONE, OWN_MADE),
    "own_report_bare": a_job(
        OWN,
        JobState.DONE,
        OwnReportMade("Incidents", "", ("x",), unpictured="file_uploads_disabled", unfiled="not_in_channel"),
    ),
    "own_report_standing_in": a_job(
        replace(OWN, order=OwnReportOrder("incidents", "7d", stands_in=True)), JobState.DONE, replace(OWN_MADE, file="")
    ),
    "own_report_quiet": a_job(
        OWN, JobState.DONE, OwnReportMade("Daily summary", "", ("No incident in the last day.",), quiet=True)
    ),
    "own_report_forgotten": a_job(OWN, JobState.DONE, replace(OWN_MADE, forgotten=True)),
    "own_report_failed": a_job(OWN, JobState.FAILED, Failed("not_made", detail="it took too long to make.")),
    "own_report_of_incident": a_job(
        replace(OWN, order=OwnReportOrder("incident", "", incident=7, shared_from="j1")), JobState.DONE, OWN_MADE
    ),
    "own_report_longest": a_job(OWN, JobState.DONE, OwnReportMade(LONG, LONG, (LONG,) * 6, LONG, "F1", "F2", FAR)),
    "own_report_hostile": a_job(
        OWN, JobState.DONE, OwnReportMade(HOSTILE, HOSTILE, (HOSTILE,) * 6, HOSTILE, "F1", download=SCRIPT, link=SCRIPT)
    ),
    "report_timed_out": a_job(REPORT, JobState.FAILED, Failed("timed_out")),
    "playbook_waiting": a_job(PLAYBOOK, JobState.WAITING),
    "playbook_running": a_job(PLAYBOOK, JobState.RUNNING, PlaybookRan(RUNNING, 1)),
    "playbook_to_approve": a_job(PLAYBOOK, JobState.RUNNING, PlaybookRan(Execution("e", "awaiting_approval"))),
    "playbook_succeeded": a_job(
        PLAYBOOK, JobState.DONE, PlaybookRan(Execution("e", "succeeded", progress=100, summary="4 of 4 steps done"))
    ),
    "playbook_failed": a_job(PLAYBOOK, JobState.FAILED, PlaybookRan(Execution("e", "failed", error=HOSTILE))),
    "playbook_longest": a_job(
        replace(PLAYBOOK, order=PlaybookOrder(LONG, LONG, LONG, LONG)),
        JobState.RUNNING,
        PlaybookRan(Execution("e", LONG, progress=50, steps=tuple(PlaybookStep(LONG, LONG) for _ in range(100)))),
    ),
}
CHANGE = CiOrder(
    "ci_123456", "PROD-WEB-01", "v1", (Field("", "status", "active", "maintenance"), Field("attributes", "os", "", "x"))
)
CI_JOB = Job("T0ACME", "j3", CHANGE, ANA, "C0CHANGES1", NOON)
LONGEST_CHANGE = CiOrder(LONG, LONG, LONG, tuple(Field("attributes", LONG, LONG, LONG) for _ in range(40)))
HOSTILE_CHANGE = CiOrder(HOSTILE, HOSTILE, "", (Field("attributes", HOSTILE, HOSTILE, HOSTILE),))
NOW_THERE = CiMeanwhile((Field("", "status", "active", "inactive"), Field("attributes", "os", "x", "x")))
MESSAGES |= {
    "ci_changed": a_job(CI_JOB, JobState.DONE, CiChanged()),
    "ci_changed_longest": a_job(replace(CI_JOB, order=LONGEST_CHANGE), JobState.DONE, CiChanged()),
    "ci_changed_hostile": a_job(replace(CI_JOB, order=HOSTILE_CHANGE), JobState.DONE, CiChanged()),
    "ci_answer": ci_answer(replace(CI_JOB, result=CiChanged()), CHANGE),
    "ci_answer_conflict": ci_answer(replace(CI_JOB, result=NOW_THERE), CHANGE),
    "ci_answer_failed": ci_answer(replace(CI_JOB, result=Failed("refused", "4f2a91bc")), CHANGE),
    "ci_answer_longest": ci_answer(replace(CI_JOB, result=CiMeanwhile(LONGEST_CHANGE.fields)), LONGEST_CHANGE),
    "ci_ordered": ordered_ci_change(CHANGE),
}
ASKED = Job("T0ACME", "j4", QuestionOrder("open critical events"), ANA, "C0ALERTS01", NOON)
TABLE = Table(("event", "severity", "title"), (("EVT-1", "critical", "CPU"), ("EVT-2", "high", HOSTILE)), 12)
BARS = Table(("service", "events"), (("checkout", "12"), ("mail", "3"), ("search", "0")), 3)
WIDEST = Table((LONG,) * 20, ((LONG,) * 20,) * 100, 10**6)
ACTION = ProposedAction(
    "act_1", "acknowledge_event", "Acknowledge EVT-1042: CPU 98%", {"eventId": "665f0c1e9b1d", "nested": {}}, "low"
)
HOSTILE_ACTION = ProposedAction(HOSTILE, "resolve_event", HOSTILE, {HOSTILE: HOSTILE}, HOSTILE)


def an_answer(given: Answered) -> Message:
    return a_job(ASKED, JobState.DONE, given)


MESSAGES |= {
    "answer_thinking": a_job(ASKED, JobState.WAITING),
    "answer_text": an_answer(Answered(AiAnswer("PROD-WEB-01 is owned by Ana."), "ai")),
    "answer_table": an_answer(Answered(AiAnswer("12 events", TABLE), "ai")),
    "answer_bars": an_answer(Answered(AiAnswer("Events by service", BARS), "own", "not_there", "4F2A91BC")),
    "answer_longest": an_answer(Answered(AiAnswer(LONG * 4, WIDEST), "own", "busy", "4F2A91BC")),
    "answer_hostile": an_answer(Answered(AiAnswer(HOSTILE, Table((HOSTILE,), ((HOSTILE,),), 1), HOSTILE_ACTION), "ai")),
    "answer_proposal": an_answer(Answered(AiAnswer("I can acknowledge EVT-1042", None, ACTION), "ai")),
    "answer_confirmed": an_answer(
        Answered(AiAnswer("I can acknowledge EVT-1042", None, ACTION), "ai", settled="confirmed", settled_by=ANA.id)
    ),
    "answer_dismissed": an_answer(
        Answered(AiAnswer("I can acknowledge EVT-1042", None, ACTION), "ai", settled="dismissed", settled_by=ANA.id)
    ),
    "answer_not_done_here": an_answer(
        Answered(AiAnswer("I can help", None, ProposedAction("a", "drop_database", "Drop it all")), "ai")
    ),
    "answer_not_understood": an_answer(Answered(AiAnswer("I understand …"), "nobody", "busy", "4F2A91BC")),
    "answer_nothing": an_answer(Answered(AiAnswer(""), "nobody", "unreachable", "4F2A91BC")),
    "answer_failed": a_job(ASKED, JobState.FAILED, Failed("refused", "4f2a91bc")),
    "comment_taken": job_answer(replace(CI_JOB, result=Commented()), CommentOrder("e", "text")),
    "comment_failed": job_answer(replace(CI_JOB, result=Failed("not_there", "4f2a91bc")), CommentOrder("e", "text")),
}
RESTART = Playbook(
    "pb_restart_service",
    "Restart service",
    "Restarts the service on the affected servers, one after another.",
    "medium",
    parameters=(
        PlaybookParameter("service", "string", required=True, default="nginx"),
        PlaybookParameter("drain", "boolean", default="true"),
        PlaybookParameter("wait_seconds", "number"),
    ),
)
FAIL_OVER = Playbook("pb_failover", "Fail over", requires_approval=True)
LONGEST_PLAYBOOK = Playbook(
    "x" * 150, LONG, LONG, LONG, parameters=tuple(PlaybookParameter("y" * 30, LONG, default=LONG) for _ in range(20))
)
CARRIED = Carried("665f0c1e9b1d", EVENT.title, "C0ALERTS01", "1737374580.000100")
VIEWS: dict[str, dict[str, Any]] = {
    "share": share_modal("rep_5", "C0ALERTS01"),
    "schedule_new": schedules.schedule_modal("incidents", None, "Europe/Berlin", "D0DIRECT01"),
    "schedule_edited": schedules.schedule_modal("", SCHEDULE, "UTC", "C0ALERTS01"),
    "playbook_choice": playbook_modal(CARRIED, [RESTART, FAIL_OVER]),
    "playbook_chosen": playbook_modal(CARRIED, [RESTART, FAIL_OVER], RESTART),
    "playbook_longest": playbook_modal(replace(CARRIED, title=LONG), [LONGEST_PLAYBOOK], LONGEST_PLAYBOOK),
    "playbook_hostile": playbook_modal(
        Carried("event", HOSTILE), [Playbook("pb", HOSTILE, HOSTILE, HOSTILE)], Playbook("pb", HOSTILE, HOSTILE)
    ),
    "playbook_confirm": confirm_modal(replace(CARRIED, parameters={"service": "nginx", "drain": ""}), RESTART),
    "playbook_confirm_longest": confirm_modal(replace(CARRIED, parameters={"service": "z" * 1500}), LONGEST_PLAYBOOK),
    "ci_update": ci_update_modal(WEB, "C0ALERTS01"),
    "ci_update_emptiest": ci_update_modal(Ci("x", "x", "", "", ""), ""),
    "ci_update_longest": ci_update_modal(
        replace(LONGEST_CI, attributes={f"{n} {'y' * 90}": "z" * 1000 for n in range(100)}), "C0ALERTS01"
    ),
    "ci_update_hostile": ci_update_modal(
        replace(HOSTILE_CI, id="ci_1", attributes={"os": HOSTILE}, custom_fields={}), ""
    ),
    "ci_not_one": not_one(Ambiguous("web", (CiRef("ci_1", "WEB"), CiRef("ci_2", HOSTILE)), exact=True)),
    "ci_none": not_one(Ambiguous(HOSTILE, ())),
    "notice": modals.notice_modal("Run a playbook", nopesight.why_not(NotAnswered("busy", "4F2A91BC"))),
}


@pytest.fixture
def approved(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_reads_as_approved(name: str, approved: SnapshotAssertion) -> None:
    message = MESSAGES[name]
    assert {"text": str(message.text), "blocks": list(message.blocks)} == approved


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_the_message(name: str) -> None:
    check_message(MESSAGES[name])


@pytest.mark.parametrize("name", VIEWS)
def test_a_modal_looks_as_approved(name: str, approved: SnapshotAssertion) -> None:
    assert VIEWS[name] == approved


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_the_modal(name: str) -> None:
    check_view(VIEWS[name])
