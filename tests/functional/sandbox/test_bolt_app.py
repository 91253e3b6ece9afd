import pytest

from incidentbot.sandbox.harness import ExpectationFailed, Harness
from incidentbot.sandbox.slack.people import NotPossible


def test_a_slash_command_is_answered_to_the_person_alone_and_posts_a_card(h: Harness) -> None:
    done = h.slash("/order", "tea", as_="ana")
    assert done.ok
    h.expect_ephemeral("ana", containing="You said tea")
    card = h.expect_message(channel="#incidents", event_type="order")
    assert card.action_ids == ["take"]
    assert card.payload == {"order": 42}


def test_a_click_edits_the_card_and_replies_in_its_thread(h: Harness) -> None:
    h.slash("/order", "tea", as_="ana")
    h.expect_ephemeral("ana")
    card = h.expect_message()
    assert h.click(card, "take", as_="ben").ok
    h.expect_edit(card, containing=h.person("ben").id)
    assert card.blocks == []
    h.expect_reply(card, containing="Taken")
    assert [reply.text for reply in card.replies()] == ["Taken"]


def test_a_modal_shows_field_errors_then_takes_the_corrected_form(h: Harness) -> None:
    h.slash("/order", "form", as_="ana")
    modal = h.expect_modal("ana", callback_id="order_modal")
    refused = modal.fill(name="bad").submit()
    assert refused.errors == {"name": "Not that name"}
    assert not refused.closed
    assert modal.fill(name_input="Ana").submit().closed
    h.expect_message(containing="Order for Ana")


def test_a_required_field_left_empty_is_marked_by_slack_itself(h: Harness) -> None:
    h.shortcut("order_shortcut", as_="ana")
    modal = h.expect_modal("ana")
    with pytest.raises(NotPossible):
        modal.submit()
    assert "name" in modal.errors


def test_an_external_select_offers_what_the_app_answers(h: Harness) -> None:
    h.shortcut("order_shortcut", as_="ana")
    modal = h.expect_modal("ana")
    assert [one["value"] for one in modal.options("colour_select", "re")] == ["red", "green"]
    assert modal.choose("colour", "blu").value("colour") == "blue"


def test_closing_a_modal_is_told_to_the_app_that_asked(h: Harness) -> None:
    h.shortcut("order_shortcut", as_="ana")
    h.expect_modal("ana").close()
    h.expect_ephemeral("ana", containing="You closed it")
    assert h.seat("ana").modal is None


def test_a_message_shortcut_brings_the_message(h: Harness) -> None:
    said = h.say("the door is stuck", as_="chloe", channel="#incidents")
    h.message_shortcut(said, "order_from_message", as_="ben")
    h.expect_dm("ben", containing="the door is stuck")


def test_a_mention_in_a_thread_is_answered_there(h: Harness) -> None:
    root = h.say("what is this?", as_="ana", channel="#incidents")
    h.mention(root, "help", as_="ben")
    h.expect_reply(root, containing="You called?")


def test_a_direct_message_reaches_the_app(h: Harness) -> None:
    h.write_to_app("hello", as_="emi")
    h.expect_dm("emi", containing="Echo: hello")


def test_a_reaction_reaches_the_app(h: Harness) -> None:
    said = h.say("look", as_="ana", channel="#incidents")
    h.react(said, "pushpin", as_="ben")
    h.expect_reaction(said, "eyes")


def test_the_home_tab_is_published_when_it_is_opened(h: Harness) -> None:
    h.open_home(as_="ana")
    assert h.expect_home("ana").body["blocks"][0]["text"]["text"] == "Welcome"


def test_a_workflow_step_is_completed_with_its_own_token(h: Harness) -> None:
    step = h.run_step("order_step", name="Ana")
    h.wait_until(lambda: step.status != "running", what="the step's end")
    assert step.outputs == {"order": "order of Ana"}


def test_a_response_url_answers_later(h: Harness) -> None:
    h.slash("/order", "later", as_="ana")
    h.expect_ephemeral("ana", containing="Later answer")


def test_a_slash_command_does_not_work_in_a_thread(h: Harness) -> None:
    root = h.say("thread", as_="ana", channel="#incidents")
    with pytest.raises(NotPossible):
        h.run(h.people.slash("ana", "#incidents", "/order", "tea", thread_ts=root.ts))


def test_an_app_that_does_not_acknowledge_in_time_fails_in_front_of_the_person(h: Harness) -> None:
    h.server.platform.rules.ack_timeout = 0.2
    done = h.slash("/order", "slow", as_="ana")
    assert done.error == "operation_timeout"
    h.expect_notice("operation_timeout")
    assert h.seat("ana").notices


def test_a_message_that_nobody_expected_fails_the_test_with_its_text(h: Harness) -> None:
    h.slash("/order", "tea", as_="ana")
    h.expect_ephemeral("ana")
    h.wait_until(h.unexpected, what="the card")
    with pytest.raises(ExpectationFailed, match="An order"):
        h.assert_nothing_unexpected()
    h.expect_message()
