"""NopeSight's side: what is fired and changed there, and what is shown of it."""

import html
from collections.abc import Mapping

import pytest

from tests.functional.sandbox.panel.conftest import Desk


def test_a_critical_event_is_fired_on_the_chosen_item(desk: Desk) -> None:
    told = desk.post("events", severity="critical", ci="MAIL-01", title="Queue full")
    (event,) = desk.nopesight.events.all()
    assert (event.title, event.severity, event.ci_ids) == ("Queue full", "critical", ("ci_mail_01",))
    assert "Queue full" in told


def test_a_medium_event_without_a_title_gets_one(desk: Desk) -> None:
    desk.post("events", severity="medium", ci="MAIL-01", title=" ")
    (event,) = desk.nopesight.events.all()
    assert (event.title, event.severity) == ("CPU 98% on MAIL-01", "minor")


def test_a_storm_is_of_as_many_groups_as_asked_for(desk: Desk) -> None:
    told = desk.post("storm", number="500", groups="10")
    events = desk.nopesight.events.all()
    assert (len(events), len({event.correlation_id for event in events})) == (500, 10)
    assert "500 in all" in told
    assert told.count("panel-event ") == 25


@pytest.mark.parametrize("number", ("0", "-1", "many", "5001", "²"))
def test_a_storm_of_no_number_is_refused_in_words(desk: Desk, number: str) -> None:
    assert "A storm has 1 to 5000 events." in desk.post("storm", number=number, groups="10")
    assert desk.nopesight.events.all() == []


def test_somebody_acknowledges_and_resolves_there(desk: Desk) -> None:
    event = desk.nopesight.fire()
    assert "acknowledged by Hugo Almeida" in desk.post(f"events/{event.id}/acknowledge", by="hugo")
    desk.post(f"events/{event.id}/resolve", by="ivy")
    assert event.status == "resolved"
    assert event.resolved_by is not None
    assert event.resolved_by.name == "Ivy Chen"


def test_what_nopesight_refuses_is_told(desk: Desk) -> None:
    event = desk.nopesight.fire()
    desk.nopesight.resolve(event.id)
    told = desk.post(f"events/{event.id}/acknowledge", by="ben")
    assert "NopeSight refuses that" in told
    assert "cannot go from resolved to acknowledged" in told
    assert 'role="alert" hx-swap-oob="true" hidden' in desk.post("weather")


def test_an_event_is_updated_and_commented_on(desk: Desk) -> None:
    event = desk.nopesight.fire("Disk", "minor")
    form = desk.http.get(f"/panel/editor/{event.id}").text
    assert event.event_id in form
    told = desk.post(f"events/{event.id}/update", severity="critical", description="Full", comment="I look", by="ana")
    assert (event.severity, event.description, event.comments[0].author.name) == ("critical", "Full", "Ana Ferreira")
    assert "I look" in told


def test_foreign_text_is_text(desk: Desk) -> None:
    nasty = "<script>alert(1)</script>"
    told = desk.post("events", severity="critical", ci="MAIL-01", title=nasty)
    assert nasty not in told
    assert html.escape(nasty) in told


def test_what_nobody_has_is_not_found(desk: Desk) -> None:
    for path in ("editor/nothing", "elsewhere"):
        assert desk.http.get(f"/panel/{path}").status_code == 404
    event = desk.nopesight.fire()
    for path in (f"events/{event.id}/explode", "weather/hail", "bot/kill", "scenarios/critical-server/slowly"):
        assert desk.http.post(f"/panel/{path}").status_code == 404


def test_the_bots_calls_are_told_in_words_with_their_result(desk: Desk) -> None:
    event = desk.nopesight.fire()
    headers = {"Authorization": f"Bearer {desk.nopesight.token}"}
    body = {"status": "acknowledged", "actor": {"name": "Ben Okafor"}}
    _call(desk, "PATCH", f"/events/{event.id}/status", headers, body)
    _call(desk, "GET", "/cmdb/ci/ci_mail_01/owners", {}, None)
    told = desk.page()
    assert f"{event.event_id} is acknowledged, by Ben Okafor" in told
    assert "Who owns MAIL-01?" in told
    assert 'is-good">200<' in told
    assert 'is-bad">401<' in told


def _call(desk: Desk, method: str, path: str, headers: dict[str, str], body: Mapping[str, object] | None) -> None:
    desk.http.request(method, f"/nopesight{path}", headers=headers, json=body)


def test_every_item_and_its_owners_are_listed(desk: Desk) -> None:
    told = desk.page()
    assert [ci.name for ci in desk.nopesight.cmdb.all() if ci.name not in told] == []
    assert "Dmitri Sokolov (owner)" in told
    assert "nobody owns it" in told
