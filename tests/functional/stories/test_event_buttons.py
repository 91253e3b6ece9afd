"""The buttons on an event's notification: acknowledge it, make an incident of it."""

from pathlib import Path

from tests.functional.stories.running import story

EVENT = "nopesight_event"


def test_who_acknowledges_an_event_is_named_in_nopesight_too(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        event = s.nopesight.fire(title="Swap is used on PROD-WEB-01", severity="major", ci="PROD-WEB-01")
        told = s.slack.expect_message(channel="#alerts", event_type=EVENT)
        s.slack.click(told, "acknowledge_event", as_="ana")
        s.slack.expect_edit(told, containing="Acknowledged by")
        s.slack.expect_reply(told, containing="Acknowledged")
        assert s.nopesight.wait_for(lambda: s.nopesight.events.get(event.id).status == "acknowledged")
        who = s.nopesight.events.get(event.id).acknowledged_by
        assert who is not None
        assert who.email == "ana@acme.example"
        s.slack.expect_edit(told, where=lambda shown: "acknowledge_event" not in shown.action_ids)
        assert "create_incident" in told.action_ids
        s.slack.click(told, "create_incident", as_="ben")
        s.slack.expect_modal("ben", callback_id="incident_modal").close()


def test_an_incident_made_of_an_event_has_what_the_event_says_and_belongs_to_it(
    database_url: str, tmp_path: Path
) -> None:
    with story(database_url, tmp_path) as s:
        event = s.nopesight.fire(title="Swap is used on PROD-DB-01", severity="major", ci="PROD-DB-01")
        told = s.slack.expect_message(channel="#alerts", event_type=EVENT)

        s.slack.click(told, "create_incident", as_="ana")
        form = s.slack.expect_modal("ana", callback_id="incident_modal")
        assert event.id in form.private_metadata
        assert form.value("title") == "Swap is used on PROD-DB-01"
        assert form.value("priority") == "high"
        form.submit()
        card = s.slack.expect_message(channel="#incidents", containing="Swap is used", event_type="incident")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        s.slack.expect_reply(card, containing="#1")
        s.slack.expect_dm("dmitri", containing="PROD-DB-01")
        s.slack.expect_reply(card, containing="#2")
        s.slack.expect_edit(told, containing="INC-1")
        s.slack.expect_edit(told, where=lambda shown: "create_incident" not in shown.action_ids)
        s.slack.click(told, "acknowledge_event", as_="ben")
        s.slack.expect_reply(card, containing="#3")
        s.slack.expect_reply(told, containing="INC-1")
        assert s.nopesight.wait_for(lambda: s.nopesight.events.get(event.id).status == "acknowledged")
        s.nopesight.resolve(event.id, by="dmitri")
        s.slack.expect_reply(card, containing="#4")
        s.slack.expect_reply(told, containing="Resolved")
        s.slack.expect_edit(card, where=lambda shown: shown.payload["state"] == "resolved")


def test_a_click_on_an_event_that_is_taken_or_over_says_so(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path) as s:
        event = s.nopesight.fire(title="Swap is used on PROD-DB-01", severity="major", ci="PROD-DB-01")
        told = s.slack.expect_message(channel="#alerts", event_type=EVENT)
        forms = []
        for person in ("ana", "ben"):
            s.slack.click(told, "create_incident", as_=person)
            forms.append(s.slack.expect_modal(person))
        forms[0].submit()
        card = s.slack.expect_message(channel="#incidents", event_type="incident")
        assert forms[1].submit().ok
        assert "INC-1" in s.slack.expect_modal("ben").shown
        s.slack.expect_edit(told, containing="INC-1")
        s.nopesight.resolve(event.id)
        s.slack.expect_edit(told, where=lambda shown: "acknowledge_event" not in shown.action_ids)
        s.slack.expect_edit(card, where=lambda shown: shown.payload["state"] == "resolved")
        s.slack.ignore(lambda shown: shown.event_type != EVENT)
        s.slack.wait_until(lambda: len(card.replies()) == 3)
        s.slack.wait_until(lambda: len(told.replies()) == 1)
        s.slack.ignore(lambda _shown: True)
