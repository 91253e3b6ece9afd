"""Incidents, entries and people for the rendering tests: ordinary ones, the emptiest, and the longest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.timeline import Entry, EntryKind

NOON = datetime(2025, 1, 20, 12, 3, tzinfo=UTC)
ANA = Actor(Source.SLACK, "U0ANA00001", "Ana Ferreira", "ana@acme.example")
BEN = Actor(Source.SLACK, "U0BEN00002", "Ben Okafor", "ben@acme.example")
ANN = Actor(Source.NOPESIGHT, "", "Ann Lee", "ann@corp.example")
API = Actor(Source.API, "", "api")
CLI = Actor(Source.CLI, "", "cli")
TIMER = Actor(Source.TIMER, "", "timer")
NOPESIGHT = Actor(Source.NOPESIGHT)

HOSTILE = (
    "<!channel> <@U0EVIL0001> <https://evil.example|bank.com> &lt;!here&gt; "
    "```x``` *b* {{7*7}} \u202egnp.exe\x00 :tada:"
)
LONG = ("Ünïcödé 👩‍👩‍👧‍👦 العربية & <b> " * 250)[:5000]

OPEN = Incident(
    team_id="T0ACME",
    number=42,
    title="CPU 98 % on PROD-WEB-01",
    severity=Severity.CRITICAL,
    state=State.OPEN,
    version=1,
    last_seq=1,
    source="nopesight",
    created_by=NOPESIGHT,
    created_at=NOON,
    state_since=NOON,
    state_by=NOPESIGHT,
    channel="C0INCIDENTS",
    description="CPU has been over 95 % for ten minutes.\nSessions are being dropped.",
    cis=(CiRef("ci_web_01", "PROD-WEB-01", "server"),),
    event_count=1,
)
ACKNOWLEDGED = replace(
    OPEN,
    state=State.ACKNOWLEDGED,
    version=2,
    state_since=NOON + timedelta(minutes=2),
    state_by=ANA,
    acknowledged_at=NOON + timedelta(minutes=2),
    acknowledged_by=ANA,
    assignee=ANA.id,
)
STAFFED = replace(ACKNOWLEDGED, commander=ANA.id, communications=BEN.id, scribe=BEN.id)
RESOLVED = replace(
    ACKNOWLEDGED,
    state=State.RESOLVED,
    version=3,
    state_since=NOON + timedelta(minutes=75),
    state_by=BEN,
    resolved_at=NOON + timedelta(minutes=75),
    resolved_by=BEN,
    resolution="Restarted nginx, then rolled back release 418.",
)
REOPENED = replace(
    OPEN, version=4, state_since=NOON + timedelta(hours=2), state_by=ANN, severity=Severity.MEDIUM, event_count=12
)
EMPTIEST = replace(
    OPEN,
    number=1,
    title="?",
    severity=Severity.LOW,
    description="",
    cis=(),
    event_count=0,
    created_by=CLI,
    state_by=CLI,
)
LONGEST = replace(
    RESOLVED,
    number=999_999_999,
    title=LONG,
    description=LONG * 4,
    resolution=LONG,
    cis=tuple(CiRef(f"ci/{n}?&é", f"{n} {LONG}", "server") for n in range(100)),
    unknown_cis=tuple(f"{n} {LONG}" for n in range(100)),
    event_count=1_234_567,
    created_by=replace(ANN, name=LONG),
    state_by=replace(ANN, name=LONG),
    assignee="U0ANA00001",
)
HOSTILE_ONE = replace(
    OPEN,
    title=HOSTILE,
    description=HOSTILE,
    cis=(CiRef(HOSTILE, HOSTILE, HOSTILE),),
    unknown_cis=(HOSTILE,),
    created_by=replace(ANN, name=HOSTILE),
    assignee=HOSTILE,
    channel=HOSTILE,
)


def an_entry(kind: EntryKind, actor: Actor = ANA, seq: int = 3, **data: Any) -> Entry:
    return Entry(seq, kind, actor, NOON + timedelta(minutes=seq), data)


OWNERS = [{"id": f"U0OWNER{n:04}", "why": f"owner of PROD-WEB-{n:02}"} for n in range(40)]
UNREACHABLE = [
    {"name": "Kira Novak", "email": "kira@partner.example", "why": "owner of PAYMENTS-API", "reason": "no_account"},
    {"name": "Jonas Weber", "email": "jonas@acme.example", "why": "owner of MAIL-01", "reason": "deactivated"},
    {"name": "Deploy Bot", "email": "deploybot@acme.example", "why": "owner of BACKUP-01", "reason": "bot"},
    {"name": "LEGACY-FTP-01", "email": "", "why": "", "reason": "no_owner"},
]
ENTRIES: dict[str, Entry] = {
    "created": an_entry(
        EntryKind.CREATED,
        NOPESIGHT,
        1,
        severity="critical",
        description=OPEN.description,
        event="EVT-1042",
        cis=["PROD-WEB-01"],
        unknown_cis=["PROD-WBE-02"],
        assignee="U0BEN00002",
    ),
    "created_by_hand": an_entry(EntryKind.CREATED, ANA, 1, severity="high", description="", event="", cis=[]),
    "acknowledged": an_entry(EntryKind.ACKNOWLEDGED, note=""),
    "acknowledged_elsewhere": an_entry(EntryKind.ACKNOWLEDGED, ANN, note="on it"),
    "unacknowledged": an_entry(EntryKind.UNACKNOWLEDGED, TIMER, note="nothing heard for 4 h"),
    "resolved": an_entry(EntryKind.RESOLVED, BEN, note="Restarted nginx.\nRolled back release 418."),
    "reopened": an_entry(EntryKind.REOPENED, API, note="it is back"),
    "severity_changed": an_entry(EntryKind.SEVERITY_CHANGED, before="high", after="critical"),
    "title_changed": an_entry(EntryKind.TITLE_CHANGED, before="CPU on web", after="CPU 98 % on PROD-WEB-01"),
    "assigned": an_entry(EntryKind.ASSIGNED, before="", after="U0BEN00002"),
    "commander": an_entry(EntryKind.ASSIGNED, role="commander", before="U0ANA00001", after="U0BEN00002"),
    "scribe_taken_on": an_entry(EntryKind.ASSIGNED, role="scribe", before="", after="U0ANA00001"),
    "scribe_taken_off": an_entry(EntryKind.ASSIGNED, role="scribe", before="U0BEN00002", after=""),
    "role_of_tomorrow": an_entry(EntryKind.ASSIGNED, role="<!here>", before="", after="U0BEN00002"),
    "left": an_entry(EntryKind.ASSIGNED, role="responder", before="U0BEN00002", after=""),
    "assignee_taken_off": an_entry(EntryKind.ASSIGNED, before="U0BEN00002", after=""),
    "status_update": an_entry(
        EntryKind.NOTE, text="We look at the database", update=True, next="2025-01-20T12:33:00+00:00"
    ),
    "status_update_without_promise": an_entry(EntryKind.NOTE, text="It was the disk", update=True),
    "note": an_entry(EntryKind.NOTE, text="Waiting for <@U0BEN00002|ben>, see <https://wiki.example/runbook>"),
    "owner_invited": an_entry(EntryKind.OWNER_INVITED, NOPESIGHT, people=OWNERS[:2], unreachable=UNREACHABLE),
    "nobody_invited": an_entry(EntryKind.OWNER_INVITED, NOPESIGHT, people=[], unreachable=UNREACHABLE[3:]),
    "event_linked": an_entry(
        EntryKind.EVENT_LINKED, NOPESIGHT, count=1, title="Disk full on PROD-DB-01", event="EVT-2", severity="high"
    ),
    "events_linked": an_entry(EntryKind.EVENT_LINKED, NOPESIGHT, count=480, title="Ping lost", event="EVT-482"),
    "events_updated": an_entry(
        EntryKind.EVENT_UPDATED, TIMER, status="several", counts={"resolved": 190, "open": 2, "other": HOSTILE}
    ),
    "event_updated": an_entry(EntryKind.EVENT_UPDATED, ANN, event="EVT-2", title="Disk full", status="resolved"),
    "playbook": an_entry(EntryKind.PLAYBOOK, name="restart-nginx", status="succeeded", detail="2 of 2 hosts"),
    "captured": an_entry(
        EntryKind.CAPTURED, text="looks like the pool", author="U0BEN00002", url="https://acme.slack.com/archives/C1/p1"
    ),
    "captured_withdrawn": an_entry(EntryKind.CAPTURED, text="oops", author_name="Ben", withdrawn=True),
    "captured_edited": an_entry(
        EntryKind.CAPTURED,
        text="it is the pool",
        author="U0BEN00002",
        url="https://acme.slack.com/archives/C1/p1",
        edited=True,
    ),
    "captured_deleted": an_entry(EntryKind.CAPTURED, text="", author="U0BEN00002", deleted=True),
    "reminder": an_entry(
        EntryKind.REMINDER, TIMER, about="unacknowledged", minutes=15, people=["U0BEN00002"], names=["Ben"]
    ),
    "reminder_late": an_entry(EntryKind.REMINDER, TIMER, about="unacknowledged", minutes=515, late_minutes=500),
    "reminder_expiring": an_entry(EntryKind.REMINDER, TIMER, about="expiring", minutes=225, left_seconds=900),
    "reminder_no_update": an_entry(EntryKind.REMINDER, TIMER, about="no_update", minutes=30, people=["U0BEN00002"]),
    "reminder_stale": an_entry(EntryKind.REMINDER, TIMER, about="stale", minutes=2880),
    "reminder_snoozed": an_entry(EntryKind.REMINDER, about="snoozed", until="2026-03-01T14:30:00+00:00", minutes=30),
    "reminder_action": an_entry(EntryKind.REMINDER, TIMER, about="action", action=2, text="Test the backup", people=[]),
    "action_added": an_entry(
        EntryKind.ACTION_ADDED, text="Test the backup", action=2, assignee="U0BEN00002", due="2026-03-01T14:30:00+00:00"
    ),
    "action_changed": an_entry(
        EntryKind.ACTION_CHANGED,
        text="Test the backup twice",
        action=2,
        assignee="",
        due="2026-03-01T14:30:00+00:00",
        before={"text": "Test the backup", "assignee": "U0BEN00002", "due": ""},
    ),
    "action_put_off": an_entry(
        EntryKind.ACTION_CHANGED,
        text="Test the backup",
        action=2,
        assignee="U0BEN00002",
        due="",
        before={"due": "2026"},
    ),
    "action_done": an_entry(EntryKind.ACTION_DONE, text="Test the backup", action=2),
    "action_reopened": an_entry(EntryKind.ACTION_REOPENED, text="Test the backup", action=2),
    "retrospective": an_entry(
        EntryKind.RETROSPECTIVE,
        parts={"happened": "The disk was full <!channel>", "went_well": "Two minutes", "change": "Alert earlier"},
    ),
    "retrospective_hostile": an_entry(EntryKind.RETROSPECTIVE, parts={"cause": HOSTILE, "luck": LONG, "other": 7}),
    "action_added_as_a_note": an_entry(
        EntryKind.NOTE, text="Test the backup", action=2, assignee="U0BEN00002", due="2026-03-01T14:30:00+00:00"
    ),
    "action_done_as_a_note": an_entry(EntryKind.NOTE, text="Test the backup", action=2, done=True),
    "escalated": an_entry(EntryKind.ESCALATED, TIMER, step=2, of=3, people=["S0ONCALL01", "@nobody"]),
    "escalated_to_nobody": an_entry(EntryKind.ESCALATED, TIMER, step=3, of=3, people=["@nobody"], unreached=True),
    "unacknowledged_by_time": an_entry(EntryKind.UNACKNOWLEDGED, TIMER, note="", about="expired", minutes=240),
    "sync_failed": an_entry(EntryKind.SYNC_FAILED, TIMER, target="NopeSight", action="resolved", reason="503"),
    "moved": an_entry(EntryKind.MOVED, what="opened", channel="C0OWN00001"),
    "moved_not": an_entry(EntryKind.MOVED, what="failed", channel="", reason="missing_scope"),
    "moved_not_hostile": an_entry(EntryKind.MOVED, what="failed", channel=HOSTILE, reason=HOSTILE),
    "moved_archived": an_entry(EntryKind.MOVED, what="archived", channel="C0OWN00001"),
    "moved_not_archived": an_entry(EntryKind.MOVED, what="not_archived", channel="C0OWN00001", reason="no_permission"),
    "repaired": an_entry(
        EntryKind.REPAIRED, TIMER, what="card_deleted", url="https://acme.slack.com/archives/C1/p1", reason=""
    ),
    "repaired_stuck": an_entry(EntryKind.REPAIRED, TIMER, what="card_stuck", reason="edit_window_closed", url=""),
    "repaired_elsewhere": an_entry(EntryKind.REPAIRED, TIMER, what="channel_lost", reason="is_archived", url=""),
    "corrected": an_entry(
        EntryKind.CORRECTED, what="resolved", entry=4, before="2025-01-20T13:18:00+00:00", after="2025-01-20T12:40:00Z"
    ),
    "sync_recovered": an_entry(EntryKind.SYNC_RECOVERED, TIMER, target="NopeSight", action="resolved"),
}
for _kind in EntryKind:
    ENTRIES[f"{_kind}_emptiest"] = an_entry(_kind)
    ENTRIES[f"{_kind}_longest"] = an_entry(
        _kind,
        replace(ANN, name=LONG),
        9_999,
        **dict.fromkeys(("note", "text", "description", "title", "event", "status", "before", "after"), LONG),
        **dict.fromkeys(("name", "detail", "author", "author_name", "url", "reason", "target", "action"), LONG),
        severity=LONG,
        assignee=LONG,
        count=10**17,
        minutes=10**9,
        step=10**9,
        cis=[LONG] * 500,
        unknown_cis=[LONG] * 500,
        people=OWNERS + [LONG] * 500 if _kind is EntryKind.OWNER_INVITED else [LONG] * 500,
        unreachable=[dict.fromkeys(("name", "email", "why", "reason"), LONG)] * 500,
    )
