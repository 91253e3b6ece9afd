"""Incidents from a terminal: the same use cases, the same refusals, for people and for programs."""

import pytest

from incidentbot.domain.people import Actor, Source
from incidentbot.queries import timeline
from incidentbot.store import Store
from incidentbot.usecases import Cause, acknowledge, add_note
from tests.integration.cli.conftest import INSTALLED, OTHER_TEAM, TEAM, Terminal


def states(terminal: Terminal, *options: str) -> dict[str, str]:
    return {one["ref"]: one["state"] for one in terminal.run("incidents", "list", "--json", *options).json["items"]}


def test_an_incident_lives_its_life_from_a_terminal(terminal: Terminal, store: Store) -> None:
    for words in (
        ("create", "Checkout", "is", "slow", "--severity", "critical"),
        ("ack", "INC-1"),
        ("note", "inc-1", "Restarting", "it"),
        ("resolve", "1", "Restarted"),
        ("reopen", "INC-1", "Still slow"),
    ):
        answer = terminal.run("incidents", *words)
        assert (answer.code, "INC-1" in answer.out) == (0, True), answer
    kinds = [entry.kind.value for entry in timeline(store, TEAM.team_id, 1).items]
    assert kinds == ["created", "acknowledged", "note", "resolved", "reopened"]
    assert {entry.actor.source for entry in timeline(store, TEAM.team_id, 1).items} == {Source.CLI}


def test_what_was_created_answers_in_the_shape_of_the_rest_api(terminal: Terminal) -> None:
    created = terminal.run("incidents", "create", "Checkout is slow", "--ci", "Checkout", "--json").json
    assert (
        created.items()
        >= {
            "ref": "INC-1",
            "state": "open",
            "severity": "high",
            "title": "Checkout is slow",
            "version": 1,
            "allowed": ["acknowledge", "resolve"],
        }.items()
    )
    assert created == terminal.run("incidents", "list", "--json").json["items"][0]


@pytest.mark.parametrize(
    ("words", "code"),
    (
        (("ack", "INC-7"), "incident_not_found"),
        (("show", "nonsense"), "incident_not_found"),
        (("export", "INC-7"), "incident_not_found"),
        (("reopen", "INC-1"), "transition_refused"),
        (("note", "INC-1", " "), "bad_field"),
        (("create", " "), "bad_field"),
        (("create", "x" * 251), "bad_field"),
        (("list", "--cursor", "nonsense"), "bad_field"),
    ),
)
def test_what_is_refused_says_so_and_ends_with_1(terminal: Terminal, words: tuple[str, ...], code: str) -> None:
    terminal.run("incidents", "create", "Checkout is slow")
    told = terminal.run("incidents", *words)
    assert told.code == 1
    assert told.err.strip()
    assert not told.out
    refused = terminal.run("incidents", *words, "--json")
    assert refused.code == 1
    assert refused.json["error"]["code"] == code


def test_a_refused_transition_says_who_moved_it_and_what_is_legal(terminal: Terminal, store: Store) -> None:
    terminal.run("incidents", "create", "Checkout is slow")
    acknowledge(store, Cause(TEAM.team_id, "k", Actor(Source.SLACK, "U0BEN", "ben"), "button"), "INC-1")
    details = terminal.run("incidents", "ack", "INC-1", "--json").json["error"]["details"]
    assert details["by"]["id"] == "U0BEN"
    assert details["state"] == "acknowledged"
    assert set(details["allowed"]) == {"resolve", "unacknowledge"}


def test_a_list_is_of_what_is_unresolved_unless_asked(terminal: Terminal) -> None:
    for title in ("One", "Two", "Three"):
        terminal.run("incidents", "create", title)
    terminal.run("incidents", "ack", "INC-2")
    terminal.run("incidents", "resolve", "INC-3")
    assert states(terminal) == {"INC-2": "acknowledged", "INC-1": "open"}
    assert states(terminal, "--state", "all").keys() == {"INC-1", "INC-2", "INC-3"}
    assert states(terminal, "--state", "resolved") == {"INC-3": "resolved"}
    assert states(terminal, "--search", "two").keys() == {"INC-2"}


def test_a_long_list_comes_in_pages(terminal: Terminal) -> None:
    for title in ("One", "Two", "Three"):
        terminal.run("incidents", "create", title)
    first = terminal.run("incidents", "list", "--limit", "2", "--json").json
    rest = terminal.run("incidents", "list", "--limit", "2", "--cursor", first["next_cursor"], "--json").json
    assert [one["ref"] for one in (*first["items"], *rest["items"])] == ["INC-3", "INC-2", "INC-1"]
    assert rest["next_cursor"] == ""
    assert "INC-3" in terminal.run("incidents", "list", "--limit", "2").out


def test_one_incident_is_shown_with_its_whole_timeline(terminal: Terminal, store: Store) -> None:
    terminal.run("incidents", "create", "Checkout is slow")
    for number in range(120):
        add_note(
            store,
            Cause(TEAM.team_id, f"note:{number}", Actor(Source.CLI, name="cli"), "cli"),
            "INC-1",
            f"Note {number}",
        )
    shown = terminal.run("incidents", "show", "INC-1", "--json").json
    assert [entry["seq"] for entry in shown["timeline"]] == list(range(1, 122))
    assert "Note 119" in terminal.run("incidents", "show", "INC-1").out


def test_people_are_shown_by_their_names(terminal: Terminal, store: Store) -> None:
    terminal.run("incidents", "create", "Checkout is slow")
    acknowledge(store, Cause(TEAM.team_id, "k", Actor(Source.SLACK, "U0BEN", "ben"), "button"), "INC-1")
    for answer in (terminal.run("incidents", "show", "INC-1"), terminal.run("incidents", "export", "INC-1")):
        assert "Ben Okafor" in answer.out
        assert "U0BEN" not in answer.out


def test_an_export_is_markdown_in_which_foreign_text_is_only_text(terminal: Terminal) -> None:
    terminal.run("incidents", "create", "# Not *a* heading", "--description", "line one\n- [x](https://evil.example)")
    terminal.run("incidents", "note", "INC-1", "1. <script>alert(1)</script>\n# neither")
    document = terminal.run("incidents", "export", "INC-1").out
    assert document.startswith("# INC-1 · \\# Not \\*a\\* heading\n")
    assert [line for line in document.splitlines() if line.startswith("#")] == [
        "# INC-1 · \\# Not \\*a\\* heading",
        "## Description",
        "## Timeline",
        *(line for line in document.splitlines() if line.startswith("### ")),
    ]
    assert "[x](" not in document
    assert "<script>" not in document
    assert terminal.run("incidents", "export", "INC-1", "--json").json["markdown"] == document


def test_several_workspaces_have_to_be_named(terminal: Terminal, store: Store) -> None:
    with store.begin(OTHER_TEAM.team_id) as tx:
        tx.installations.save(OTHER_TEAM, INSTALLED)
    refused = terminal.run("incidents", "list", "--json")
    assert refused.json["error"]["code"] == "no_workspace"
    assert {TEAM.team_id, OTHER_TEAM.team_id} <= set(refused.json["error"]["details"]["teams"])
    terminal.run("incidents", "create", "Ours", "--team", TEAM.team_id)
    assert states(terminal, "--team", TEAM.team_id) == {"INC-1": "open"}
    assert states(terminal, "--team", OTHER_TEAM.team_id) == {}


def test_a_database_that_does_not_answer_is_told_without_a_traceback(terminal: Terminal) -> None:
    answer = terminal.run("incidents", "list", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert answer.code == 1
    assert "Traceback" not in answer.err


def test_a_drill_is_marked_a_wrong_time_corrected_and_every_document_printed(terminal: Terminal) -> None:
    made = terminal.run("incidents", "create", "The shop is down", "--drill", "--json").json
    assert made["drill"] is True
    assert "DRILL" in terminal.run("incidents", "list").out
    corrected = terminal.run("incidents", "correct", "INC-1", "started", "20m", "ago")
    assert (corrected.code, "time corrected" in corrected.out) == (0, True), corrected
    never = terminal.run("incidents", "correct", "INC-1", "resolved", "20m", "ago")
    assert (never.code, "never resolved" in never.err) == (1, True), never
    assert terminal.run("incidents", "correct", "INC-1", "started", "soon").code == 1
    exported = terminal.run("incidents", "export", "INC-1", "--format", "json").json
    assert (exported["ref"], exported["drill"], exported["started_at"] < exported["created_at"]) == (
        "INC-1",
        True,
        True,
    )
    draft = terminal.run("incidents", "export", "INC-1", "--format", "retrospective")
    assert draft.out.startswith("# Retrospective of DRILL")
    assert terminal.run("incidents", "export", "INC-1", "--format", "pdf").code == 2
