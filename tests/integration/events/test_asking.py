"""What our own data answers to questions in words."""

import pytest

from incidentbot.domain.questions import Asked
from incidentbot.queries.questions import incidents_asked
from tests.integration.events.conftest import Desk, event


@pytest.mark.parametrize(
    ("about", "found"),
    (("checkout", [1]), ("Check", [1]), ("web", [2, 1]), ("100%", [2]), ("%", [2]), ("c_eckout", []), ("no such", [])),
)
def test_an_incident_is_found_by_its_cis_and_by_the_services_of_its_events(
    desk: Desk, about: str, found: list[int]
) -> None:
    desk.take(event("e1", service="Checkout"))
    desk.take(event("e2", title="Disk at 100% on PROD-WEB-01", service="", correlation_id="another"))
    incidents, total = incidents_asked(desk.store, desk.team, Asked("incidents", about), 20)
    assert ([one.number for one in incidents], total) == (found, len(found))
