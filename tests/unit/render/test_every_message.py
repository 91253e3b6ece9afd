"""Every message and modal there is: as it was last read and approved, and as Slack takes it."""

import re
from dataclasses import replace
from datetime import time, timedelta
from typing import Any, Literal, get_args

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.doctor import doubtful, failing, unused, well
from incidentbot.domain.home import HomeFacts
from incidentbot.domain.lag import Lag, Unsynced
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import CiRef, EventStatus
from incidentbot.domain.on_call import Duty
from incidentbot.domain.people import Invitee
from incidentbot.domain.period import Period
from incidentbot.domain.permissions import Right
from incidentbot.domain.preferences import Preferences, QuietHours
from incidentbot.domain.refusals import (
    ActionItemRefused,
    AlreadyResolved,
    BadField,
    BadOption,
    ChannelRefused,
    EffectRefused,
    EventNotFound,
    EventRefused,
    EventTaken,
    IncidentNotFound,
    KeyReused,
    MissingArgument,
    NothingToSnooze,
    NotInvolved,
    NotPermitted,
    NoWorkspace,
    PersonUnknown,
    ReferenceMissing,
    Refusal,
    TimeRefused,
    TransitionRefused,
    Unchanged,
    UnknownSubcommand,
)
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import Figures, GroupBy, Statistics, Times
from incidentbot.domain.story import Story
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.queries.overview import Listed
from incidentbot.render import answers, modals, unserved
from incidentbot.render.action import action_list, action_modal
from incidentbot.render.alarm import alarm, card_text
from incidentbot.render.capture import capture_modal, captured, made_already, nothing_to_add_to
from incidentbot.render.card import card
from incidentbot.render.correction import correct_modal
from incidentbot.render.digest import digest
from incidentbot.render.doctor import checkup, looking
from incidentbot.render.entry import entry
from incidentbot.render.help import help_incident
from incidentbot.render.home import home, home_refused
from incidentbot.render.invitation import invitation
from incidentbot.render.lag import notices
from incidentbot.render.message import Links, Message
from incidentbot.render.mrkdwn import fill, user
from incidentbot.render.on_call import on_call_answer
from incidentbot.render.overview import overview
from incidentbot.render.own_channel import archiving, channel_modal, in_channel, moving
from incidentbot.render.people_modal import people_modal
from incidentbot.render.plain import plain, words
from incidentbot.render.preferences import preferences_modal
from incidentbot.render.refusals import refusal
from incidentbot.render.reminder import reminder
from incidentbot.render.retrospective_modal import retrospective_modal
from incidentbot.render.stats import definitions, statistics
from tests.unit.render.samples import (
    ACKNOWLEDGED,
    ANA,
    ANN,
    EMPTIEST,
    ENTRIES,
    HOSTILE,
    HOSTILE_ONE,
    LONG,
    LONGEST,
    NOON,
    OPEN,
    OWNERS,
    REOPENED,
    RESOLVED,
    STAFFED,
    an_entry,
)
from tests.unit.render.slack_rules import check_message, check_view

LINKS = Links("https://nopesight.example/events", "https://nopesight.example/cis")
THREAD = "https://acme.slack.com/archives/C0INCIDENTS/p1737374580000100"

UPDATE = ENTRIES["status_update"]
ITEM = ActionItem(2, "Test the backup", "U0BEN00002", NOON + timedelta(days=3), ANA, NOON)
ITEMS = (
    ActionItem(1, "Write it down", "", None, ANA, NOON, NOON + timedelta(hours=1)),
    ITEM,
    ActionItem(3, "Tell the vendor", "", None, ANA, NOON),
    ActionItem(4, HOSTILE, HOSTILE, None, ANA, NOON),
    *(ActionItem(number, LONG[:1000], "U0BEN00002", NOON, ANA, NOON) for number in range(5, 101)),
)
OWN = replace(STAFFED, own_channel="C0OWN00001")
CHANNEL_REASONS: tuple[Literal["exists", "pending", "home", "taken", "none", "unresolved", "not_made"], ...] = (
    *("exists", "pending", "home", "taken", "none", "unresolved", "not_made"),
)


class Did:
    """What a use case hands back, as far as answers look at it."""

    def __init__(self, incident: Any, *kinds: EntryKind, created: bool = False) -> None:
        self.incident = incident
        self.kinds = kinds
        self.created = created


PREFERRED = Preferences(frozenset({Severity.LOW, Severity.MEDIUM}), QuietHours(time(22), time(7, 30)))


def _later(one: Entry) -> Entry:
    """The entry after whatever happened to the incident."""
    return replace(one, happened_at=NOON + timedelta(days=2))


LATE = Lag(
    (Unsynced("resolved", NOON, "NopeSight answered 503", given_up=False), Unsynced("open again", NOON, "", True)),
    ((3, "is_archived"),),
    12,
    NOON,
    timedelta(hours=4),
)
LATEST = Lag(
    tuple(Unsynced(LONG, NOON, LONG, given_up) for given_up in (True, False) * 10),
    tuple((n, LONG) for n in range(100)),
    10**9,
    NOON,
    timedelta(days=10**6),
)
DIGESTS = {
    "several": digest([(OPEN, ""), (EMPTIEST, ""), (ACKNOWLEDGED, THREAD), (RESOLVED, "")]),
    "all_posted": digest([(OPEN, THREAD), (EMPTIEST, THREAD)]),
    "hundred": digest([(replace(OPEN, number=n, severity=list(Severity)[n % 4]), "") for n in range(1, 101)]),
    "longest": digest([(LONGEST, THREAD)] * 1000),
    "hostile": digest([(HOSTILE_ONE, f"javascript:{HOSTILE}")] * 7),
}
CARDS = {
    "open": card(OPEN, links=LINKS, events=["665f0c1e9b1d"]),
    "acknowledged": card(ACKNOWLEDGED, links=LINKS),
    "resolved": card(RESOLVED, links=LINKS),
    "reopened": card(REOPENED, mentions=[user("S0ONCALL01")], notices=[fill("NopeSight has not been told yet.")]),
    "emptiest": card(EMPTIEST),
    "longest": card(LONGEST, links=LINKS, notices=[fill("notice")] * 30, mentions=[user("U0ANA00001")] * 200),
    "hostile": card(HOSTILE_ONE, links=LINKS, events=[HOSTILE]),
    "late": card(RESOLVED, notices=notices(LATE)),
    "late_longest": card(LONGEST, notices=notices(LATEST)),
}
REPLIES = {name: entry(OPEN, one) for name, one in ENTRIES.items()} | {
    "after_missed": entry(OPEN, ENTRIES["note"], missed=[(1, "channel_is_archived"), (2, HOSTILE)]),
    "after_many_missed": entry(OPEN, ENTRIES["note"], missed=[(n, LONG) for n in range(100)]),
}
REMINDERS = {
    "unacknowledged": reminder(OPEN, _later(ENTRIES["reminder"]), THREAD),
    "expiring": reminder(ACKNOWLEDGED, _later(ENTRIES["reminder_expiring"]), THREAD),
    "no_update": reminder(ACKNOWLEDGED, _later(ENTRIES["reminder_no_update"]), THREAD),
    "stale": reminder(OPEN, _later(ENTRIES["reminder_stale"]), ""),
    "escalated": reminder(OPEN, _later(ENTRIES["escalated"]), THREAD),
    "moved_on": reminder(OPEN, ENTRIES["reminder_longest"], THREAD),
    "longest": reminder(LONGEST, _later(ENTRIES["reminder_longest"]), THREAD),
}
INVITATIONS = {
    "owner": invitation(OPEN, "owner of PROD-WEB-01", THREAD),
    "card_not_posted": invitation(ACKNOWLEDGED, "", ""),
    "longest": invitation(LONGEST, LONG, THREAD),
    "hostile": invitation(HOSTILE_ONE, HOSTILE, f"javascript:{HOSTILE}"),
}
REFUSED: dict[str, Refusal] = {
    "acknowledged_already": TransitionRefused(
        "INC-42", Trigger.ACKNOWLEDGE, State.ACKNOWLEDGED, NOON, ANA, ACKNOWLEDGED.allowed
    ),
    "resolved_cannot_be_acknowledged": TransitionRefused(
        "INC-42", Trigger.ACKNOWLEDGE, State.RESOLVED, NOON, ANN, RESOLVED.allowed
    ),
    "open_cannot_be_unacknowledged": TransitionRefused(
        "INC-42", Trigger.UNACKNOWLEDGE, State.OPEN, NOON, ANA, OPEN.allowed
    ),
    "never_happened": TimeRefused("INC-42", "resolved"),
    "time_out_of_order": TimeRefused("INC-42", "acknowledged", NOON, NOON + timedelta(hours=1)),
    "nothing_to_snooze": NothingToSnooze("INC-42", State.RESOLVED),
    "same_severity": Unchanged("INC-42", "severity", "high"),
    "same_assignee": Unchanged("INC-42", "assignee", "U0ANA00001"),
    "no_assignee": Unchanged("INC-42", "assignee", ""),
    "not_involved": NotInvolved("INC-42", "U0ANA00001"),
    "nobody_involved": NotInvolved("INC-42", ""),
    "same_scribe": Unchanged("INC-42", "scribe", "U0ANA00001"),
    "no_commander": Unchanged("INC-42", "commander", ""),
    "invited_already": Unchanged("INC-42", "responder", "U0ANA00001"),
    "nothing_to_change": Unchanged("INC-42", "note", ""),
    "longest_unchanged": Unchanged("INC-42", "title", LONG),
    "no_such_incident": IncidentNotFound("INC-99"),
    "no_reference": IncidentNotFound("the big one"),
    "hostile_reference": IncidentNotFound(HOSTILE),
    "empty_reference": IncidentNotFound(""),
    "nothing_unresolved": ReferenceMissing((), 0),
    "several_unresolved": ReferenceMissing(("INC-9", "INC-8", "INC-7", "INC-6", "INC-5"), 12),
    "blank_title": BadField("title", "blank", limit=250),
    "long_title": BadField("title", "too_long", value="x" * 80, limit=250),
    "unknown_severity": BadField("severity", "unknown", value="sev1", choices=tuple(Severity)),
    "malformed_cursor": BadField("cursor", "malformed", value=HOSTILE),
    "limit_out_of_range": BadField("limit", "out_of_range", value="1000", limit=100),
    "longest_field": BadField(LONG, "unknown", value=LONG, choices=(LONG,) * 100),
    "person_unknown": PersonUnknown("@nobody"),
    "resolved_next_update": AlreadyResolved("INC-42", "next_update"),
    **{f"channel_{why}": ChannelRefused("INC-42", why, "C0OWN00001") for why in CHANNEL_REASONS},
    "retrospective_unchanged": Unchanged("INC-42", "retrospective", ""),
    "retrospective_blank": BadField("retrospective", "blank", limit=3000),
    "resolved_channel": AlreadyResolved("INC-42", "channel"),
    "no_action_item": ActionItemRefused("INC-42", 7, "unknown", (1, 3)),
    "action_item_done": ActionItemRefused("INC-42", 2, "done"),
    "action_item_open": ActionItemRefused("INC-42", 2, "open", (2,)),
    "action_item_unchanged": ActionItemRefused("INC-42", 2, "unchanged", tuple(range(1, 101))),
    "person_nobody_on_call": PersonUnknown("@dba", "nobody_on_call", "responders"),
    "person_many_on_call": PersonUnknown("@dba", "many_on_call", "responders"),
    "person_deactivated": PersonUnknown("U0JONAS010", "deactivated"),
    "longest_person": PersonUnknown(LONG, LONG),
    "unknown_subcommand": UnknownSubcommand("/incident", "resovle", "resolve"),
    "unknown_subcommand_like_nothing": UnknownSubcommand("/incident", HOSTILE),
    "bad_option": BadOption("--sverity", "/incident create TITLE --severity S", "--severity"),
    "longest_option": BadOption(LONG, LONG, LONG),
    "missing_argument": MissingArgument("a person", "/incident assign INC-42 @user"),
    "key_reused": KeyReused("8f14e45f"),
    "effect_unknown": EffectRefused("8f14e45f", "unknown"),
    "effect_on_its_way": EffectRefused("8f14e45f", "in_flight"),
    "effect_longest": EffectRefused(LONG, LONG),
    "no_workspace": NoWorkspace(()),
    "several_workspaces": NoWorkspace(("T0ACME", "T0OTHER")),
    "no_such_event": EventNotFound("665f0c1e9b1d"),
    "hostile_event": EventNotFound(HOSTILE),
    "event_acknowledged": EventRefused("EVT-1042", EventStatus.ACKNOWLEDGED, "Ben Okafor", NOON),
    "event_over": EventRefused("EVT-1042", EventStatus.RESOLVED, "", NOON),
    "event_taken": EventTaken("EVT-1042", "INC-42"),
    "longest_event_taken": EventTaken(LONG, LONG),
    "not_permitted": NotPermitted("resolve", "actions", "viewer", ("admin", "operator"), ("U0ANA00001", "S0ONCALL01")),
    "nobody_is_permitted": NotPermitted("run_playbook", "either", "operator"),
    "longest_not_permitted": NotPermitted(LONG, "commands", LONG, (LONG,) * 100, (LONG,) * 100),
}
STORY = [
    replace(ENTRIES[name], seq=seq)
    for seq, name in enumerate(("created", "owner_invited", "acknowledged", "note", "title_changed", "resolved"), 1)
]
ANSWERS = {
    "created": answers.done(Did(OPEN, EntryKind.CREATED, created=True)),
    "created_and_posted": answers.done(Did(OPEN, EntryKind.CREATED, created=True), THREAD),
    "joined_an_existing_one": answers.done(Did(ACKNOWLEDGED), THREAD),
    "acknowledged": answers.done(Did(ACKNOWLEDGED, EntryKind.ACKNOWLEDGED), THREAD),
    "edited": answers.done(Did(ACKNOWLEDGED, EntryKind.TITLE_CHANGED, EntryKind.SEVERITY_CHANGED, EntryKind.NOTE)),
    "done_longest": answers.done(Did(LONGEST, *EntryKind), THREAD),
    "nothing_listed": answers.listing([], 0, url=lambda _: "", states=(State.OPEN, State.ACKNOWLEDGED)),
    "listed": answers.listing([OPEN, ACKNOWLEDGED, RESOLVED], 3, url=lambda _: THREAD),
    "listed_with_more": answers.listing(
        [OPEN, EMPTIEST] * 10, 1_000, url=lambda _: THREAD, states=(State.OPEN,), severity=Severity.HIGH, q="cpu"
    ),
    "listed_longest": answers.listing([LONGEST] * 20, 10**9, url=lambda _: THREAD, states=tuple(State), q=LONG),
    "shown": answers.show(
        RESOLVED, STORY, [Invitee("U0BEN00002", "owner of PROD-WEB-01")], ["EVT-1042", "EVT-1043"], THREAD
    ),
    "shown_emptiest": answers.show(EMPTIEST, [ENTRIES["created_by_hand"]]),
    "shown_longest": answers.show(
        LONGEST,
        [one for name, one in ENTRIES.items() if name.endswith("longest")],
        [Invitee(owner["id"], LONG) for owner in OWNERS],
        [LONG] * 100,
        THREAD,
    ),
    "shown_items": answers.show(RESOLVED, STORY, items=ITEMS),
    "shown_item": answers.show(RESOLVED, STORY[:1], items=[ITEM]),
    "action_items": action_list(RESOLVED, ITEMS[:4]),
    "action_items_none": action_list(OPEN, []),
    "action_items_longest": action_list(LONGEST, ITEMS),
    "moving": moving(OPEN),
    "archiving": archiving(OPEN),
    "channel_moved": in_channel(OWN, "moved", THREAD),
    "channel_moved_emptiest": in_channel(EMPTIEST, "moved", ""),
    "channel_resolved": in_channel(RESOLVED, "resolved", THREAD),
    "channel_resolved_not_made": in_channel(RESOLVED, "resolved", THREAD, made=False),
    "channel_reopened": in_channel(REOPENED, "reopened", ""),
    "channel_longest": in_channel(LONGEST, "moved", THREAD),
    "channel_hostile": in_channel(HOSTILE_ONE, "resolved", THREAD),
    "overview": overview(
        [
            (Listed(OPEN, ENTRIES["note"]), THREAD),
            (Listed(replace(ACKNOWLEDGED, next_update_at=NOON)), ""),
            (Listed(STAFFED, UPDATE), THREAD),
        ],
        3,
    ),
    "overview_nothing": overview([], 0),
    "overview_longest": overview(
        [(Listed(LONGEST, replace(UPDATE, data={"text": LONG, "update": True})), LONG)] * 20, 999
    ),
    "overview_hostile": overview([(Listed(HOSTILE_ONE, replace(UPDATE, data={"text": HOSTILE})), HOSTILE)], 1),
    "on_call": on_call_answer(
        [
            Duty("@oncall", ("U0ANA00001",), until=NOON, after="U0BEN00002", source="schedule"),
            Duty("@dba", ("U0ANA00001", "U0BEN00002"), group="S0DBA00001", source="group"),
            Duty("@empty", group="S0DBA00001", source="group"),
            Duty("@gone", unknown=("@gnoe",)),
            Duty("@web", source="nopesight"),
        ]
    ),
    "on_call_nobody_set": on_call_answer([]),
    "on_call_longest": on_call_answer([Duty(f"@{LONG}", (LONG,) * 100, until=NOON, after=LONG)] * 100),
    "on_call_hostile": on_call_answer([Duty(HOSTILE, (HOSTILE,), unknown=(HOSTILE,), after=HOSTILE, until=NOON)]),
    "help": help_incident(frozenset(Right), [OPEN, ACKNOWLEDGED, HOSTILE_ONE, LONGEST], 12),
    "help_viewer": help_incident({Right.LIST, Right.SHOW, Right.HELP}),
    "help_nobody": help_incident(set()),
    "help_mention": answers.help_mention(),
}
SAID = SaidMessage("C0GENERAL01", "1737374500.000100", "Is the shop slow?", "U0BEN00002", "ben", THREAD)
CAPTURED = {
    "added": captured(OPEN, THREAD, new=True),
    "again": captured(LONGEST, THREAD, new=False),
    "hostile": captured(HOSTILE_ONE, f"javascript:{HOSTILE}", new=True),
    "nothing_to_add_to": nothing_to_add_to(),
    "made_already": made_already(OPEN, ""),
    "made_already_longest": made_already(LONGEST, THREAD),
}
MANY = tuple(replace(LONGEST, number=n) for n in range(1, 61))
UNSERVED = {
    "form_missed": unserved.form_missed("/incident create TITLE"),
    "button_unknown": unserved.button_unknown(),
    "command_unknown": unserved.command_unknown(HOSTILE),
    "not_for_you": unserved.not_for_you(),
}
_TOOK = Times(90, 12, 754.5, 301.25, 5_400.0)
_FIGURES = Figures(102, 7, 5, 90, 9, 0.1, _TOOK, Times(90, 12, 90_000.0, 4_000.0, None), Times(0, 102))
_EARLIER = replace(_FIGURES, created=98, mtta=replace(_TOOK, median=240.0), mttr=replace(_TOOK, median=9_000.0))
_PERIOD = Period("30d", NOON - timedelta(days=30), NOON)
_BY_SEVERITY = {severity.value: _FIGURES if severity is Severity.HIGH else Figures() for severity in Severity}
_STATS = Statistics(_PERIOD, _FIGURES, _EARLIER, _BY_SEVERITY)
_LINES = (
    well("slack.token", "Slack takes the bot token."),
    unused("slack.socket", "There is no app token."),
    doubtful("slack.mention @oncall", "Nobody is called so.", "Correct the name."),
    failing("effects.parked", "1 effect is given up: no reason told.", "Replay it."),
)
DOCTOR = {
    "looking": looking(),
    "emptiest": checkup(()),
    "well": checkup(_LINES[:2]),
    "doubtful": checkup(_LINES[:3]),
    "failing": checkup(_LINES),
    "longest": checkup([replace(_LINES[3], sentence=HOSTILE * 20, remedy=HOSTILE * 20, workspace="T0ACME")] * 60),
}
STATS = {
    "full": statistics(_STATS),
    "by_person": statistics(
        replace(_STATS, by=GroupBy.PERSON, groups={"U0ANA00001": _FIGURES, "Ann at NopeSight": _FIGURES})
    ),
    "by_nothing_known": statistics(replace(_STATS, by=GroupBy.TEAM)),
    "emptiest": statistics(Statistics(replace(_PERIOD, name="2026-01-01/2026-01-31"), Figures(), Figures(), {})),
    "longest": statistics(
        replace(_STATS, by=GroupBy.CI, groups={f"{n} {LONG}": _FIGURES for n in range(50)}, more_groups=1000)
    ),
    "hostile": statistics(replace(_STATS, by=GroupBy.SERVICE, groups={HOSTILE: _FIGURES})),
    "definitions": definitions(),
}
_DRILL = replace(OPEN, drill=True)
DRILLS = {
    "card": card(_DRILL),
    "begun": entry(_DRILL, an_entry(EntryKind.CREATED, severity="critical", drill=True)),
    "escalated": entry(_DRILL, an_entry(EntryKind.ESCALATED, step=1, of=1, people=[ANA.id])),
    "invitation": invitation(_DRILL, "owner of PROD-WEB-01", THREAD),
    "reminder": reminder(_DRILL, an_entry(EntryKind.REMINDER, about="unacknowledged", minutes=5), THREAD),
    "digest": digest([(_DRILL, THREAD), (replace(OPEN, number=43), "")]),
    "list": answers.listing([_DRILL], 1, url=lambda _: THREAD),
}
MESSAGES: dict[str, Message] = (
    {f"card_{name}": message for name, message in CARDS.items()}
    | {f"drill_{name}": message for name, message in DRILLS.items()}
    | {"alarm": alarm("Acme", "token_revoked"), "alarm_hostile": alarm(HOSTILE, HOSTILE)}
    | {"card_text_open": card_text(OPEN), "card_text_longest": card_text(LONGEST)}
    | {f"digest_{name}": message for name, message in DIGESTS.items()}
    | {f"entry_{name}": message for name, message in REPLIES.items()}
    | {f"reminder_{name}": message for name, message in REMINDERS.items()}
    | {f"invitation_{name}": message for name, message in INVITATIONS.items()}
    | {f"refusal_{name}": refusal(refused) for name, refused in REFUSED.items()}
    | {f"answer_{name}": message for name, message in ANSWERS.items()}
    | {f"capture_{name}": message for name, message in CAPTURED.items()}
    | {f"stats_{name}": message for name, message in STATS.items()}
    | {f"doctor_{name}": message for name, message in DOCTOR.items()}
    | {f"doctor_{name}": message for name, message in DOCTOR.items()}
    | {f"unserved_{name}": message for name, message in UNSERVED.items()}
)
VIEWS: dict[str, dict[str, Any]] = {
    "incident_emptiest": modals.incident_modal(),
    "incident_from_event": modals.incident_modal(
        title=OPEN.title,
        description=OPEN.description,
        severity=Severity.CRITICAL,
        assignee=ANA.id,
        cis=OPEN.cis,
        event_id="665f0c1e9b1d",
        also={"channel": "C0ALERTS01"},
    ),
    "incident_drill": modals.incident_modal(title="The shop is down", drill=True),
    "incident_longest": modals.incident_modal(
        title=LONG, description=LONG, assignee=LONG, cis=[*LONGEST.cis, CiRef("", "typed"), CiRef(LONG, "x")] * 2
    ),
    "incident_hostile": modals.incident_modal(title=HOSTILE, description=HOSTILE, assignee=HOSTILE),
    "resolve": modals.resolve_modal(ACKNOWLEDGED),
    "resolve_longest": modals.resolve_modal(LONGEST),
    "update": modals.update_modal(ACKNOWLEDGED),
    "update_emptiest": modals.update_modal(EMPTIEST),
    "correct": correct_modal(RESOLVED),
    "correct_emptiest": correct_modal(EMPTIEST),
    "retrospective": retrospective_modal(Story(RESOLVED, STORY, names={ANA.id: "Ana"})),
    "retrospective_again": retrospective_modal(
        Story(RESOLVED, [*STORY, replace(ENTRIES["retrospective"], seq=7)], names={ANA.id: "Ana"})
    ),
    "retrospective_longest": retrospective_modal(
        Story(LONGEST, [replace(ENTRIES["escalated"], seq=seq) for seq in range(1, 200)])
    ),
    "retrospective_emptiest": retrospective_modal(Story(EMPTIEST, [])),
    "action": action_modal(OPEN),
    "action_of_one": action_modal(OPEN, ITEM),
    "action_longest": action_modal(LONGEST, replace(ITEM, number=100, text="x" * 1000, assignee=LONG)),
    "action_hostile": action_modal(HOSTILE_ONE, replace(ITEM, text=HOSTILE, assignee=HOSTILE)),
    "channel": channel_modal(OPEN),
    "channel_longest": channel_modal(LONGEST),
    "people": people_modal(STAFFED),
    "people_emptiest": people_modal(EMPTIEST),
    "people_on_call": people_modal(STAFFED, [f"@{'x' * 70}{number}" for number in range(200)]),
    "update_on_call": modals.update_modal(ACKNOWLEDGED, ("@dba", "@web")),
    "capture": capture_modal(SAID, [OPEN]),
    "capture_longest": capture_modal(
        replace(SAID, text=LONG, author_name=LONG[:80]), [replace(LONGEST, number=n) for n in range(1, 103)]
    ),
    "capture_hostile": capture_modal(replace(SAID, text=HOSTILE, author=HOSTILE, author_name=HOSTILE), [HOSTILE_ONE]),
    "capture_wordless": capture_modal(replace(SAID, text=""), [OPEN, EMPTIEST]),
    "home": home(
        HomeFacts(ANA.id, (ACKNOWLEDGED,), (replace(OPEN, number=43),), 2, (RESOLVED,), NOON), lambda _: THREAD
    ),
    "preferences": preferences_modal(PREFERRED, "Europe/Berlin"),
    "preferences_unless_said": preferences_modal(Preferences(), ""),
    "home_preferring": home(HomeFacts(ANA.id, preferences=PREFERRED), lambda _: ""),
    "home_empty": home(HomeFacts(ANA.id, since=NOON), lambda _: ""),
    "home_longest": home(
        HomeFacts(ANA.id, MANY[:30], MANY[30:], 10**9, MANY, NOON - timedelta(days=1)), lambda _: THREAD
    ),
    "home_hostile": home(HomeFacts(ANA.id, (HOSTILE_ONE,), (), 1), lambda _: f"javascript:{HOSTILE}"),
    "home_items": home(
        HomeFacts(ANA.id, items=((RESOLVED, ITEM), (HOSTILE_ONE, ITEMS[3])), items_total=2), lambda _: THREAD
    ),
    "home_fullest": home(
        HomeFacts(
            *(ANA.id, MANY[:30], MANY[30:], 10**9, MANY, NOON - timedelta(days=1)),
            items=tuple((LONGEST, item) for item in ITEMS[:20]),
            items_total=99,
        ),
        lambda _: THREAD,
    ),
    "home_refused": home_refused(NotPermitted("view", "actions", "guest", ("viewer",), ("U0ANA00001",))),
    "refusal": modals.refusal_modal(REFUSED["acknowledged_already"]),
    "refusal_longest": modals.refusal_modal(REFUSED["longest_field"]),
}


@pytest.fixture
def approved(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_reads_as_approved(name: str, approved: SnapshotAssertion) -> None:
    message = MESSAGES[name]
    assert {"text": str(message.text), "blocks": list(message.blocks)} == approved


@pytest.mark.parametrize("name", VIEWS)
def test_a_modal_looks_as_approved(name: str, approved: SnapshotAssertion) -> None:
    assert VIEWS[name] == approved


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_the_message(name: str) -> None:
    check_message(MESSAGES[name])


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_the_message_without_its_blocks(name: str) -> None:
    fallback = plain(MESSAGES[name])
    assert fallback.blocks == ()
    check_message(fallback)


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_the_modal(name: str) -> None:
    check_view(VIEWS[name])


# A refusal tells what to type, or begins a sentence with what to do.
NEXT_STEP = re.compile(
    r"`[/@a-z-][^`]*`|(?:^|[.:?] )(?:Ask|Choose|Give|Name|Say|Send|Set|Try|Type|Use) |write at least|goes like|Shorten"
)


@pytest.mark.parametrize("name", REFUSED)
def test_every_refusal_tells_the_next_step(name: str) -> None:
    assert NEXT_STEP.search(refusal(REFUSED[name]).text)


def test_every_kind_of_entry_and_of_refusal_has_an_example_here() -> None:
    assert {one.kind for one in ENTRIES.values()} == set(EntryKind)
    assert {type(refused) for refused in REFUSED.values()} == set(get_args(Refusal))


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_reads_as_words_in_a_terminal(name: str) -> None:
    said = words(refusal(REFUSED[name]).text)
    assert said.strip()
    assert "<!date" not in said
    assert "`" not in said
