"""`incidentbot doctor`: every line in the terminal or as JSON, and 1 where something fails."""

from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.world import demo_world
from tests.integration.cli.conftest import Terminal

NOWHERE = "http://127.0.0.1:9/api/"
TOKEN = "xoxb-1-2-abcdefabcdef"


def test_settings_that_are_wrong_are_its_only_lines() -> None:
    answer = Terminal({}).run("doctor", "--json", DATABASE_URL="mysql://x", SLACK_BOT_TOKEN="nonsense")
    assert answer.code == 1
    assert [line["verdict"] for line in answer.json["findings"]] == ["fail", "fail"]
    assert all(line["remedy"] for line in answer.json["findings"])
    assert "nonsense" not in answer.out


def test_a_slack_that_is_away_ends_with_1_and_a_remedy(sqlite_url: str) -> None:
    given = {"DATABASE_URL": sqlite_url, "SLACK_API_URL": NOWHERE, "SLACK_BOT_TOKEN": TOKEN}
    answer = Terminal({}).run("doctor", "--url", "http://127.0.0.1:9", **given)
    assert (answer.code, answer.err) == (1, "")
    assert "slack.reachable" in answer.out
    assert "→" in answer.out
    assert TOKEN not in answer.out


def test_only_what_does_not_work_is_told_as_failing(sqlite_url: str) -> None:
    world = demo_world()
    with SandboxServer(world, clock=Clock()) as server:
        given = {"DATABASE_URL": sqlite_url, "SLACK_API_URL": server.api_url, "SLACK_BOT_TOKEN": world.bot_token}
        answer = Terminal({}).run("doctor", "--json", "--timeout", "60", **given)
    failing = {line["name"] for line in answer.json["findings"] if line["verdict"] == "fail"}
    # No service runs here, and it has no signing secret to be reached by.
    assert failing == {"settings.signing", "replicas"}
