"""Forms: what is filled in, what is wrong at which field, and what happened meanwhile."""

from typing import Any

import pytest

from incidentbot.domain.incident import Incident
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.severity import Severity
from incidentbot.queries import find
from incidentbot.render.modals import incident_modal, resolve_modal, update_modal
from tests.integration.slack_inbound.conftest import ANA, BEN, TEAM, FakeAnswerer, Json, Slack


async def test_a_blank_title_is_an_error_at_its_field_and_the_corrected_form_counts(slack: Slack) -> None:
    view = incident_modal()
    refused = await slack.submit(view, {"title": "  \u200b "}, view_id="V1")
    assert refused["response_action"] == "errors"
    assert set(refused["errors"]) == {"title"}
    assert await slack.submit(view, {"title": "DB down"}, view_id="V1") == {}
    assert slack.incident().title == "DB down"


async def test_a_form_submitted_twice_makes_one_incident(slack: Slack) -> None:
    sent = slack.submission(incident_modal(), {"title": "DB down"})
    for _ in range(3):
        assert await slack.interact(sent) == {}
    assert "INC-2" in await slack.slash("create another")


async def test_everything_filled_in_is_stored(slack: Slack) -> None:
    cis = [{"value": "ci-1", "text": {"type": "plain_text", "text": "PROD-DB-01"}}]
    values = {"title": "DB down", "description": "since noon", "priority": "critical", "assignee": BEN, "cis": cis}
    assert await slack.submit(incident_modal(), values) == {}
    incident = slack.incident()
    assert (incident.description, incident.severity, incident.assignee) == ("since noon", Severity.CRITICAL, BEN)
    assert incident.cis == (CiRef("ci-1", "PROD-DB-01"),)


async def test_somebody_who_cannot_be_assigned_is_an_error_at_the_field_and_the_corrected_form_counts(
    slack: Slack,
) -> None:
    view = incident_modal()
    refused = await slack.submit(view, {"title": "DB down", "assignee": "U0GONE"}, view_id="V1")
    assert set(refused["errors"]) == {"assignee"}
    assert await slack.submit(view, {"title": "DB down", "assignee": BEN}, view_id="V1") == {}
    assert slack.incident().assignee == BEN


async def test_a_title_that_is_too_long_is_an_error_at_its_field(slack: Slack) -> None:
    refused = await slack.submit(incident_modal(), {"title": "x" * 251})
    assert set(refused["errors"]) == {"title"}


async def test_update_leaves_alone_what_the_person_did_not_touch(slack: Slack) -> None:
    await slack.slash("create DB down")
    view = update_modal(slack.incident())
    await slack.slash("update INC-1 --severity critical --title Worse than that", as_=BEN)
    await slack.slash(f"assign INC-1 <@{BEN}|ben>", as_=BEN)
    assert await slack.submit(view, {"note": "on my way"}) == {}
    incident = slack.incident()
    assert (incident.title, incident.severity, incident.assignee) == ("Worse than that", Severity.CRITICAL, BEN)
    assert slack.kinds()[-1] == "note"


async def test_update_changes_what_the_person_touched(slack: Slack) -> None:
    await slack.slash(f"create DB down --assign <@{BEN}|ben>")
    view = update_modal(slack.incident())
    assert await slack.submit(view, {"title": "Cache down", "priority": "low", "assignee": ""}) == {}
    incident = slack.incident()
    assert (incident.title, incident.severity, incident.assignee) == ("Cache down", Severity.LOW, "")


async def test_a_blank_title_in_the_update_form_is_an_error_at_its_field(slack: Slack) -> None:
    await slack.slash("create DB down")
    refused = await slack.submit(update_modal(slack.incident()), {"title": " "})
    assert set(refused["errors"]) == {"title"}


async def test_an_update_that_changes_nothing_is_answered(slack: Slack) -> None:
    await slack.slash("create DB down")
    refused = await slack.submit(update_modal(slack.incident()), {})
    assert refused["response_action"] == "update"
    assert slack.kinds() == ["created"]


async def test_a_resolution_that_comes_second_says_who_was_first(slack: Slack) -> None:
    await slack.slash("create DB down")
    view = resolve_modal(slack.incident())
    await slack.slash("resolve INC-1", as_=BEN)
    refused = await slack.submit(view, {"resolution": "me too"}, as_=ANA)
    assert refused["response_action"] == "update"
    assert f"<@{BEN}>" in str(refused["view"])
    assert slack.incident().resolution == ""


def tampered(slack: Slack, view: Json, **changed: Any) -> Json:
    sent = slack.submission(view, {"title": "x", "resolution": "x", "note": "x"})
    sent["view"].update(changed)
    return sent


@pytest.mark.parametrize("metadata", ("", "{", "[]", '{"incident":7}', '{"incident":"INC-99"}', '{"incident":""}'))
async def test_a_form_that_was_tampered_with_touches_nothing(slack: Slack, metadata: str) -> None:
    await slack.slash("create DB down")
    incident = slack.incident()
    for view in (resolve_modal(incident), update_modal(incident)):
        refused = await slack.interact(tampered(slack, view, private_metadata=metadata))
        assert refused["response_action"] == "update"
    assert slack.kinds() == ["created"]


async def test_values_of_another_type_read_as_nothing(slack: Slack) -> None:
    state = {
        "title": {"title_input": {"value": ["x"]}},
        "priority": {"priority_select": {"selected_option": "high"}},
        "cis": {"cis_select": {"selected_options": [7, {"value": 7}]}},
    }
    refused = await slack.interact(tampered(slack, incident_modal(), state={"values": state}))
    assert set(refused["errors"]) == {"priority"}
    assert find(slack.store, TEAM, "INC-1").__class__ is not Incident


async def test_a_form_of_another_workspace_is_answered_and_nothing_is_stored(slack: Slack) -> None:
    sent = slack.submission(incident_modal(), {"title": "theirs"})
    sent["team"] = {"id": "T0OTHER"}
    sent["user"]["team_id"] = "T0OTHER"
    assert (await slack.interact(sent))["response_action"] == "update"
    assert find(slack.store, TEAM, "INC-1").__class__ is not Incident


async def test_cis_are_searched_while_somebody_types(slack: Slack, answerer: FakeAnswerer) -> None:
    answerer.cis = [CiRef("ci-1", "PROD-DB-01"), CiRef("ci-2", "PROD-WEB-01")]
    asked = slack.interaction("block_suggestion", action_id="cis_select", block_id="cis", value="web")
    told = await slack.interact(asked)
    assert [option["value"] for option in told["options"]] == ["ci-2"]


async def test_an_unknown_list_has_nothing_to_choose(slack: Slack) -> None:
    asked = slack.interaction("block_suggestion", action_id="frobnicate", block_id="b", value="web")
    assert await slack.interact(asked) == {"options": []}


async def test_a_search_that_is_not_answered_leaves_the_list_empty(impatient: Slack) -> None:
    asked = impatient.interaction("block_suggestion", action_id="cis_select", block_id="cis", value="web")
    assert await impatient.interact(asked) == {"options": []}
