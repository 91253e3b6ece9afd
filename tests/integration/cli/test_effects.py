"""What is still to be told, from a terminal: seen, tried again, given up."""

import pytest

from incidentbot.domain.people import Actor, Source
from incidentbot.store import Store
from incidentbot.store.parked import Seen
from tests.integration.cli.conftest import TEAM, Terminal


def seen(store: Store, *states: str) -> dict[str, Seen]:
    with store.read(TEAM.team_id) as tx:
        return {one.kind: one for one in tx.parked.page(states or ("waiting", "parked"))}


@pytest.fixture
def parked(terminal: Terminal, store: Store) -> str:
    """The id of a card that was given up."""
    terminal.run("incidents", "create", "Checkout is slow")
    card = seen(store)["card"].id
    terminal.run("effects", "park", card, "is_archived")
    return card


def test_what_was_given_up_is_listed_with_its_reason(terminal: Terminal, parked: str) -> None:
    (row,) = terminal.run("effects", "list", "--json").json
    assert (row["id"], row["kind"], row["incident"], row["state"]) == (parked, "card", "INC-1", "parked")
    assert "is_archived" in row["problem"]
    assert parked in terminal.run("effects", "list").out
    assert terminal.run("effects", "list", "--incident", "INC-9", "--json").json == []


def test_one_is_tried_again(terminal: Terminal, store: Store, parked: str) -> None:
    assert terminal.run("effects", "replay", parked).code == 0
    card = seen(store)["card"]
    assert (card.state, card.attempts, card.problem) == ("waiting", 0, "")
    with store.begin("") as tx:
        # Nobody knows whether it arrived after all, so it is looked up before it is sent.
        (row,) = [row for row in tx.effects.due(tx.now) if row.id == parked]
        assert row.attempt_started_at is not None


def test_all_are_tried_again(terminal: Terminal, store: Store, parked: str) -> None:
    assert [one["id"] for one in terminal.run("effects", "replay", "--all", "--json").json] == [parked]
    assert terminal.run("effects", "replay", "--all").out.strip() == "Nothing was given up."
    assert seen(store, "parked") == {}


def test_a_card_that_never_stood_anywhere_goes_where_the_settings_say_now(
    terminal: Terminal, store: Store, parked: str
) -> None:
    terminal.run("effects", "replay", parked, SLACK_INCIDENTS_CHANNEL="#outages")
    assert {one.target for kind, one in seen(store).items() if kind in {"card", "entry"}} == {"#outages"}
    with store.read(TEAM.team_id) as tx:
        incident = tx.incidents.get(1)
    assert incident is not None
    assert incident.channel == "#outages"


@pytest.mark.parametrize("words", (("replay", "nonsense"), ("park", "nonsense", "why")), ids=("replay", "park"))
def test_what_there_is_not_is_refused(terminal: Terminal, store: Store, words: tuple[str, ...]) -> None:
    answer = terminal.run("effects", *words)
    assert (answer.code, "incidentbot effects list" in answer.err) == (1, True)


def test_what_waits_is_not_tried_again_and_what_was_given_up_is_not_given_up_twice(
    terminal: Terminal, store: Store, parked: str
) -> None:
    assert (
        terminal.run("effects", "replay", seen(store)["entry"].id, "--json").json["error"]["code"] == "effect_refused"
    )
    assert terminal.run("effects", "park", parked, "again").code == 1


def test_one_effect_or_all_has_to_be_said(terminal: Terminal, store: Store, parked: str) -> None:
    assert terminal.run("effects", "replay").code == 2
    assert terminal.run("effects", "replay", parked, "--all").code == 2


def test_who_gave_it_up_is_remembered(store: Store, parked: str) -> None:
    assert seen(store)["card"].problem.startswith(f"given up by {Actor(Source.CLI, name='cli').name}: ")
