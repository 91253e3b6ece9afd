"""The panel follows what happens, and sends no more than what changed."""

import functools
import threading

from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.panel import Command, CommandFailed, SupervisedBot
from incidentbot.sandbox.panel.plays import Player
from incidentbot.sandbox.scenes import Scene
from incidentbot.sandbox.slack.changes import Change
from tests.functional.sandbox.panel.conftest import Desk

NOWHERE = "http://127.0.0.1:9/metrics"


def test_nothing_is_sent_where_nothing_changed(desk: Desk) -> None:
    desk.page()
    assert desk.news().status_code == 204


def test_only_what_changed_is_sent(desk: Desk) -> None:
    desk.page()
    desk.nopesight.fire()
    told = desk.news().text
    assert 'id="panel-events"' in told
    assert 'id="panel-weather"' not in told
    assert desk.news().status_code == 204


def test_marks_that_make_no_sense_get_everything(desk: Desk) -> None:
    for seen in ("", "x", "1.2.3.4.5.6.7.8.9"):
        desk.seen = seen
        assert desk.news().text.count("hx-swap-oob") == 1 + 6


def test_a_switch_makes_weather_until_it_is_switched_off(desk: Desk) -> None:
    faults = desk.server.platform.faults
    assert 'aria-checked="true"' in desk.post("weather/slack-down")
    assert len(faults.active()) == 1
    assert 'aria-checked="true"' not in desk.post("weather/slack-down")
    assert faults.active() == ()


def test_slow_weather_is_over_both(desk: Desk) -> None:
    desk.post("weather/slow")
    assert len(desk.server.platform.faults.active()) == len(desk.nopesight.faults.active()) == 1
    desk.post("weather/slow")
    assert (desk.server.platform.faults.active(), desk.nopesight.faults.active()) == ((), ())


def test_all_is_well_again_at_once(desk: Desk) -> None:
    for name in ("slack-limiting", "replies-lost", "nopesight-down"):
        desk.post(f"weather/{name}")
    assert 'aria-checked="true"' not in desk.post("weather")
    assert (desk.server.platform.faults.active(), desk.nopesight.faults.active()) == ((), ())


def test_weather_that_others_ended_is_shown_as_ended(desk: Desk) -> None:
    desk.post("weather/slack-down")
    desk.server.platform.faults.clear()
    assert 'aria-checked="true"' not in desk.news().text


def supervised(*commands: Command, running: bool = True) -> SupervisedBot:
    return SupervisedBot(NOWHERE, commands, running=lambda: running)


def test_the_bots_commands_are_buttons(desk: Desk) -> None:
    done = threading.Event()
    desk.panel.supervise(supervised(Command("polish", "Polish", done.set)))
    assert "Polish" in desk.page()
    desk.post("bot/polish")
    assert done.is_set()
    assert desk.http.post("/panel/bot/other").status_code == 404


def test_a_command_that_fails_says_why(desk: Desk) -> None:
    def fail() -> None:
        raise CommandFailed("the port is taken")

    desk.panel.supervise(supervised(Command("start", "Start", fail)))
    assert "the port is taken" in desk.post("bot/start")


def test_a_story_stops_at_what_does_not_arrive_and_says_so(desk: Desk) -> None:
    desk.panel.supervise(supervised())
    ended = _ended(desk)
    desk.post("scenarios/typed-by-hand/fast")
    assert ended.wait(PATIENCE)
    told = desk.news().text
    assert "not everything arrived" in told
    assert "Slack shows Ana an error" in told


def test_one_story_plays_at_a_time_and_can_be_stopped(desk: Desk) -> None:
    desk.panel.supervise(supervised())
    ended = _ended(desk)
    desk.post("scenarios/critical-server/1x")
    assert "One story at a time" in desk.post("scenarios/slack-down/fast")
    desk.post("scenarios/stop")
    assert ended.wait(PATIENCE)
    assert desk.panel.player.play is not None
    assert desk.panel.player.play.state == "stopped"


def _ended(desk: Desk) -> threading.Event:
    """Set as soon as the story that begins next is over."""
    ended = threading.Event()
    player: Player = desk.panel.player

    def hear(change: Change) -> None:
        if change.kind == "panel_changed" and player.play is not None and player.play.state != "playing":
            ended.set()

    desk.server.platform.feed.listen(hear)
    return ended


def test_a_story_that_ends_early_leaves_nothing_broken(desk: Desk) -> None:
    done: list[str] = []
    commands = [Command(name, name, functools.partial(done.append, name)) for name in ("kill", "start")]
    scene = Scene(Harness(desk.server), desk.nopesight, supervised(*commands))
    scene.take_slack_down()
    scene.kill_bot()
    scene.make_whole()
    scene.make_whole()
    assert desk.server.platform.faults.active() == ()
    assert done == ["kill", "start"]
