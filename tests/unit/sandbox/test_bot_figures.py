"""What the panel makes of the bot's own figures."""

from incidentbot.sandbox.panel.bot import Watch
from incidentbot.sandbox.panel.spark import HEIGHT, WIDTH, line_of

FIGURES = """\
# HELP somebot_effects Effects by state.
# TYPE somebot_effects gauge
somebot_effects{{state="waiting"}} 3.0
somebot_effects{{state="in_flight"}} 1.0
somebot_effects{{state="held"}} 0.0
somebot_effects{{state="parked"}} 2.0
# TYPE somebot_effects_oldest_waiting_seconds gauge
somebot_effects_oldest_waiting_seconds 4.5
# TYPE somebot_effects_sent_total counter
somebot_effects_sent_total{{kind="card"}} {cards}
somebot_effects_sent_total{{kind="entry"}} 1.0
# TYPE somebot_effects_sent_created gauge
somebot_effects_sent_created{{kind="card"}} 1.7e9
"""


def test_the_figures_are_read() -> None:
    truth = Watch().read(FIGURES.format(cards=9))
    assert (truth.waiting, truth.in_flight, truth.held, truth.parked) == (3, 1, 0, 2)
    assert (truth.sent, truth.oldest, truth.running) == (10, 4.5, True)


def test_what_was_sent_is_counted_over_a_restart() -> None:
    watch = Watch()
    assert [watch.read(FIGURES.format(cards=cards)).sent for cards in (9, 19, 1, 3)] == [10, 20, 22, 24]


def test_what_waits_in_a_dead_bot_grows_older() -> None:
    watch = Watch()
    watch.read(FIGURES.format(cards=9))
    truth = watch.miss(0.5)
    assert (truth.waiting, truth.oldest, truth.running) == (3, 5.0, False)


def test_nothing_that_waits_has_no_age() -> None:
    assert Watch().miss(0.5).oldest == 0.0


def test_the_line_of_the_lag_stays_in_its_box() -> None:
    points = [tuple(map(float, point.split(","))) for point in line_of([0.0, 7.0, 100.0] * 60).split()]
    assert len(points) == WIDTH
    assert all(0 <= x < WIDTH and 0 < y < HEIGHT for x, y in points)
    assert line_of([]) == ""
