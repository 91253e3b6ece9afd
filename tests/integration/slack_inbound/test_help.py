"""Help is about what can be done now, by whoever asks; and a mistyped reference is answered with the likely one."""

import pytest

from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.reference import meant_by
from incidentbot.domain.refusals import IncidentNotFound
from incidentbot.queries import find
from incidentbot.queries.help import help_facts
from incidentbot.usecases import Cause, acknowledge, resolve
from tests.integration.slack_inbound.conftest import ANA, TEAM, Slack


def api(key: str) -> Cause:
    return Cause(TEAM, key, Actor(Source.API, name="api"), "rest")


@pytest.mark.parametrize(
    ("typed", "meant"), (("#7", 7), ("INC 7", 7), ("ICN-7", 7), ("INC-124", 12), ("INC-999", None), ("db", None))
)
def test_a_mistyped_reference_means_the_nearest_that_there_is(typed: str, meant: int | None) -> None:
    assert meant_by(typed, [7, 12, 430]) == meant


async def test_what_is_told_not_to_be_there_names_what_was_meant(slack: Slack) -> None:
    assert await slack.slash("create It burns")
    found = find(slack.store, TEAM, "ICN_1")
    assert found == IncidentNotFound("ICN_1", "INC-1")
    refused = acknowledge(slack.store, api("typo"), "#1")
    assert refused == IncidentNotFound("#1", "INC-1")
    assert isinstance(find(slack.store, TEAM, "INC-1"), Incident)
    assert find(slack.store, TEAM, "elephant") == IncidentNotFound("elephant")


async def test_help_begins_with_what_nobody_has_and_knows_the_rights(slack: Slack) -> None:
    assert await slack.slash("create First")
    assert await slack.slash("create Second --severity critical")
    acknowledge(slack.store, api("one"), "INC-2")
    facts = help_facts(slack.store, TEAM, ANA)
    assert [one.number for one in facts.waiting] == [1, 2]
    assert facts.total == 2
    assert Right.ACKNOWLEDGE in facts.rights
    resolve(slack.store, api("two"), "INC-1")
    resolve(slack.store, api("three"), "INC-2")
    assert help_facts(slack.store, TEAM, ANA).waiting == ()
