"""/incident, from the signed request to what is stored and what the person is told."""

from datetime import timedelta

import pytest

from incidentbot.domain.lifecycle import State
from incidentbot.domain.severity import Severity
from tests.integration.slack_inbound.conftest import ANA, BEN, CHANNEL, TEAM, FakeAnswerer, Slack


async def test_create_makes_an_incident_and_tells_its_reference(slack: Slack) -> None:
    answer = await slack.slash(f"create DB &amp; cache down --severity critical --ci PROD-DB-01 --assign <@{BEN}|ben>")
    assert "INC-1" in answer
    incident = slack.incident()
    assert (incident.title, incident.severity, incident.assignee) == ("DB & cache down", Severity.CRITICAL, BEN)
    assert [(ci.id, ci.name) for ci in incident.cis] == [("", "PROD-DB-01")]
    assert (incident.created_by.id, incident.created_by.name) == (ANA, "u0ana")


async def test_a_drill_is_rehearsed_by_an_option_that_takes_no_value(slack: Slack) -> None:
    assert "DRILL INC-1" in (await slack.slash("create --drill The shop is down --severity low")).replace(" · ", " ")
    assert (slack.incident().drill, slack.incident().title) == (True, "The shop is down")
    assert "DRILL" in await slack.slash("list")
    assert "DRILL" in await slack.slash("show INC-1")
    assert "--drill" in await slack.slash("create The shop is down --dril")
    assert "--drill=yes" not in await slack.slash("create The shop is down --drill=yes")
    assert "INC-2" in await slack.slash("create It is real")
    assert not slack.incident("INC-2").drill


async def test_an_incident_without_a_severity_is_high(slack: Slack) -> None:
    await slack.slash("new DB down")
    assert slack.incident().severity is Severity.HIGH


async def test_the_same_request_three_times_makes_one_incident_and_one_answer(slack: Slack) -> None:
    body = slack.slash_body("create DB down")
    answers = [await slack.post(body) for _ in range(3)]
    assert answers[0].body
    assert answers == answers[:1] * 3
    assert "INC-2" in await slack.slash("create another")


async def test_create_without_a_title_opens_the_form_filled_with_the_rest(slack: Slack, answerer: FakeAnswerer) -> None:
    answer = await slack.slash(f'create --severity low --ci "Main DB" --assign <@{BEN}|ben>')
    assert answer == ""
    [view] = answerer.views
    assert view["callback_id"] == "incident_modal"
    assert await slack.submit(view, {"title": "DB down"}) == {}
    incident = slack.incident()
    assert (incident.title, incident.severity, incident.assignee) == ("DB down", Severity.LOW, BEN)
    assert [(ci.id, ci.name) for ci in incident.cis] == [("", "Main DB")]
    [(channel, user, _, message)] = answerer.ephemerals
    assert (channel, user) == (CHANNEL, ANA)
    assert "INC-1" in message.text


async def test_a_form_that_cannot_be_opened_is_replaced_by_what_to_type(slack: Slack, answerer: FakeAnswerer) -> None:
    answerer.opens = False
    assert await slack.slash("create") == ""
    [message] = answerer.responses
    assert "/incident create TITLE" in message.text


@pytest.mark.parametrize("title", ("x" * 251, "x" * 5000))
async def test_a_title_that_is_too_long_is_refused(slack: Slack, title: str) -> None:
    assert "250" in await slack.slash(f"create {title}")
    assert "INC-1" in await slack.slash("create a shorter one")


async def test_an_incident_is_taken_through_its_life(slack: Slack) -> None:
    await slack.slash("create DB down")
    for text in ("ack INC-1", "unack inc-1", "ack 1", "resolve INC-1 replaced the disk", "reopen INC-1 it came back"):
        assert "INC-1" in await slack.slash(text, as_=BEN)
    assert slack.kinds() == ["created", "acknowledged", "unacknowledged", "acknowledged", "resolved", "reopened"]
    notes = [entry.data.get("note") for entry in slack.entries()]
    assert notes[-2:] == ["replaced the disk", "it came back"]
    assert slack.incident().state is State.OPEN
    assert slack.incident().state_by.id == BEN


async def test_the_reference_may_be_left_out_where_one_incident_is_unresolved(slack: Slack) -> None:
    await slack.slash("create first")
    await slack.slash("ack")
    await slack.slash("note looking at it")
    await slack.slash("resolve all is well")
    assert slack.kinds() == ["created", "acknowledged", "note", "resolved"]
    assert slack.incident().resolution == "all is well"


async def test_without_a_reference_several_unresolved_incidents_are_named(slack: Slack) -> None:
    await slack.slash("create first")
    await slack.slash("create second")
    answer = await slack.slash("ack")
    assert "INC-1" in answer
    assert "INC-2" in answer
    assert slack.kinds("INC-1") == slack.kinds("INC-2") == ["created"]


async def test_a_number_begins_the_text_where_one_incident_is_unresolved(slack: Slack) -> None:
    await slack.slash("create disks")
    await slack.slash("note 1 of 3 disks left")
    await slack.slash("update 2 of 3 now")
    await slack.slash("resolve 3 disks replaced")
    assert [entry.data.get("text") for entry in slack.entries()][1:3] == ["1 of 3 disks left", "2 of 3 now"]
    assert slack.incident().resolution == "3 disks replaced"


async def test_a_number_is_a_reference_where_several_incidents_are_unresolved(slack: Slack) -> None:
    await slack.slash("create first")
    await slack.slash("create second")
    await slack.slash("note 1 disk left")
    await slack.slash("resolve 2 disk replaced")
    assert slack.kinds("INC-1") == ["created", "note"]
    assert slack.incident("INC-2").resolution == "disk replaced"


async def test_a_number_alone_names_the_incident(slack: Slack, answerer: FakeAnswerer) -> None:
    await slack.slash("create first")
    await slack.slash("update 1")
    assert answerer.views[-1]["callback_id"] == "update_modal"
    await slack.slash("resolve 1")
    assert slack.incident().resolution == ""
    await slack.slash("reopen 1")
    assert slack.kinds() == ["created", "resolved", "reopened"]


@pytest.mark.parametrize(
    "text", ("ack INC-99", "show 99", "ack nonsense", "resolve INC-99 x", "update INC-99", "note 99 x")
)
async def test_a_reference_to_nothing_is_refused_and_changes_nothing(slack: Slack, text: str) -> None:
    await slack.slash("create first")
    await slack.slash("create second")
    assert await slack.slash(text)
    assert slack.kinds("INC-1") == slack.kinds("INC-2") == ["created"]


async def test_a_refused_transition_says_who_moved_it_and_what_is_legal(slack: Slack) -> None:
    await slack.slash("create DB down")
    await slack.slash("ack INC-1", as_=BEN)
    answer = await slack.slash("ack INC-1")
    assert f"<@{BEN}>" in answer
    assert "resolve" in answer.lower()
    assert slack.kinds() == ["created", "acknowledged"]


async def test_update_changes_what_is_given(slack: Slack) -> None:
    await slack.slash("create DB down")
    await slack.slash("update INC-1 the cache too --severity critical --title DB and cache down")
    assert slack.kinds()[1:] == ["title_changed", "severity_changed", "note"]
    assert slack.incident().title == "DB and cache down"
    before = slack.kinds()
    assert await slack.slash("update INC-1 --severity critical")
    assert slack.kinds() == before


async def test_people_are_assigned_and_invited_by_mention_or_name(slack: Slack, answerer: FakeAnswerer) -> None:
    answerer.people["ben"] = BEN
    await slack.slash("create DB down")
    await slack.slash("assign INC-1 @ben")
    assert slack.incident().assignee == BEN
    await slack.slash(f"invite INC-1 <@{ANA}|ana> @ben")
    assert slack.kinds() == ["created", "assigned", "owner_invited"]


@pytest.mark.parametrize(
    "text", ("assign INC-1 @nobody", "invite INC-1 <@U0ANA|ana> @nobody", "create x --assign @nobody")
)
async def test_somebody_unknown_is_named_and_nothing_changes(slack: Slack, text: str) -> None:
    await slack.slash("create DB down")
    assert "nobody" in await slack.slash(text)
    assert slack.kinds() == ["created"]


async def test_a_name_that_slack_does_not_look_up_in_time_is_refused(impatient: Slack) -> None:
    await impatient.slash("create DB down")
    assert "ben" in await impatient.slash("assign INC-1 @ben")
    assert "INC-1" in await impatient.slash(f"assign INC-1 <@{BEN}|ben>")


@pytest.mark.parametrize("person", ("U0GONE", "U0BOT"))
async def test_nobody_is_assigned_who_cannot_answer(slack: Slack, person: str) -> None:
    await slack.slash("create DB down")
    assert await slack.slash(f"assign INC-1 <@{person}|x>")
    assert slack.incident().assignee == ""


async def test_list_and_show_answer_without_changing_anything(slack: Slack) -> None:
    await slack.slash("create first --severity low")
    await slack.slash("create second --severity critical")
    await slack.slash("resolve INC-1")
    assert "second" in await slack.slash("list")
    assert "first" not in await slack.slash("list")
    assert "first" in await slack.slash("list all")
    assert "second" not in await slack.slash("list all low")
    assert "INC-2" in await slack.slash("show INC-2")
    assert slack.kinds("INC-2") == ["created"]


@pytest.mark.parametrize(
    "text", ("", "help", "frobnicate", "crate x", "ack INC-1 now", "list opened", "create x --sverity low")
)
async def test_every_question_has_an_answer(slack: Slack, text: str) -> None:
    assert await slack.slash(text)


async def test_a_slash_command_of_another_release_is_answered(slack: Slack) -> None:
    assert "/frobnicate" in await slack.slash("x", command="/frobnicate")


async def test_another_workspace_is_told_and_nothing_is_stored(slack: Slack) -> None:
    await slack.slash("create ours")
    assert await slack.slash("create theirs", team_id="T0OTHER")
    assert await slack.slash("ack INC-1", team_id="T0OTHER")
    assert slack.kinds() == ["created"]
    assert slack.incident().team_id == TEAM


async def test_hostile_text_is_stored_as_text(slack: Slack) -> None:
    await slack.slash("create &lt;!channel&gt; \u202e\x00evil {{7*7}} 👩\u200d🚒")
    assert slack.incident().title == "<!channel> evil {{7*7}} 👩\u200d🚒"


async def test_a_wrong_time_is_corrected_by_command_and_by_the_form_and_refused_with_its_bounds(
    slack: Slack, answerer: FakeAnswerer
) -> None:
    await slack.slash("create DB down")
    slack.clock.advance(3600)
    assert "never resolved" in await slack.slash("correct INC-1 resolved 12:00")
    await slack.slash("resolve INC-1")
    assert "time corrected" in await slack.slash("correct INC-1 resolved 20m ago")
    assert slack.incident().resolved_at == slack.clock.now() - timedelta(minutes=20)
    assert "between" in await slack.slash("correct INC-1 resolved 2d ago")
    assert "`resolved`" in await slack.slash("correct INC-1 resolve 12:00")
    assert "`14:45`" in await slack.slash("correct INC-1 resolved when-it-was")
    assert await slack.slash("correct INC-1") == ""
    [view] = answerer.views
    late = int(slack.clock.now().timestamp()) + 60
    refused = await slack.submit(view, {"time": late})
    assert "between" in str(refused["view"])
    assert await slack.submit(view, {"time": late - 120}) == {}
    assert slack.incident().resolved_at == slack.clock.now() - timedelta(minutes=1)
