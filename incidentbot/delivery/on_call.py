"""Keeping up with who is on call: the teams of NopeSight, and whether the people of schedules are there at all.

While NopeSight or Slack do not answer, what they last said holds.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from incidentbot.clients.errors import ClientError, Permanent
from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.clients.slack import SlackClient
from incidentbot.domain.cmdb import Owner
from incidentbot.domain.on_call import NopeSightTeam, Roster
from incidentbot.domain.people import Person
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.on_call import kept_as
from incidentbot.usecases.known_people import unfit

ASK_EVERY: Final = timedelta(minutes=5)
LOOK_EVERY: Final = 3.0
# The role of those who are called first, in NopeSight's list of who answers for a CI.
ON_CALL: Final = "on_call"

log = structlog.get_logger(__name__)


async def keep_on_call(store: Store, slack: SlackClient, nopesight: NopeSightClient | None) -> None:
    """Until cancelled: ask about each roster every five minutes, whatever the number of replicas."""
    while True:
        try:
            await ask_in_turn(store, slack, nopesight)
        except DatabaseUnavailable as error:
            log.warning("database.unavailable", reason=str(error))
        await asyncio.sleep(LOOK_EVERY)


async def ask_in_turn(store: Store, slack: SlackClient, nopesight: NopeSightClient | None) -> None:
    """Ask about each roster that nobody has asked about in the last five minutes."""
    for team_id, roster in await store.run(_turns):
        try:
            if isinstance(roster.source, NopeSightTeam):
                await _ask_nopesight(store, slack, nopesight, team_id, roster, roster.source)
            await _ask_about_people(store, slack, team_id, roster)
        except ClientError as error:
            log.warning("on_call.not_asked", team=team_id, on_call=roster.name, reason=error.reason)


def _turns(store: Store) -> list[tuple[str, Roster]]:
    with store.begin("") as tx:
        teams = [home.team_id for home in tx.installations.all()]
        return [
            (team, roster)
            for team in teams
            for roster in store.policy.on_call.values()
            if not roster.group and tx.of(team).groups.take_turn(kept_as(roster), ASK_EVERY, tx.now)
        ]


async def _ask_nopesight(
    store: Store,
    slack: SlackClient,
    nopesight: NopeSightClient | None,
    team_id: str,
    roster: Roster,
    wanted: NopeSightTeam,
) -> None:
    found = await people_of(nopesight, slack, team_id, wanted) if nopesight else ()
    if not found:
        remedy = "look at the CI's owners and their team in NopeSight, and at their e-mail addresses in Slack"
        log.warning("on_call.nobody", team=team_id, on_call=roster.name, remedy=remedy)
    await store.run(_save, team_id, kept_as(roster), found)


async def people_of(
    nopesight: NopeSightClient, slack: SlackClient, team_id: str, wanted: NopeSightTeam
) -> Sequence[Person]:
    """Who is on call for a team of NopeSight, as far as they are in Slack. Raises a ClientError."""
    owners = [owner for ci in await nopesight.find_cis(wanted.ci) for owner in await nopesight.owners_of(ci.id)]
    people = [await slack.person_by_email(team_id, email) for email in _addresses(owners, wanted.team)]
    return [person for person in people if person and not unfit(person)]


def _addresses(owners: Sequence[Owner], team: str) -> Sequence[str]:
    """Those of the team whom NopeSight says are on call; where it says so of nobody, all of the team."""
    members = [one for one in owners if one.email and (not team or one.team.casefold() == team.casefold())]
    first = [one for one in members if one.role == ON_CALL]
    return tuple(dict.fromkeys(one.email.lower() for one in first or members))


async def _ask_about_people(store: Store, slack: SlackClient, team_id: str, roster: Roster) -> None:
    """People who are named by their id; names are looked up with all others that the settings mention."""
    for person_id in (one for one in roster.people if not one.startswith("@")):
        try:
            person = await slack.person(team_id, person_id)
        except Permanent as error:
            log.warning("on_call.unknown", team=team_id, on_call=roster.name, person=person_id, reason=error.reason)
            continue
        if unfit(person):
            log.warning("on_call.unfit", team=team_id, on_call=roster.name, person=person_id, reason=unfit(person))
        await store.run(_learn, team_id, person)


def _save(store: Store, team_id: str, key: str, people: Sequence[Person]) -> None:
    with store.begin(team_id) as tx:
        for person in people:
            tx.people.save(person, tx.now)
        tx.groups.replace(key, [person.id for person in people])


def _learn(store: Store, team_id: str, person: Person) -> None:
    with store.begin(team_id) as tx:
        tx.people.save(person, tx.now)
