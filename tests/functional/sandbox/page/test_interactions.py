"""Clicks, slash commands, modals and menus on the page reach the app, and its answers reach the page."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.app import Shortcut
from incidentbot.sandbox.slack.views import checked_view, open_modal
from tests.functional.sandbox.page.conftest import Browser
from tests.functional.sandbox.trial_app import trial

INCIDENTS = "/c/C0INCIDENT"


@pytest.fixture
def h(server: SandboxServer) -> Iterator[Harness]:
    """A harness with a small app connected; what the app says is read on the page."""
    with trial(server, "http") as harness:
        yield harness
        harness.ignore(lambda _: True)


@pytest.fixture
def ana(browser: Browser, h: Harness) -> httpx.Client:
    return browser("ana")


def do(browser: httpx.Client, act: str, **form: str) -> int:
    return browser.post(f"/do/{act}", data=form).status_code


def command(browser: httpx.Client, text: str) -> int:
    return do(browser, "say", channel="C0INCIDENT", text=text)


def view_spot(page: str) -> str:
    found = re.search(r'name="spot" value="(view:[^"]+)"', page)
    assert found, "no modal is open"
    return found[1]


def test_a_slash_command_is_run_and_its_answer_seen(ana: httpx.Client) -> None:
    assert command(ana, "/order two") == 204
    page = ana.get(INCIDENTS).text
    assert "You said two" in page
    assert "An order" in page


def test_an_app_that_does_not_answer_in_time_is_told_to_who_typed(ana: httpx.Client, h: Harness) -> None:
    h.server.platform.rules.ack_timeout = 0.1
    assert command(ana, "/order slow") == 204
    h.expect_notice('/order failed with the error "operation_timeout"')


def test_a_button_tells_the_app_who_clicked(ana: httpx.Client, browser: Browser) -> None:
    command(ana, "/order two")
    found = re.search(r'hx-vals="([^"]*&#34;take&#34;[^"]*)"', ana.get(INCIDENTS).text)
    assert found
    values = json.loads(html.unescape(found[1]))
    assert do(browser("ben"), "act", **values) == 204
    assert "taken by" in ana.get(INCIDENTS).text
    assert '<span class="mention">@Ben Okafor</span>' in ana.get(INCIDENTS).text
    assert do(browser("ben"), "act", **values) == 200  # the button is gone


def test_a_modal_opens_wants_what_is_required_and_closes_when_it_is_taken(ana: httpx.Client, h: Harness) -> None:
    command(ana, "/order form")
    spot = view_spot(ana.get(INCIDENTS).text)
    assert do(ana, "submit", spot=spot, whole="1") == 204
    assert "Please complete this required field." in ana.get(INCIDENTS).text
    assert do(ana, "submit", **{"spot": spot, "whole": "1", "field:name/name_input": "bad"}) == 204
    refused = ana.get(INCIDENTS).text
    assert "Not that name" in refused
    assert 'value="bad"' in refused  # what was typed stays
    assert do(ana, "submit", **{"spot": spot, "whole": "1", "field:name/name_input": "Ana"}) == 204
    page = ana.get(INCIDENTS).text
    assert "Order for Ana" in page
    assert 'name="spot" value="view:' not in page


def test_an_external_select_asks_the_app_while_one_types(ana: httpx.Client, h: Harness) -> None:
    command(ana, "/order form")
    spot = view_spot(ana.get(INCIDENTS).text)
    place = {"spot": spot, "block": "colour", "action": "colour_select"}
    offered = re.findall(r'data-label="([^"]+)"', ana.get("/options", params={**place, "q": "re"}).text)
    assert offered == ["red", "green"]
    assert "No results" in ana.get("/options", params={**place, "q": "violet"}).text
    values = re.findall(r'data-value="([^"]+)"', ana.get("/options", params={**place, "q": "blue"}).text)
    do(ana, "fill", **{"spot": spot, "whole": "1", "field:colour/colour_select": html.unescape(values[0])})
    assert 'picker-words">blue<' in ana.get(INCIDENTS).text


def test_closing_a_modal_is_told_to_the_app_that_asked(ana: httpx.Client, h: Harness) -> None:
    command(ana, "/order form")
    assert do(ana, "close") == 204
    page = ana.get(INCIDENTS).text
    assert 'name="spot" value="view:' not in page
    assert "You closed it" in page


def test_nobody_fills_anothers_modal(ana: httpx.Client, browser: Browser, h: Harness) -> None:
    command(ana, "/order form")
    spot = view_spot(ana.get(INCIDENTS).text)
    form = {"spot": spot, "whole": "1", "field:name/name_input": "mine"}
    do(browser("ben"), "fill", **form)
    assert do(browser("ben"), "submit", **form) == 200  # refused
    assert 'value="mine"' not in ana.get(INCIDENTS).text
    do(ana, "fill", **form)
    assert 'value="mine"' in ana.get(INCIDENTS).text


def test_shortcuts_stand_in_their_menus_and_run(ana: httpx.Client, server: SandboxServer, h: Harness) -> None:
    server.platform.app.menu = (
        Shortcut("order_shortcut", "global", "Order something"),
        Shortcut("order_from_message", "message", "Order from this"),
    )
    said = h.say("two of those", as_="ben", channel="#incidents")
    page = ana.get(INCIDENTS).text
    assert "Order something" in page
    spot = f"message:C0INCIDENT:{said.ts}"
    assert "Order from this" in ana.get("/menu", params={"spot": spot}).text
    assert do(ana, "shortcut", callback_id="order_from_message", spot=spot) == 204
    assert "From: two of those" in ana.get("/app/messages").text
    assert do(ana, "shortcut", callback_id="order_shortcut") == 204
    assert view_spot(ana.get(INCIDENTS).text)


def test_the_home_tab_is_drawn_when_it_is_looked_at(ana: httpx.Client, h: Harness) -> None:
    ana.get("/app/home")
    h.wait_until(lambda: h.seat("ana").home, what="a published Home tab")
    assert "Welcome" in ana.get("/app/home").text


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, object]:
    return {"text": plain(value.title()), "value": value}


OPTIONS = [option("one"), option("two"), option("three")]
# (element, what a form holds, what the app is given)
FIELDS: tuple[tuple[dict[str, Any], list[str], dict[str, Any]], ...] = (
    ({"type": "plain_text_input"}, ["text"], {"value": "text"}),
    ({"type": "number_input", "is_decimal_allowed": False}, ["7"], {"value": "7"}),
    ({"type": "email_text_input"}, ["a@b.example"], {"value": "a@b.example"}),
    ({"type": "url_text_input"}, ["https://b.example"], {"value": "https://b.example"}),
    ({"type": "static_select", "options": OPTIONS}, ["two"], {"selected_option": OPTIONS[1]}),
    ({"type": "radio_buttons", "options": OPTIONS}, ["two"], {"selected_option": OPTIONS[1]}),
    ({"type": "checkboxes", "options": OPTIONS}, ["one", "three"], {"selected_options": [OPTIONS[0], OPTIONS[2]]}),
    ({"type": "checkboxes", "options": OPTIONS, "initial_options": OPTIONS[:1]}, [], {"selected_options": []}),
    ({"type": "multi_static_select", "options": OPTIONS}, ["one"], {"selected_options": [OPTIONS[0]]}),
    ({"type": "users_select"}, ["U0BEN00002"], {"selected_user": "U0BEN00002"}),
    ({"type": "multi_users_select"}, ["U0BEN00002", "U0ANA00001"], {"selected_users": ["U0BEN00002", "U0ANA00001"]}),
    ({"type": "conversations_select"}, ["C0ALERTS00"], {"selected_conversation": "C0ALERTS00"}),
    ({"type": "channels_select"}, [""], {"selected_channel": None}),
    ({"type": "datepicker"}, ["2026-11-24"], {"selected_date": "2026-11-24"}),
    ({"type": "timepicker"}, ["09:30"], {"selected_time": "09:30"}),
    # Ana is in Lisbon, which is at UTC in winter and an hour ahead of it in summer.
    ({"type": "datetimepicker"}, ["2026-07-01T10:00"], {"selected_date_time": 1782896400}),
)


@pytest.mark.parametrize(
    ("element", "typed", "given"), FIELDS, ids=[f"{n}-{one[0]['type']}" for n, one in enumerate(FIELDS)]
)
def test_what_a_field_holds_is_what_the_app_gets_and_what_is_drawn_again(
    browser: Browser, server: SandboxServer, element: dict[str, Any], typed: list[str], given: dict[str, Any]
) -> None:
    block = {"type": "input", "block_id": "b", "label": plain("Field"), "element": {**element, "action_id": "a"}}
    body = checked_view({"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": [block]}, "modal")
    view = open_modal(server.workspace, "U0ANA00001", body, push=False)
    form = {"spot": f"view:{view.id}", "whole": "1", "field:b/a": typed}
    ana = browser("ana")
    assert ana.post("/do/fill", data=form).status_code == 204
    assert view.state["b"]["a"] == {"type": element["type"], **given}
    page = ana.get(INCIDENTS).text
    for held in typed:
        drawn = re.search(rf'(?:value="(?:\{{[^"]*&#34;)?{re.escape(held)}(?:&#34;[^"]*\}})?")', page)
        assert drawn, f"{held} is not drawn in the modal"
