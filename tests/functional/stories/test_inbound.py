"""Slack's ways in, against a Slack that refuses what Slack refuses, over both transports."""

from pathlib import Path

import pytest

from tests.functional.stories.running import story


@pytest.mark.parametrize("by_socket", (False, True), ids=("http", "socket"))
def test_a_form_offers_cis_refuses_a_blank_title_and_counts_once_corrected(
    sqlite_url: str, tmp_path: Path, by_socket: bool
) -> None:
    with story(sqlite_url, tmp_path, by_socket=by_socket) as s:
        s.slack.slash("/incident", "create --severity low", as_="ana")
        form = s.slack.expect_modal("ana", callback_id="incident_modal")
        form.choose("cis", "PROD-DB")
        form.fill(title=" ").submit()
        assert set(form.errors) == {"title"}
        form.fill(title="Replication lags").submit()
        card = s.slack.expect_message(channel="#incidents", containing="Replication lags", event_type="incident")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        s.slack.expect_reply(card, containing="PROD-DB-01")
        s.slack.expect_dm("dmitri", containing="PROD-DB-01")
        s.slack.expect_reply(card, containing="PROD-DB-01")


@pytest.mark.parametrize("by_socket", (False, True), ids=("http", "socket"))
def test_who_clicks_an_old_button_is_told_who_was_first(sqlite_url: str, tmp_path: Path, by_socket: bool) -> None:
    with story(sqlite_url, tmp_path, by_socket=by_socket) as s:
        s.slack.slash("/incident", "create “Login fails” —severity critical", as_="ana")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        card = s.slack.expect_message(channel="#incidents", containing="Login fails", event_type="incident")
        ben = s.slack.person("ben")
        s.slack.click(card, "acknowledge_incident", as_="ben")
        s.slack.click(card, "acknowledge_incident", as_="ana")
        s.slack.expect_ephemeral("ana", containing=f"<@{ben.id}>")
        for told in ("created", "cknowledged"):
            s.slack.expect_reply(card, containing=told)
        s.slack.mention(card, "note the certificate has expired", as_="ben")
        s.slack.expect_reply(card, containing="the certificate has expired")
        s.slack.mention(card, "frobnicate", as_="ben")
        s.slack.expect_ephemeral("ben", containing="frobnicate")
