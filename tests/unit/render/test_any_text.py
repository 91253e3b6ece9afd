"""Whatever text, whichever facts: Slack takes what we render, and nothing of anybody else's in it comes to life."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.domain.incident import TITLE_LIMIT, Incident
from incidentbot.domain.lifecycle import State, Trigger, allowed
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Actor, Invitee, Source
from incidentbot.domain.refusals import (
    BadField,
    BadOption,
    IncidentNotFound,
    PersonUnknown,
    TransitionRefused,
    Unchanged,
)
from incidentbot.domain.severity import Severity
from incidentbot.domain.text import clean_line
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.render import answers, ids, modals
from incidentbot.render.card import card
from incidentbot.render.entry import entry
from incidentbot.render.invitation import invitation
from incidentbot.render.message import Links, Message
from incidentbot.render.refusals import refusal
from tests.unit.render.hostile_text import any_text
from tests.unit.render.samples import NOON, OPEN
from tests.unit.render.slack_rules import check_message, check_view, entities_are_whole, live, live_in_the_sandbox

LINKS = Links("https://ours.example/events", "https://ours.example/cis")
PEOPLE = ("U0ANA00001", "W0BEN00002")
OURS = ("@U0ANA00001", "@W0BEN00002", "https://ours.example/", "!date^1737")

actors = st.builds(Actor, st.sampled_from(Source), st.sampled_from((*PEOPLE, "")), any_text, any_text)
cis = st.lists(st.builds(CiRef, any_text, any_text, any_text), max_size=12).map(tuple)
times = st.timedeltas(min_value=NOON - NOON, max_value=(NOON.replace(hour=20) - NOON)).map(lambda later: NOON + later)


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    state = draw(st.sampled_from(State))
    return replace(
        OPEN,
        title=draw(any_text),
        severity=draw(st.sampled_from(Severity)),
        state=state,
        state_since=draw(times),
        state_by=draw(actors),
        created_by=draw(actors),
        description=draw(any_text),
        assignee=draw(st.one_of(st.sampled_from(PEOPLE), any_text)),
        resolution=draw(any_text),
        resolved_at=draw(times) if state is State.RESOLVED else None,
        cis=draw(cis),
        unknown_cis=tuple(draw(st.lists(any_text, max_size=8))),
        event_count=draw(st.integers(0, 10**9)),
        channel=draw(any_text),
    )


values = st.recursive(
    st.one_of(any_text, st.integers(), st.floats(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(any_text, inner, max_size=3)),
    max_leaves=6,
)
told_people = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "name", "email", "why", "reason"), any_text)), max_size=6
)
KEYS = (
    *("severity", "description", "event", "cis", "unknown_cis", "assignee", "note", "before", "after", "text"),
    *("count", "title", "status", "name", "detail", "author", "author_name", "url", "withdrawn", "minutes", "step"),
    *("target", "action", "reason", "people", "unreachable"),
)
datas = st.fixed_dictionaries({}, optional={key: st.one_of(any_text, told_people, values) for key in KEYS})
entries = st.builds(Entry, st.integers(1, 10**6), st.sampled_from(EntryKind), actors, times, datas)


def check(message: Message) -> None:
    check_message(message)
    assert [token for token in live(message) if not token.startswith(OURS)] == []
    assert entities_are_whole(message.text)
    seen = live_in_the_sandbox(message)
    assert set(seen.mentions) <= set(PEOPLE)
    assert all(address.startswith("https://ours.example/") for address in seen.links)


@given(incidents(), st.lists(any_text, max_size=2))
def test_a_card_of_any_incident(incident: Incident, events: list[str]) -> None:
    check(card(incident, links=LINKS, events=events))


@given(incidents())
def test_a_card_offers_exactly_what_is_legal_now(incident: Incident) -> None:
    buttons = card(incident).blocks[-1]["elements"]
    offered = {button["action_id"] for button in buttons}
    legal = set(allowed(incident.state))
    assert (ids.ACKNOWLEDGE_INCIDENT in offered) == (Trigger.ACKNOWLEDGE in legal)
    assert (ids.RESOLVE_INCIDENT in offered) == (Trigger.RESOLVE in legal)
    assert (ids.REOPEN_INCIDENT in offered) == (Trigger.REOPEN in legal)
    assert {button["value"] for button in buttons} == {incident.reference}


@settings(max_examples=300)
@given(entries, st.lists(st.tuples(st.integers(1, 10**6), any_text), max_size=12))
def test_an_entry_of_any_kind_with_any_data(one: Entry, missed: list[tuple[int, str]]) -> None:
    # A captured message is the one entry that carries an address of its own: of the message, which Slack gave us.
    data = {key: value for key, value in one.data.items() if key != "url"}
    check(entry(OPEN, replace(one, data=data), missed=missed))
    check_message(entry(OPEN, one))


@given(incidents(), any_text, any_text)
def test_an_invitation(incident: Incident, why: str, url: str) -> None:
    check_message(invitation(incident, why, url))
    check(invitation(incident, why, "https://ours.example/thread"))


@given(incidents(), st.lists(entries, max_size=7), st.lists(any_text, max_size=9), any_text)
def test_answers_about_any_incident(incident: Incident, story: list[Entry], texts: list[str], q: str) -> None:
    quiet = [replace(one, data={key: value for key, value in one.data.items() if key != "url"}) for one in story]
    responders = [Invitee(who, text) for who in PEOPLE for text in texts]
    check(answers.show(incident, quiet, responders, texts, "https://ours.example/thread"))
    check(answers.listing([incident] * 12, 10**7, url=lambda _: "https://ours.example/thread", q=q))


@given(any_text, any_text, st.lists(any_text, max_size=5), actors)
def test_refusals_of_anything_typed(one: str, other: str, more: list[str], who: Actor) -> None:
    state, trigger = State.RESOLVED, Trigger.ACKNOWLEDGE
    for refused in (
        TransitionRefused("INC-42", trigger, state, NOON, who, allowed(state)),
        Unchanged("INC-42", one, other),
        IncidentNotFound(one),
        BadField(one, "unknown", value=other, choices=tuple(more)),
        PersonUnknown(one, other),
        BadOption(one, other, one),
    ):
        check(refusal(refused))


@given(incidents(), any_text, cis)
def test_modals_of_any_incident(incident: Incident, text: str, affected: tuple[CiRef, ...]) -> None:
    short = replace(incident, title=text[:250])
    views: tuple[dict[str, Any], ...] = (
        modals.incident_modal(
            title=text, description=text, assignee=text, cis=affected, event_id=clean_line(text, 255)
        ),
        modals.resolve_modal(short),
        modals.update_modal(short),
        modals.refusal_modal(IncidentNotFound(text)),
    )
    for view in views:
        check_view(view)


@given(any_text, st.sampled_from((ids.INCIDENT_MODAL, ids.RESOLVE_MODAL, ids.UPDATE_MODAL)))
def test_a_bad_field_is_told_at_a_block_that_the_modal_has(text: str, callback_id: str) -> None:
    shown = {
        ids.INCIDENT_MODAL: modals.incident_modal(),
        ids.RESOLVE_MODAL: modals.resolve_modal(OPEN),
        ids.UPDATE_MODAL: modals.update_modal(OPEN),
    }[callback_id]
    blocks = {block.get("block_id") for block in shown["blocks"]}
    for field in ("title", "description", "severity", "assignee", "note", text):
        errors = modals.field_errors(BadField(field, "malformed", value=text), callback_id)
        assert set(errors) <= blocks
        assert all(error.strip() for error in errors.values())


def test_a_title_is_corrected_where_it_was_typed() -> None:
    refused = BadField("title", "blank", limit=250)
    assert set(modals.field_errors(refused, ids.INCIDENT_MODAL)) == {ids.TITLE}
    assert set(modals.field_errors(refused, ids.UPDATE_MODAL)) == {ids.TITLE}
    too_long = BadField("note", "too_long", limit=3000)
    assert set(modals.field_errors(too_long, ids.RESOLVE_MODAL)) == {ids.RESOLUTION}
    assert set(modals.field_errors(too_long, ids.UPDATE_MODAL)) == {ids.NOTE}
    assert set(modals.field_errors(PersonUnknown("x"), ids.UPDATE_MODAL)) == {ids.ASSIGNEE}


@given(any_text)
def test_a_form_opens_on_every_stored_title_without_changing_it(text: str) -> None:
    title = clean_line(text, TITLE_LIMIT)
    element = modals.update_modal(replace(OPEN, title=title))["blocks"][0]["element"]
    assert element.get("initial_value", "") == title
