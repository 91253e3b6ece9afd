"""/incident, as people type it and as Slack delivers it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.domain.lifecycle import State
from incidentbot.domain.refusals import BadField, BadOption, MissingArgument, Refusal, UnknownSubcommand
from incidentbot.domain.roles import IncidentRole
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import GroupBy
from incidentbot.slack.slash_commands.commands import (
    Acknowledge,
    ActionAdded,
    ActionChanged,
    ActionDone,
    ActionReopened,
    Assign,
    Channel,
    Create,
    HandOver,
    Help,
    Invite,
    Leave,
    List,
    Note,
    OnCall,
    People,
    Reopen,
    Resolve,
    Retrospective,
    Show,
    SlashCommand,
    Stats,
    TakeRole,
    Target,
    Unacknowledge,
    Update,
)
from incidentbot.slack.slash_commands.parse import ALIASES, USAGE, parse_incident
from incidentbot.slack.typed_text import PersonTyped

UNRESOLVED = (State.OPEN, State.ACKNOWLEDGED)
ANA = PersonTyped("U0ANA", "ana")

UNDERSTOOD: dict[str, SlashCommand] = {
    "role INC-1 commander <@U0ANA|ana>": TakeRole("INC-1", IncidentRole.COMMANDER, ANA),
    "role Scribe me": TakeRole("", IncidentRole.SCRIBE, mine=True),
    "role 7 communications none": TakeRole("7", IncidentRole.COMMUNICATIONS),
    "people INC-1": People("INC-1"),
    "handover INC-1 <@U0ANA|ana> the vendor calls back at 4": HandOver("INC-1", ANA, "the vendor calls back at 4"),
    "handoff <@U0ANA|ana>": HandOver("", ANA),
    "leave": Leave(),
    "": Help(),
    "   ": Help(),
    "help": Help(),
    "HELP": Help(),
    "stats": Stats(),
    "oncall": OnCall(),
    "channel": Channel(),
    "channel INC-1": Channel("INC-1"),
    "channel INC-1 <#C0OPS00001|ops>": Channel("INC-1", "C0OPS00001"),
    "channel <#C0OPS00001|ops>": Channel("", "C0OPS00001"),
    "oncall @DBA": OnCall("DBA"),
    "stats 30d": Stats("30d"),
    "stats by ci": Stats("7d", GroupBy.CI),
    "STATS 2026-01-01/2026-01-31 BY Person": Stats("2026-01-01/2026-01-31", GroupBy.PERSON),
    "create": Create(),
    "create DB down": Create("DB down"),
    "new DB down": Create("DB down"),
    'create "DB down"': Create("DB down"),
    "create “DB down”": Create("DB down"),
    "create DB “primary” down": Create("DB “primary” down"),
    "create DB down --severity critical": Create("DB down", Severity.CRITICAL),
    "create DB down --severity=Critical": Create("DB down", Severity.CRITICAL),
    "create DB down —severity critical": Create("DB down", Severity.CRITICAL),
    "create DB down --SEVERITY LOW": Create("DB down", Severity.LOW),
    "create --severity low DB down": Create("DB down", Severity.LOW),
    "create DB --severity low down": Create("DB down", Severity.LOW),
    "create DB down --severity low --severity medium": Create("DB down", Severity.MEDIUM),
    "create --severity critical": Create("", Severity.CRITICAL),
    "create DB down --ci PROD-DB-01": Create("DB down", cis=("PROD-DB-01",)),
    'create DB down --ci "Main DB" --ci=PROD-WEB-01 --ci=“a b”': Create(
        "DB down", cis=("Main DB", "PROD-WEB-01", "a b")
    ),
    "create DB down --ci X --ci X": Create("DB down", cis=("X",)),
    "create DB down --assign <@U0ANA|ana>": Create("DB down", assignee=ANA),
    "create DB down --assign @ana": Create("DB down", assignee=PersonTyped(name="ana")),
    'create "see --severity in the log"': Create("see --severity in the log"),
    "create DB down — again": Create("DB down — again"),
    "create DB down -- again": Create("DB down -- again"),
    "create 5\" disk can't spin": Create("5\" disk can't spin"),
    'create "unfinished': Create('"unfinished'),
    "create &lt;!channel&gt; &amp;lt; down": Create("<!channel> &lt; down"),
    "create <!here> &amp; <#C1|general> <https://a.example|a.example> <@U0BEN|ben>": Create(
        "@here & #general https://a.example @ben"
    ),
    "create \u202eevil\u200b": Create("evil"),
    "create 🔥 مرحبا": Create("🔥 مرحبا"),
    "action INC-1 add Test the backup <@U0ANA|ana> --due 2w": ActionAdded("INC-1", "Test the backup", ANA, "2w"),
    "action done #2": ActionDone("", 2),
    "retro INC-1 edit": Retrospective("INC-1", edit=True),
    "action INC-1 reopen 2": ActionReopened("INC-1", 2),
    "action INC-1 change 2": ActionChanged("INC-1", 2),
    "action INC-1 change 2 Test them all <@U0ANA|ana>": ActionChanged("INC-1", 2, "Test them all", ANA),
    "action INC-1 change 2 none --due none": ActionChanged("INC-1", 2, None, "", ""),
    'action INC-1 change 2 "none" --due 3d': ActionChanged("INC-1", 2, "none", None, "3d"),
    "ack": Acknowledge(),
    "ack INC-42": Acknowledge("INC-42"),
    "acknowledge inc-42": Acknowledge("inc-42"),
    "ack 42": Acknowledge("42"),
    "ack nonsense": Acknowledge("nonsense"),
    "unack INC-42": Unacknowledge("INC-42"),
    "unacknowledge": Unacknowledge(),
    "resolve": Resolve(),
    "resolve INC-42": Resolve(Target("INC-42")),
    "close INC-42 replaced the disk": Resolve(Target("INC-42", "replaced the disk")),
    "resolve replaced the disk": Resolve(Target(text="replaced the disk")),
    "resolve 3 disks replaced": Resolve(Target("3", "disks replaced", doubtful=True)),
    "resolve INC-42 ran rm --force “twice”": Resolve(Target("INC-42", "ran rm --force “twice”")),
    "resolve INC-42   two  blanks": Resolve(Target("INC-42", "two  blanks")),
    "reopen INC-42 came back": Reopen(Target("INC-42", "came back")),
    "reopen 42": Reopen(Target("42", doubtful=True)),
    "update": Update(),
    "update INC-42": Update(Target("INC-42")),
    "update INC-42 still at it": Update(Target("INC-42", "still at it")),
    "update INC-42 --severity low": Update(Target("INC-42"), Severity.LOW),
    "update --severity low": Update(severity=Severity.LOW),
    "update INC-42 worse --severity critical --title DB and cache down": Update(
        Target("INC-42", "worse"), Severity.CRITICAL, "DB and cache down"
    ),
    'update INC-42 --title "DB and cache" worse': Update(Target("INC-42", "worse"), title="DB and cache"),
    "update INC-42 --title=“DB and cache” worse": Update(Target("INC-42", "worse"), title="DB and cache"),
    "update INC-42 --title DB down --severity low": Update(Target("INC-42"), Severity.LOW, "DB down"),
    "note INC-42 looking": Note(Target("INC-42", "looking")),
    "note looking": Note(Target(text="looking")),
    "note 3 of 4 back": Note(Target("3", "of 4 back", doubtful=True)),
    "note 3": Note(Target("3", doubtful=True)),
    'note "3 of 4 back"': Note(Target(text="3 of 4 back")),
    "note INC-42 <@U0BEN|ben> has it": Note(Target("INC-42", "@ben has it")),
    "note INC-42 two\nlines": Note(Target("INC-42", "two\nlines")),
    "assign INC-42 <@U0ANA|ana>": Assign("INC-42", ANA),
    "assign <@U0ANA|ana>": Assign("", ANA),
    "assign 42 ana": Assign("42", PersonTyped(name="ana")),
    "assign <@U0ANA>": Assign("", PersonTyped("U0ANA")),
    "invite INC-42 <@U0ANA|ana> @ben": Invite("INC-42", (ANA, PersonTyped(name="ben"))),
    "invite <@U0ANA|ana> <@U0ANA|ana>": Invite("", (ANA,)),
    "list": List(UNRESOLVED),
    "list open": List((State.OPEN,)),
    "list all critical": List(tuple(State), Severity.CRITICAL),
    "list critical resolved": List((State.RESOLVED,), Severity.CRITICAL),
    "list HIGH": List(UNRESOLVED, Severity.HIGH),
    "show INC-42": Show("INC-42"),
    "show": Show(),
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_is_typed_is_understood(text: str) -> None:
    assert parse_incident(text) == UNDERSTOOD[text]


REFUSED: dict[str, Refusal] = {
    "frobnicate": UnknownSubcommand("/incident", "frobnicate", ""),
    "acknowlege 3": UnknownSubcommand("/incident", "acknowlege", "acknowledge"),
    "crate DB down": UnknownSubcommand("/incident", "crate", "create"),
    "&lt;!channel&gt;": UnknownSubcommand("/incident", "<!channel>", "channel"),
    "create DB down --sverity high": BadOption("--sverity", USAGE["create"], "--severity"),
    "create DB down --title x": BadOption("--title", USAGE["create"], ""),
    "create DB down --severity": MissingArgument("a value for --severity", USAGE["create"]),
    "create DB down --severity --ci X": MissingArgument("a value for --severity", USAGE["create"]),
    'create DB down --ci ""': MissingArgument("a value for --ci", USAGE["create"]),
    "create DB down --severity urgent": BadField(
        "severity", "unknown", "urgent", choices=("critical", "high", "medium", "low")
    ),
    "ack INC-42 now": BadOption("now", USAGE["ack"]),
    "update INC-42 --assign @ana": BadOption("--assign", USAGE["update"], ""),
    "note": MissingArgument("a text", USAGE["note"]),
    "note INC-42": MissingArgument("a text", USAGE["note"]),
    "assign": MissingArgument("a person", USAGE["assign"]),
    "assign INC-42": MissingArgument("a person", USAGE["assign"]),
    "assign INC-42 @ana @ben": BadOption("@ben", USAGE["assign"]),
    "invite INC-42": MissingArgument("a person", USAGE["invite"]),
    "invite INC-42 --now": BadOption("--now", USAGE["invite"]),
    "channel INC-1 #nowhere": BadField("channel", "unknown", value="#nowhere"),
    "channel INC-1 <#C0OPS00001|ops> now": BadOption("now", USAGE["channel"]),
    "oncall dba web": BadOption("web", USAGE["oncall"]),
    "stats 30d ci": BadOption("ci", USAGE["stats"]),
    "stats by cis": BadOption("cis", USAGE["stats"], "ci"),
    "stats 30d by ci now": BadOption("now", USAGE["stats"]),
    "stats by": MissingArgument("what to tell apart by", USAGE["stats"]),
    "list opened": BadOption("opened", USAGE["list"], "open"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_understood_is_refused_with_the_nearest_valid_form(text: str) -> None:
    assert parse_incident(text) == REFUSED[text]


def test_more_cis_than_a_form_could_hold_are_refused() -> None:
    refused = parse_incident("create DB down " + " ".join(f"--ci ci{number}" for number in range(101)))
    assert refused == BadField("cis", "out_of_range", limit=100)


def test_a_title_of_any_length_is_passed_on_for_the_use_case_to_judge() -> None:
    assert parse_incident("create " + "x" * 5000) == Create("x" * 5000)


def test_every_usage_that_is_offered_begins_with_a_subcommand_that_exists() -> None:
    for name, usage in USAGE.items():
        assert usage.split()[:2] == ["/incident", name]
    assert set(ALIASES.values()) <= set(USAGE)


words = (*USAGE, *ALIASES, "INC-1", "7", "--severity", "--ci", "--title", "--assign=", "—severity=", "high")
marks = ('"', "“", "<@U0ANA|ana>", "<@U0ANA>", "@ben", "<!here>", "&lt;", "\n", "\u202e", "\x00", "\ud800")
pieces = st.sampled_from((*words, *marks))


@given(st.text() | st.lists(pieces | st.text(max_size=8), max_size=12).map(" ".join))
def test_whatever_is_typed_is_a_command_or_a_refusal(text: str) -> None:
    first, second = parse_incident(text), parse_incident(text)
    assert isinstance(first, SlashCommand | Refusal)
    assert first == second


@given(
    st.lists(st.sampled_from(("a", "(", '"', "--x", "=", "<@", " ", "—")), max_size=4).map("".join),
    st.integers(1, 2000),
)
def test_reading_takes_time_in_proportion_to_the_length(piece: str, times: int) -> None:
    parse_incident("create " + piece * times)
