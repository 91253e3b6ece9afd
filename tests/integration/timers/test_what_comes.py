"""What will happen to an incident by itself is told by show and why, the next one first."""

from incidentbot.queries.decisions import Reasons, why
from incidentbot.queries.timers import timers_of
from incidentbot.render.decision import explained
from incidentbot.render.timers import next_timer, timer_lines
from incidentbot.usecases import acknowledge, resolve
from tests.integration.timers.conftest import TEAM, Desk


def told(desk: Desk) -> list[str]:
    """The kinds that show and why tell of, in their order."""
    with desk.store.read(TEAM) as tx:
        incident = tx.incidents.get(1)
    assert incident
    coming = timers_of(desk.store, TEAM, incident)
    assert len(timer_lines(coming)) == max(len(coming), 1)
    assert bool(next_timer(coming)) == any(one.timer.due_at for one in coming)
    reasons = why(desk.store, TEAM, "INC-1")
    assert isinstance(reasons, Reasons)
    assert reasons.timers == coming
    assert explained(reasons).text
    return [one.timer.kind.value for one in coming]


def test_the_next_one_comes_first_and_what_ran_to_its_end_last(quick_desk: Desk) -> None:
    quick_desk.open()
    assert told(quick_desk) == ["remind", "escalate"]
    quick_desk.later(minutes=20)
    quick_desk.later(minutes=20)
    assert told(quick_desk) == ["remind", "escalate"]
    quick_desk.do(acknowledge, "INC-1")
    assert told(quick_desk) == ["nudge", "expire"]
    quick_desk.do(resolve, "INC-1")
    assert told(quick_desk) == []
