"""The main job as people live it, over both transports and on both databases."""

from pathlib import Path

import httpx
import pytest

from tests.functional.stories.running import story
from tests.proofs.checker import check
from tests.proofs.history import History, watch


@pytest.mark.parametrize("by_socket", (False, True), ids=("http", "socket"))
def test_an_event_becomes_an_incident_that_people_acknowledge_and_resolve(
    database_url: str, tmp_path: Path, by_socket: bool
) -> None:
    history = History()
    with story(database_url, tmp_path, by_socket=by_socket) as s:
        watch(s.slack.server.platform, history)
        event = s.nopesight.fire(title="CPU at 98 % on PROD-WEB-01", severity="critical", ci="PROD-WEB-01")
        card = s.slack.expect_message(channel="#incidents", containing="CPU at 98 %")
        s.slack.expect_reply(card, containing="#1")
        s.slack.expect_reply(card, containing="#2")
        for owner in ("ben", "chloe", "hugo"):
            s.slack.expect_dm(owner, containing="INC-1")
        s.slack.click(card, "acknowledge_incident", as_="ana")
        s.slack.expect_edit(card, containing="cknowledged")
        s.slack.expect_reply(card, containing="#3")
        assert s.nopesight.wait_for(lambda: s.nopesight.events.get(event.id).status == "acknowledged")
        s.slack.slash("/incident", "ack INC-1", as_="ben")
        s.slack.expect_ephemeral("ben", containing="already")
        s.slack.click(card, "resolve_incident", as_="ana")
        s.slack.expect_modal("ana").fill(resolution="Restarted nginx").submit()
        s.slack.expect_reply(card, containing="Restarted nginx")
        assert s.nopesight.wait_for(lambda: s.nopesight.events.get(event.id).status == "resolved")
        told = [reply.payload["seq"] for reply in card.replies()]
        assert told == [1, 2, 3, 4]
        s.slack.expect_edit(card, containing="esolved")
        assert check(history) == []
        assert s.nopesight.events.get(event.id).acknowledged_by is not None
        figures = httpx.get(f"{s.url}/metrics", trust_env=False).text
        assert 'incidentbot_effects_sent_total{kind="invitation"} 3.0' in figures
