"""/nopesight and /cmdb: answers for one person, from a NopeSight that may be slow, busy or away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.stories.running import Story, story


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[Story]:
    with story(sqlite_url, tmp_path, by_socket=False) as s:
        yield s


def test_the_status_is_the_guides_message(running: Story) -> None:
    running.slack.slash("/nopesight", "status", as_="ana")
    told = running.slack.expect_ephemeral("ana", containing="NopeSight System Status")
    for part in ("API Status", "42 ms", "Active Agents", "Open Events"):
        assert part in told.shown, part


def test_a_slow_nopesight_does_not_hold_the_acknowledgement_back(running: Story) -> None:
    running.nopesight.faults.slow(0.5, "system_status")
    typed = running.slack.slash("/nopesight", "status", as_="ana")
    assert typed.ok
    running.slack.expect_ephemeral("ana", containing="NopeSight System Status")


def test_a_nopesight_that_is_away_is_a_sentence_with_a_reference_number(running: Story) -> None:
    running.nopesight.faults.down("system_status")
    running.slack.slash("/nopesight", "status", as_="ana")
    told = running.slack.expect_ephemeral("ana", containing="does not answer")
    assert "Reference" in told.shown


def test_where_nopesight_tells_no_status_it_is_measured(running: Story) -> None:
    running.nopesight.faults.absent("system_status")
    running.slack.slash("/nopesight", "status", as_="ana")
    running.slack.expect_ephemeral("ana", containing="n/a")


def test_a_search_shows_items_and_events_and_is_paged_in_place(running: Story) -> None:
    for number in range(7):
        running.nopesight.fire(title=f"Disk {number} of PROD-WEB-01 fills up", severity="warning", ci="PROD-WEB-01")
    for number in range(3):  # the others of the same minute are counted there
        running.slack.expect_message(channel="#alerts", containing=f"Disk {number}")
    running.slack.slash("/nopesight", "search PROD", as_="ana")
    told = running.slack.expect_ephemeral("ana", containing="Search for")
    assert "PROD-WEB-01" in told.shown
    assert "Disk 6" in told.shown
    running.slack.click(told, "search_next", as_="ana")
    running.slack.wait_until(lambda: "Page 2" in told.shown, what="the second page")
    assert "search_previous" in told.action_ids


def test_a_search_without_a_hit_says_what_to_try(running: Story) -> None:
    running.slack.slash("/nopesight", "search no such thing anywhere", as_="ana")
    running.slack.expect_ephemeral("ana", containing="Nothing in NopeSight matches")


def test_a_configuration_item_is_shown_with_what_is_around_it(running: Story) -> None:
    running.nopesight.fire(title="CPU at 98 % on PROD-WEB-01", severity="critical", ci="PROD-WEB-01")
    card = running.slack.expect_message(containing="CPU at 98 %")
    running.slack.expect_reply(card, containing="#1")
    running.slack.expect_reply(card, containing="#2")
    for owner in ("ben", "chloe", "hugo"):
        running.slack.expect_dm(owner, containing="INC-1")
    running.slack.slash("/cmdb", "show prod-web-01", as_="ana")
    told = running.slack.expect_ephemeral("ana", containing="Relationships")
    for part in ("Attributes", "Owners", "Ben Okafor", "Impact", "INC-1", "CPU at 98 %"):
        assert part in told.shown, part


def test_a_name_that_is_only_like_one_offers_those_that_may_be_meant(running: Story) -> None:
    running.slack.slash("/cmdb", "show PROD-WEB", as_="ana")
    told = running.slack.expect_ephemeral("ana", containing="No configuration item is called")
    running.slack.click(told, told.action_ids[0], as_="ana")
    running.slack.expect_ephemeral("ana", containing="Relationships")


UNCLEAR = (
    ("/nopesight", "", "/nopesight search TEXT"),
    ("/nopesight", "staus", "/nopesight status"),
    ("/nopesight", "search", "something to look for"),
    ("/cmdb", "", "/cmdb show"),
    ("/cmdb", "shwo x", "/cmdb show"),
    ("/cmdb", "show", "a name or an id"),
    ("/cmdb", "show nothing-like-it", "knows no configuration item"),
)


def test_what_is_not_understood_is_answered_with_the_way_it_goes(running: Story) -> None:
    for command, typed, told in UNCLEAR:
        running.slack.slash(command, typed, as_="ana")
        running.slack.expect_ephemeral("ana", containing=told)
