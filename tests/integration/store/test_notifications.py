"""Where an event was told, and where that stands."""

from contextlib import closing

from incidentbot.bootstrap import SystemClock
from incidentbot.domain.routing import Verbosity
from incidentbot.domain.workspace import Workspace
from incidentbot.store import Store
from incidentbot.store.notifications import Notification

TEAM = Workspace("T0ACME", "Acme", "https://acme.slack.com/")


def test_what_is_shown_anew_knows_where_it_stands_though_that_was_learnt_meanwhile(database_url: str) -> None:
    with closing(Store(database_url, clock=SystemClock())) as store, store.begin(TEAM.team_id) as tx:
        tx.installations.save(TEAM, tx.now)
        read = Notification(
            "nopesight", "e1", "#alerts", "group", (), (), Verbosity.TRANSITIONS, version=1, told_at=tx.now
        )
        tx.notifications.add(read)
        tx.notifications.stands(read, place="C0ALERTS", ts="1.000001", shown="")
        grown = tx.notifications.grow(read)
    assert (grown.place, grown.ts, grown.version) == ("C0ALERTS", "1.000001", 2)
