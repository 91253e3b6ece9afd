"""Slack refuses the token: everything waits, an incoming webhook says so once, and everything comes afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from tests.functional.delivery.places import cards, rows, seqs, settled, told
from tests.functional.stories.running import Story, story


def with_webhook(server: SandboxServer) -> Mapping[str, str]:
    return {"SLACK_WEBHOOK_URL": server.platform.webhook_url("#general")}


def alarms(s: Story) -> list[str]:
    return [shown.text for shown in s.slack.history("#general")]


def create(s: Story, title: str) -> None:
    s.slack.slash("/incident", f"create {title}", as_="ana")


@pytest.mark.parametrize("code", ("token_revoked", "account_inactive", "invalid_auth"))
def test_what_a_refused_token_holds_back_comes_when_it_is_taken_again(
    sqlite_url: str, tmp_path: Path, code: str
) -> None:
    with story(sqlite_url, tmp_path, extra=with_webhook) as s:
        team = s.slack.workspace.team_id
        create(s, "Before")
        s.slack.wait_until(lambda: [seqs(card) for card in cards(s.slack)] == [[1]], what="an ordinary incident")
        settled(s)
        s.slack.server.platform.revoke(team, code)
        s.slack.slash("/incident", "ack INC-1", as_="ana")
        create(s, "Meanwhile")
        s.slack.wait_until(lambda: len(alarms(s)) == 3, what="the alarm and two cards' texts")
        alarm, *texts = sorted(alarms(s), key=lambda text: code not in text)
        assert code in alarm
        assert sorted(text.split(" · ")[0].split()[-1] for text in texts) == ["INC-1", "INC-2"]
        s.slack.slash("/incident", "resolve INC-1", as_="ana")
        s.slack.workspace.installation.refused = ""
        s.slack.wait_until(lambda: [seqs(card) for card in cards(s.slack)] == [[1, 2, 3], [1]], what="all that waited")
        settled(s)
        assert "Resolved" in cards(s.slack)[0].shown
        assert len(alarms(s)) == 3
        # Held means held: only what was on its way when Slack first refused was tried in vain.
        assert len([call for call in s.slack.calls() if call.result == code and call.method != "auth.test"]) < 10
        assert not rows(s, outcome="parked")
        told(s)


def test_without_a_webhook_everything_waits_in_silence(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        s.slack.server.platform.revoke(s.slack.workspace.team_id)
        create(s, "Meanwhile")
        s.slack.wait_until(lambda: [c for c in s.slack.calls("chat.postMessage") if c.result != "ok"], what="a try")
        s.slack.workspace.installation.refused = ""
        s.slack.wait_until(lambda: [seqs(card) for card in cards(s.slack)] == [[1]], what="the incident")
        settled(s)
        assert not rows(s, kind="alarm")
        told(s)


@pytest.mark.parametrize(
    "fault",
    (
        Fault(FaultKind.RATE_LIMITED, "webhook", times=1, retry_after="1"),
        Fault(FaultKind.STATUS, "webhook", times=1, status=503),
        Fault(FaultKind.RESET, "webhook", times=1),
    ),
    ids=lambda fault: fault.kind.value,
)
def test_the_webhook_is_tried_again_like_anything_else(sqlite_url: str, tmp_path: Path, fault: Fault) -> None:
    with story(sqlite_url, tmp_path, extra=with_webhook) as s:
        # A copy: a fault counts down, and the parameter is the same object for every run of the test.
        s.slack.server.platform.faults.add(replace(fault))
        s.slack.server.platform.revoke(s.slack.workspace.team_id)
        create(s, "Meanwhile")
        s.slack.wait_until(lambda: len(alarms(s)) == 2, what="the alarm and the card's text")
        s.slack.workspace.installation.refused = ""
        settled(s)
        told(s)
