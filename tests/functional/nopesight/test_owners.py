"""Who answers for a CI: NopeSight's own list, or what can be told from the CI where it has none."""

import pytest

from incidentbot.clients.errors import Absent
from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.nopesight import Dialect, NopeSight
from tests.functional.nopesight.conftest import client_of, config_of


async def owners(client: NopeSightClient, ci_id: str) -> list[tuple[str, str]]:
    return [(owner.email, owner.via) for owner in await client.owners_of(ci_id)]


async def test_the_owners_list_comes_first(client: NopeSightClient) -> None:
    found = await client.owners_of("ci_web_01")
    assert [(one.email, one.role) for one in found] == [
        ("ben@acme.example", "owner"),
        ("chloe@acme.example", "technical_owner"),
        ("hugo@acme.example", "on_call"),
    ]


async def test_a_ci_that_lists_nobody_has_no_owners(client: NopeSightClient) -> None:
    assert await owners(client, "ci_ftp_01") == []


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("relationships_path", (True, False))
async def test_people_that_a_ci_is_owned_by_come_next(
    sight: NopeSight, client: NopeSightClient, dialect: Dialect, relationships_path: bool
) -> None:
    sight.dialect = dialect
    sight.faults.absent("list_owners", *([] if relationships_path else ["list_relationships"]))
    assert await owners(client, "ci_checkout") == [
        ("ivy@acme.example", "relationship"),
        ("ben@acme.example", "relationship"),
    ]


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_then_what_the_cis_own_fields_say(sight: NopeSight, client: NopeSightClient, dialect: Dialect) -> None:
    sight.dialect = dialect
    sight.cmdb.owners_shown = "custom_field"
    sight.faults.absent("list_owners")
    assert await owners(client, "ci_db_01") == [("dmitri@acme.example", "custom_field")]


async def test_then_the_owners_of_what_it_stands_on(sight: NopeSight, client: NopeSightClient) -> None:
    sight.cmdb.owners_shown = "custom_field"
    sight.cmdb.edit("ci_web_02", owners=(), custom_fields={"owner": "VP of Operations"})
    sight.faults.absent("list_owners")
    assert await owners(client, "ci_web_02") == [("", "custom_field"), ("dmitri@acme.example", "dependency")]


async def test_then_the_departments_people_by_the_operators_setting(
    sight: NopeSight, api_url: str, clock: Clock
) -> None:
    sight.faults.absent("list_owners", "list_relationships")
    setting = {"it": ("farid@acme.example",)}
    async with client_of(config_of(api_url, owners_by_department=setting), clock) as client:
        assert await owners(client, "ci_ftp_01") == [("farid@acme.example", "department")]


async def test_editors_are_never_owners(sight: NopeSight, client: NopeSightClient) -> None:
    sight.faults.absent("list_owners")
    assert await owners(client, "ci_ftp_01") == []


async def test_owners_of_a_ci_that_is_not_there_are_absent(client: NopeSightClient) -> None:
    with pytest.raises(Absent):
        await client.owners_of("ci_gone")
