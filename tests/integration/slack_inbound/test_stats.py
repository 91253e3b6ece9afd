"""/incident stats: the figures, and what they mean, one click away."""

import pytest

from incidentbot.render import ids
from tests.integration.slack_inbound.conftest import ANA, Slack


async def test_stats_tell_what_happened_and_who_was_how_fast(slack: Slack) -> None:
    await slack.slash("create DB down --severity critical --ci PROD-DB-01")
    slack.clock.advance(240)
    await slack.slash("ack INC-1")
    slack.clock.advance(3_600)
    await slack.slash("resolve INC-1")
    slack.clock.advance(1)
    told = await slack.slash("stats")
    for part in ("1 incident", "4 min", "1 h 4 min", "critical"):
        assert part in told
    assert "PROD-DB-01" in await slack.slash("stats 30d by ci")
    assert f"<@{ANA}>" in await slack.slash("stats 24h by person")


@pytest.mark.parametrize("typed", ("stats 10y", "stats 3650d", "stats yesterday", "stats 7d by weather"))
async def test_what_is_no_period_is_answered_with_what_there_is(slack: Slack, typed: str) -> None:
    told = await slack.slash(typed)
    assert "30d" in told or "by service" in told


async def test_the_button_tells_what_each_figure_means(slack: Slack) -> None:
    await slack.click(ids.EXPLAIN_STATS, "7d")
    [told] = slack.answerer.responses
    assert "MTTA" in told.text
    assert "first acknowledgement" in told.text
