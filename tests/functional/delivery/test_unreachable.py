"""An owner whom nobody can reach never counts as told: thread and audit log say why, and the others hear of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from incidentbot.queries import verify_audit
from incidentbot.sandbox.world import Person, World, demo_world
from incidentbot.store.tables import timeline_entries
from tests.functional.delivery.places import cards, rows, settled, told
from tests.functional.stories.running import Story, story

OTHERS = ("chloe", "hugo")


def of_ben(change: Callable[[Person], Person | None]) -> World:
    """The demo's workspace, in which Ben is as `change` makes him, or nobody (None)."""
    world = demo_world()
    people = [change(one) if one.key == "ben" else one for one in world.people]
    return replace(world, people=tuple(one for one in people if one))


def reasons_told(s: Story) -> list[str]:
    """Why somebody was not reached, as the thread has it; the audit chain vouches for each entry."""
    entries = sa.select(timeline_entries.c.data).where(timeline_entries.c.kind == "owner_invited")
    with s.service.store.database.read() as connection:
        found = list(connection.execute(entries.order_by(timeline_entries.c.seq)).scalars())
    assert verify_audit(s.service.store)[1] == []
    return [one["reason"] for data in found for one in data["unreachable"]]


@pytest.mark.parametrize(
    ("change", "reason"),
    (
        (lambda _ben: None, "no_account"),
        (lambda ben: replace(ben, is_bot=True), "bot"),
    ),
    ids=("not a member", "bot"),  # Slack finds no closed account, and nobody of another workspace, by an address
)
def test_an_owner_who_is_nobody_to_be_told_is_named_and_the_others_are_invited(
    sqlite_url: str, tmp_path: Path, change: Callable[[Person], Person | None], reason: str
) -> None:
    with story(sqlite_url, tmp_path, world=of_ben(change)) as s:
        s.nopesight.fire(title="Disk full", severity="critical", ci="PROD-WEB-01")
        s.slack.wait_until(lambda: all(len(s.slack.direct_messages(one)) == 1 for one in OTHERS), what="the others")
        settled(s)
        assert reasons_told(s) == [reason]
        assert "Ben" in cards(s.slack)[0].replies()[1].shown
        assert len(rows(s, kind="invitation")) == len(OTHERS)
        told(s)


@pytest.mark.parametrize(
    ("code", "reason"),
    (
        ("cannot_dm_bot", "bot"),
        ("channel_not_found", "direct_messages_closed"),  # what Slack says of people that we may not write to
    ),
)
def test_an_owner_who_takes_no_message_is_named_and_the_invitation_does_not_count_as_sent(
    sqlite_url: str, tmp_path: Path, code: str, reason: str
) -> None:
    with story(sqlite_url, tmp_path) as s:
        ben = s.slack.person("ben").id
        s.slack.server.platform.faults.fail("chat.postMessage", code, channel=ben)
        s.nopesight.fire(title="Disk full", severity="critical", ci="PROD-WEB-01")
        s.slack.wait_until(lambda: all(len(s.slack.direct_messages(one)) == 1 for one in OTHERS), what="the others")
        s.slack.wait_until(lambda: reasons_told(s) == [reason], what="why he was not reached")
        settled(s)
        assert {row.target: row.outcome for row in rows(s, kind="invitation")}[ben] == "parked"
        told(s)
