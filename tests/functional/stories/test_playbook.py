"""run_playbook: chosen, filled in, confirmed, and told in the thread until it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from incidentbot.sandbox.shown import Modal, Shown
from incidentbot.sandbox.slack.people import NotPossible
from tests.functional.stories.running import Story, story

ROLES = """
permissions:
  user_mappings: {U0ANA00001: admin}
  default: operator
"""


@contextmanager
def with_roles(database_url: str, folder: Path) -> Iterator[Story]:
    """A story in which Ana is an administrator, and everybody else an operator."""
    (folder / "incidentbot.yaml").write_text(ROLES)
    extra = {"INCIDENTBOT_CONFIG": str(folder / "incidentbot.yaml")}
    with story(database_url, folder, extra=extra) as s:
        yield s


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[Story]:
    with with_roles(sqlite_url, tmp_path) as s:
        yield s


def a_button(s: Story, event_id: str, channel: str = "#alerts") -> Shown:
    """A message with the button, as an event's notification has it."""
    button = {"type": "button", "action_id": "run_playbook", "value": event_id}
    button["text"] = {"type": "plain_text", "text": "Run Playbook"}  # type: ignore[assignment] # plain JSON
    body: dict[str, Any] = {
        "channel": s.slack.workspace.channel(channel).id,
        "text": "A notification",
        "blocks": [{"type": "actions", "elements": [button]}],
    }
    token = s.slack.workspace.installation.bot_token
    with httpx.Client(trust_env=False) as client:
        posted = client.post(
            f"{s.slack.server.api_url}chat.postMessage", json=body, headers={"Authorization": f"Bearer {token}"}
        )
    assert posted.json()["ok"], posted.text
    return s.slack.expect_message(channel=channel, containing="A notification")


def notified(s: Story, title: str = "Disk of MAIL-01 fills up") -> Shown:
    """The notification of an event that is no incident."""
    s.nopesight.fire(title=title, severity="warning", ci="MAIL-01")
    return s.slack.expect_message(channel="#alerts", event_type="nopesight_event", containing=title)


def opened(s: Story, button: Shown, *, as_: str = "ana") -> Modal:
    s.slack.click(button, "run_playbook", as_=as_)
    modal = s.slack.expect_modal(as_)
    s.slack.wait_until(lambda: modal.callback_id == "playbook_modal", what="the choice of playbooks")
    return modal


def chosen(s: Story, modal: Modal, playbook: str) -> None:
    modal.click("playbook_select", option=playbook)
    s.slack.wait_until(lambda: playbook in modal.private_metadata, what="the playbook's fields")


def run(s: Story, modal: Modal, *, as_: str = "ana") -> None:
    assert modal.submit().ok
    assert modal.callback_id == "playbook_confirm_modal"
    assert not s.nopesight.calls("execute_playbook")
    assert modal.submit().closed
    s.slack.expect_ephemeral(as_, containing="progress is told in the thread")


def test_a_playbook_runs_for_an_incident_and_its_thread_tells_how_it_ends(database_url: str, tmp_path: Path) -> None:
    with with_roles(database_url, tmp_path) as s:
        event = s.nopesight.fire(title="CPU at 98 % on MAIL-01", severity="critical", ci="MAIL-01")
        card = s.slack.expect_message(containing="CPU at 98 %")
        button = a_button(s, event.id)
        modal = opened(s, button)
        chosen(s, modal, "pb_restart_service")
        assert "Risk" in modal.shown
        parameter = next(one["block_id"] for one in modal.view.body["blocks"] if ":0:" in one.get("block_id", ""))
        modal.fill(**{parameter: "postfix"})
        run(s, modal)
        s.slack.expect_reply(card, containing="requested")
        s.nopesight.wait_for_call("execute_playbook")
        told = s.nopesight.calls("execute_playbook")[0].body
        assert told["parameters"]["service"] == "postfix"
        assert told["eventId"] == event.id
        assert told["actor"]["email"] == "ana@acme.example"
        s.slack.advance(60)
        s.slack.expect_reply(card, containing="succeeded")
        s.slack.ignore(lambda shown: shown.event_type in {"incident_timeline", "incident_invitation"})


def test_without_an_incident_one_message_below_the_notification_shows_the_progress(running: Story) -> None:
    button = notified(running)
    modal = opened(running, button)
    chosen(running, modal, "pb_collect_diagnostics")
    run(running, modal)
    told = running.slack.expect_reply(button, event_type="playbook")
    running.slack.advance(3)
    running.slack.expect_edit(told, containing="is running")
    running.slack.advance(60)
    running.slack.expect_edit(told, containing="succeeded")


def test_a_restart_loses_neither_the_playbook_nor_its_progress(database_url: str, tmp_path: Path) -> None:
    with with_roles(database_url, tmp_path) as s:
        button = notified(s)
        modal = opened(s, button)
        chosen(s, modal, "pb_collect_diagnostics")
        run(s, modal)
        message = s.slack.expect_reply(button, event_type="playbook")
        s.nopesight.wait_for_call("execute_playbook")
        s.restart()
        s.slack.advance(60)
        s.slack.expect_edit(message, containing="succeeded")
        assert len(s.nopesight.calls("execute_playbook")) == 1


def test_a_playbook_that_has_to_be_approved_says_that_it_waits_for_that(running: Story) -> None:
    button = notified(running)
    modal = opened(running, button)
    chosen(running, modal, "pb_failover_database")
    block = next(one["block_id"] for one in modal.view.body["blocks"] if ":0:" in one.get("block_id", ""))
    modal.fill(**{block: "disk"})
    run(running, modal)
    told = running.slack.expect_reply(button, event_type="playbook")
    running.slack.expect_edit(told, containing="approve it")
    execution = running.nopesight.playbooks.executions()[0]
    running.nopesight.playbooks.approve(execution.id)
    running.slack.advance(60)
    running.slack.expect_edit(told, containing="succeeded")


def test_an_operator_is_told_who_may(running: Story) -> None:
    button = notified(running)
    running.slack.click(button, "run_playbook", as_="ben")
    running.slack.expect_ephemeral("ben", containing="run_playbook")


def test_a_nopesight_without_playbooks_says_so_in_the_form(running: Story) -> None:
    running.nopesight.faults.absent("list_playbooks")
    button = a_button(running, "665f0c1e9b1d")
    running.slack.click(button, "run_playbook", as_="ana")
    modal = running.slack.expect_modal("ana")
    running.slack.wait_until(lambda: "nothing of the kind" in modal.shown, what="the reason")


def test_values_of_one_playbook_are_not_taken_for_those_of_another(running: Story) -> None:
    modal = opened(running, notified(running))
    chosen(running, modal, "pb_restart_service")
    chosen(running, modal, "pb_failover_database")
    with pytest.raises(NotPossible, match="required fields are empty"):
        modal.submit()
