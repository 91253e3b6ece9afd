"""Slack's limits are what the operator set, down to the numbers that the claim of effects works with."""

import textwrap
from pathlib import Path

from incidentbot.bootstrap import policy_of
from incidentbot.delivery import pace
from incidentbot.domain.policy import Pace
from incidentbot.settings import load
from incidentbot.store.limits import Limit

WRITTEN = """
integrations:
  slack:
    limits: {channel_posts_per_second: 2, channel_burst: 5, workspace_posts_per_minute: 600, tier_share: 0.5}
"""


def test_without_a_file_a_channel_takes_a_message_a_second_and_three_at_once() -> None:
    channel, _ = pace.of_post(Pace(), "C0INCIDENTS")
    assert channel == Limit("channel:C0INCIDENTS", interval=1.0, burst=3, margin=0.25)


def test_a_file_sets_the_pace(tmp_path: Path) -> None:
    path = tmp_path / "incidentbot.yaml"
    path.write_text(textwrap.dedent(WRITTEN))
    given = policy_of(load({"SLACK_SIGNING_SECRET": "5" * 32, "INCIDENTBOT_CONFIG": str(path)})).pace
    channel, everywhere = pace.of_post(given, "C0INCIDENTS")
    assert (channel.interval, channel.burst) == (0.5, 5)
    assert everywhere.interval == 60 / 300
    assert pace.of_method(given, "chat.update").interval == 60 / 25
