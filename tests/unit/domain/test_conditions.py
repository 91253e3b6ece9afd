from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidentbot.domain.conditions import DEEPEST, LONGEST, ConditionError, evaluate, explain, fields_of, parse
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.severity import Severity

NOW = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)
EVENT = MonitoringEvent(
    source="nopesight",
    event_id="665f0c1e9b1d",
    title="Disk nearly full on PROD-DB-01",
    severity=Severity.HIGH,
    status=EventStatus.OPEN,
    occurred_at=NOW,
    updated_at=NOW,
    category="capacity",
    origin="Zabbix",
    service="Web Shop",
    environment="production",
    hostname="prod-db-01.example.com",
    correlation_id="1042",
    cis=(CiRef("1", "PROD-DB-01", "database"), CiRef("2", "PROD-WEB-01", "virtual_machine")),
    tags=("customer-facing", "Tier 1"),
)


def holds(condition: str, event: MonitoringEvent = EVENT) -> bool:
    return evaluate(parse(condition), fields_of(event))


@pytest.mark.parametrize(
    "condition",
    (
        "severity == 'high'",
        'severity == "HIGH"',
        "severity == 'major'",
        "severity >= 'medium'",
        "severity < 'critical'",
        "'low' < severity",
        "severity != 'critical'",
        "severity in ['critical', 'high']",
        "status == 'open'",
        "status == 'new'",
        "environment == 'Production'",
        "source == 'zabbix'",
        "application == 'web shop' and service == 'web shop'",
        "ci_type == 'server' OR ci_type == 'database'",
        "ci_type == 'Virtual Machine'",
        "ci_name == 'prod-web-01'",
        "'customer-facing' in tags",
        "'tier 1' IN tags AND NOT 'tier 2' in tags",
        "tags in ['tier 1', 'tier 2']",
        "'tier' not in tags",
        "'disk' in title",
        "'internal' not in title",
        "correlation_id == 1042",
        "correlation_id > 1041.5",
        "correlation_id <= 1042",
        "title != 5",
        "severity not in ['low']",
        "not (severity == 'low' or status == 'resolved')",
        "severity == 'low' and status == 'open' or category == 'capacity'",
        "department == ''",
    ),
)
def test_a_condition_that_the_event_meets(condition: str) -> None:
    assert holds(condition)
    assert not holds(f"NOT ({condition})")


def test_a_comparison_over_several_cis_holds_if_any_of_them_meets_it() -> None:
    assert holds("ci_type == 'database' AND ci_type != 'database'")
    assert not holds("ci_type not in ['database']")


def test_nothing_holds_of_values_that_are_not_there() -> None:
    bare = replace(EVENT, cis=(), tags=())
    for condition in ("ci_type == 'server'", "ci_type != 'server'", "'a' in tags", "ci_name < 'z'"):
        assert not holds(condition, bare)


def test_and_binds_closer_than_or() -> None:
    assert holds("severity == 'high' OR severity == 'low' AND status == 'resolved'")
    assert not holds("(severity == 'high' OR severity == 'low') AND status == 'resolved'")


def test_quotes_and_backslashes_in_a_text() -> None:
    event = replace(EVENT, title=r"it's C:\new \"x\"")
    assert holds(r"""title == 'it\'s C:\new \\"x\\"'""", event)


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    (
        ("severity = 'critical'", 1, 10, "==, !=, <, >, <= or >="),
        ("severity == 'critcal'", 1, 13, "critical"),
        ("severity == 5", 1, 13, "critical"),
        ("severity ==", 1, 12, "a text in quotes"),
        ("status == 'opened'", 1, 11, "open"),
        ("status < 'resolved'", 1, 1, "=="),
        ("severity == 'high' AND\n  sevrity == 'low'", 2, 3, "severity"),
        ("", 1, 1, "a field"),
        ("title == 'unfinished", 1, 10, "a text in quotes"),
        ("title in []", 1, 11, "a text in quotes"),
        ("(title == 'a'", 1, 14, ")"),
        ("'crit' in severity", 1, 11, "severity == 'crit'"),
        ("title", 1, 6, "in"),
    ),
)
def test_an_error_says_where_it_is_and_what_could_stand_there(text: str, line: int, column: int, expected: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert expected in caught.value.expected


@pytest.mark.parametrize(
    "text",
    (
        "__class__",
        "__import__('os')",
        "().__mro__",
        "''.__class__ == 'a'",
        "title.__class__ == 'str'",
        "title.upper() == 'A'",
        "9**9**9",
        "title == 'a' * 1000000",
        "title == f'{x}'",
        "lambda: title == 'a'",
        "[x for x in tags]",
        "title == 'a'; title == 'b'",
        "title == {{7*7}}",
        "title == ${7*7}",
        "title =~ '(a+)+$'",
        "eval('1') == 1",
        "tags[0] == 'a'",
        "True",
        "title == title",
        "1 == 1",
        "severity == 'high' -- x",
        "title == 'a'\x00",
        "ti\u200btle == 'a'",
        "title == 1e308",
        "title == 0x10",
        "title == 1234567890123456789",
        "not",
        "not not not",
        "title == 'a' and and title == 'b'",
    ),
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse(text)


def test_length_and_nesting_are_bounded() -> None:
    test = "title == 'a'"
    nested = DEEPEST - 1
    assert evaluate(parse("(" * nested + test + ")" * nested), {"title": "a"})
    for text in ("(" * DEEPEST + test + ")" * DEEPEST, "NOT " * DEEPEST + test, "(" * 500, test + " " * LONGEST):
        with pytest.raises(ConditionError):
            parse(text)


def test_an_explanation_shows_every_part_with_what_it_saw() -> None:
    explained = explain(parse("severity == 'critical' AND (ci_type == 'server' OR 'tier 1' in tags)"), fields_of(EVENT))
    assert not explained.result
    severity, either = explained.parts
    assert (severity.text, severity.values, severity.result) == ("severity == 'critical'", ("high",), False)
    assert either.result
    assert [(part.values, part.result) for part in either.parts] == [
        (("database", "virtual_machine"), False),
        (("customer-facing", "Tier 1"), True),
    ]
