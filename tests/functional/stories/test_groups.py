"""Roles of user groups follow the groups as Slack has them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from incidentbot.store.tables import user_groups
from tests.functional.stories.running import Story, story, wait_for

FILE = "permissions: {user_mappings: {S0ONCALL00: operator}}"


def _members(s: Story) -> frozenset[str]:
    with s.service.store.read(s.slack.workspace.team_id) as tx:
        return frozenset(person.key for person in s.slack.workspace.people.values() if tx.groups.of(person.id))


def _ask_again(s: Story) -> None:
    """A minute passes: what was asked lately may be asked again."""
    with s.service.store.database.write() as connection:
        connection.execute(sa.update(user_groups).values(asked_at=datetime(2020, 1, 1, tzinfo=UTC)))


def test_a_member_has_the_role_and_one_who_leaves_loses_it(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=FILE) as s:
        wait_for(lambda: _members(s) == {"ana"}, "the group's members")
        s.slack.slash("/incident", "create Ana may", as_="ana")
        card = s.slack.expect_message(containing="Ana may")
        s.slack.expect_reply(card, event_type="incident_timeline")
        told = s.slack.slash("/incident", "ack INC-1", as_="ben")
        assert "viewer" in str(told)
        group = s.slack.workspace.groups["S0ONCALL00"]
        s.slack.workspace.groups["S0ONCALL00"] = replace(group, members=(s.slack.person("ben").id,))
        _ask_again(s)
        wait_for(lambda: _members(s) == {"ben"}, "the change")
        assert "viewer" in str(s.slack.slash("/incident", "ack INC-1", as_="ana"))
        s.slack.ignore(lambda _shown: True)
