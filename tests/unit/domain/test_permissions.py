"""Roles, mappings and what follows from them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.bootstrap import permissions_of
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import (
    TYPED,
    Permissions,
    Right,
    Role,
    Standing,
    acts_as_admin,
    right_of,
    rights_of,
    table_of,
)
from incidentbot.settings_file import _ACTIONS, _COMMANDS, ConfigFile, read_config

ANA, BEN, ONCALL, LEADS = "U0ANA0001", "U0BEN0002", "S0ONCALL1", "S0LEADS01"
SURFACES = ("slash_command", "mention", "question", "button", "modal", "shortcut", "reaction", "home", "step")
TABLES = st.lists(st.sampled_from(sorted(Right)), max_size=20)

WITHOUT_FILE = permissions_of(ConfigFile())
WITH_FILE = permissions_of(
    read_config(f"permissions: {{user_mappings: {{{ANA}: admin, {ONCALL}: operator, {LEADS}: admin}}}}")
)


def test_without_a_file_everybody_operates_and_nobody_but_the_installer_runs_playbooks() -> None:
    assert WITHOUT_FILE.refused(Standing(BEN), Right.RESOLVE, "button") is None
    refused = WITHOUT_FILE.refused(Standing(BEN), Right.RUN_PLAYBOOK, "button")
    assert refused
    assert (refused.role, refused.roles) == ("operator", ("admin",))
    assert WITHOUT_FILE.refused(Standing(BEN, installer=True), Right.RUN_PLAYBOOK, "button") is None


def test_with_a_section_whoever_is_not_mapped_only_looks_and_the_installer_is_nobody_special() -> None:
    for standing in (Standing(BEN), Standing(BEN, installer=True)):
        assert WITH_FILE.refused(standing, Right.VIEW, "home") is None
        refused = WITH_FILE.refused(standing, Right.ACKNOWLEDGE, "button")
        assert refused
        assert refused.role == "viewer"
        assert refused.right == "acknowledge"
        assert refused.roles == ("admin", "operator")
        assert refused.grantors == (ANA, LEADS)


def test_a_group_gives_its_role_to_its_members() -> None:
    assert WITH_FILE.refused(Standing(BEN, frozenset({ONCALL})), Right.ACKNOWLEDGE, "button") is None
    assert WITH_FILE.refused(Standing(BEN, frozenset({"S0OTHERS1"})), Right.ACKNOWLEDGE, "button")


def test_of_several_mappings_the_highest_role_counts() -> None:
    both = Standing(BEN, frozenset({ONCALL, LEADS}))
    assert [grant.role.name for grant in WITH_FILE.grants(both)] == ["admin", "operator"]
    assert WITH_FILE.refused(both, Right.RUN_PLAYBOOK, "button") is None


def test_what_is_typed_is_looked_up_in_commands_and_everything_else_in_actions() -> None:
    typist = Role("typist", commands=frozenset({Right.RESOLVE, Right.CREATE}))
    only = Permissions({"typist": typist}, default="typist")
    for surface in SURFACES:
        assert (only.refused(Standing(BEN), Right.RESOLVE, surface) is None) is (surface in TYPED)
        assert only.refused(Standing(BEN), Right.CREATE, surface) is None


def test_creating_by_command_needs_the_command() -> None:
    clicker = Role("clicker", actions=frozenset({Right.CREATE}))
    only = Permissions({"clicker": clicker}, default="clicker")
    assert only.refused(Standing(BEN), Right.CREATE, "slash_command")
    assert only.refused(Standing(BEN), Right.CREATE, "modal") is None


def test_where_nothing_was_decided_nobody_may_do_anything() -> None:
    for right, surface in product(Right, SURFACES):
        assert Permissions().refused(Standing(BEN), right, surface)


def test_people_and_named_tokens_need_a_role() -> None:
    asked = {Actor(Source.SLACK, name="slack"), Actor(Source.CLI, "U0BEN"), Actor(Source.API, name="dashboard")}
    assert [one for one in asked if acts_as_admin(one)] == []
    named = [Actor(source, name=source.value) for source in Source]
    assert [one.source for one in named if not acts_as_admin(one)] == [Source.SLACK]


@pytest.mark.parametrize("word", sorted(_COMMANDS | _ACTIONS))
def test_every_word_that_the_file_may_hold_stands_for_a_right(word: str) -> None:
    assert right_of(word) is not None


def test_both_names_of_a_verb_are_one_right() -> None:
    assert rights_of(["ack"]) == rights_of(["unack"]) == rights_of(["acknowledge"]) == {Right.ACKNOWLEDGE}
    assert rights_of(["note"]) == rights_of(["comment"]) == {Right.COMMENT}
    assert rights_of(["*"]) == set(Right)


@given(TABLES, TABLES, st.sampled_from(sorted(Right)), st.sampled_from(SURFACES))
def test_a_role_allows_exactly_what_its_tables_hold(
    typed: list[Right], done: list[Right], right: Right, surface: str
) -> None:
    one = Permissions({"one": Role("one", frozenset(typed), frozenset(done))}, default="one")
    tables = {"commands": typed, "actions": done, "either": typed + done}
    allowed = one.refused(Standing(BEN), right, surface) is None
    assert allowed is (right in tables[table_of(right, surface)])
