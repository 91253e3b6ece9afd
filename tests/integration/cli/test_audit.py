"""`incidentbot audit …`."""

import json

import sqlalchemy as sa

from tests.databases import connected
from tests.integration.cli.conftest import Terminal


def _after_a_change(terminal: Terminal) -> Terminal:
    terminal.run("incidents", "create", "Checkout is slow")
    terminal.run("incidents", "ack", "INC-1")
    return terminal


def _head(terminal: Terminal) -> str:
    *_, last = terminal.run("audit", "export").out.splitlines()
    head: str = json.loads(last)["head"]
    return head


def test_an_export_has_a_line_a_row_and_ends_with_the_head(terminal: Terminal) -> None:
    lines = [json.loads(line) for line in _after_a_change(terminal).run("audit", "export").out.splitlines()]
    assert [line.get("action") for line in lines] == ["create", "acknowledge", None]
    assert lines[0]["surface"] == "cli"
    assert lines[-1]["head"] == f"T0ACME:2:{lines[1]['hash']}"


def test_a_chain_that_is_whole_ends_with_zero(terminal: Terminal) -> None:
    answer = _after_a_change(terminal).run("audit", "verify", "--anchor", _head(terminal))
    assert answer.code == 0
    assert terminal.run("audit", "verify", "--json").json == {"heads": [_head(terminal)], "broken": []}


def test_a_broken_chain_ends_with_one_and_names_the_row(terminal: Terminal) -> None:
    _after_a_change(terminal)
    with connected(terminal.environ["DATABASE_URL"]) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text("DROP TRIGGER audit_log_no_update"))
        else:
            connection.execute(sa.text("ALTER TABLE audit_log DISABLE TRIGGER ALL"))
        connection.execute(sa.text("UPDATE audit_log SET action = 'resolve' WHERE seq = 2"))
        connection.commit()
    answer = terminal.run("audit", "verify")
    assert answer.code == 1
    assert "row 2" in answer.out


def test_what_is_no_end_of_a_chain_is_said_to_be_none(terminal: Terminal) -> None:
    assert terminal.run("audit", "verify", "--anchor", "T0ACME").code == 1


def test_somebody_s_data_is_taken_out(terminal: Terminal) -> None:
    _after_a_change(terminal)
    assert terminal.run("audit", "erase-person", "U0BEN").code == 0
    assert "Ben Okafor" not in terminal.run("permissions", "explain", "@Ben Okafor", "ack").out
    assert terminal.run("audit", "verify").code == 0


def test_a_name_is_not_enough_to_erase_somebody(terminal: Terminal) -> None:
    answer = _after_a_change(terminal).run("audit", "erase-person", "Ben Okafor")
    assert answer.code == 1
    assert answer.err
