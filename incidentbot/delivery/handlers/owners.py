"""owners: the people responsible for what is affected are found and invited."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from incidentbot.clients.errors import NotYet, Permanent, Retryable, Unauthorised, Uncertain
from incidentbot.clients.nopesight import NopeSightClient
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.task import OneWay, Task
from incidentbot.domain.cmdb import Owner
from incidentbot.domain.incident import Incident
from incidentbot.domain.monitoring import CiRef, MonitoringEvent
from incidentbot.domain.people import Actor, Invitee, Person, Source, Unreachable
from incidentbot.effects.kinds import Repeat
from incidentbot.store import Store, Transaction
from incidentbot.store.effects import EffectRow
from incidentbot.store.people import FRESH_FOR
from incidentbot.usecases.invite import invite_owners
from incidentbot.usecases.known_people import unfit

# 100 CIs of one storm are looked up a few at a time.
AT_ONCE = 5
# So long an address that nobody has is not asked for again.
NOBODY_FOR = 300.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up taught."""

    owners: tuple[Invitee, ...]
    unreachable: tuple[Unreachable, ...]
    cis: tuple[CiRef, ...]
    unknown_cis: tuple[str, ...]
    people: tuple[Person, ...]


class OwnersHandler(OneWay):
    """Asks NopeSight who owns the CIs, and Slack who these people are."""

    def __init__(self, store: Store, nopesight: NopeSightClient | None, slack: SlackClient) -> None:
        self._store = store
        self._nopesight = nopesight
        self._slack = slack
        self._nobody: dict[tuple[str, str], float] = {}

    def prepare(self, tx: Transaction, row: EffectRow) -> Task | None:
        """The CIs as of now, and to whom the events are assigned; nothing to do without a NopeSight."""
        incident = tx.incidents.get(row.incident)
        if incident is None or self._nopesight is None:
            return None
        assigned = _assigned(tx.events.linked(incident.number)) if incident.event_count else ()
        if not incident.cis and not assigned:
            return None
        workspace = tx.installations.get(row.team_id)
        bot = workspace.bot_user_id if workspace else ""
        return Task(row, Repeat.AGAIN, facts={"incident": incident, "assigned": assigned, "bot": bot})

    async def send(self, task: Task) -> Found:
        """Look everything up. A repeat asks again; people are remembered."""
        incident: Incident = task.facts["incident"]
        gate = asyncio.Semaphore(AT_ONCE)
        looked_up = await asyncio.gather(*(self._ci(gate, ci) for ci in incident.cis))
        unknown = [*incident.unknown_cis, *(ci.name for ci, _ in looked_up if not ci.id)]
        cis = tuple(ci for ci, _ in looked_up if ci.id)
        wanted: dict[str, tuple[Owner, str]] = dict(task.facts["assigned"])
        for ci, owners in looked_up:
            for owner in owners:
                wanted.setdefault(owner.email.lower() or owner.name, (owner, f"owner of {ci.name}"))
        found = await asyncio.gather(
            *(self._person(task.row.team_id, owner, why, task.facts["bot"]) for owner, why in wanted.values())
        )
        return Found(
            tuple(one for one, _ in found if isinstance(one, Invitee)),
            tuple(one for one, _ in found if isinstance(one, Unreachable)),
            cis,
            tuple(dict.fromkeys(unknown)),
            tuple(person for _, person in found if person),
        )

    def record(self, tx: Transaction, task: Task, result: Found) -> str:
        """Invite whom the look-up found."""
        for person in result.people:
            tx.people.save(person, tx.now)
        incident = tx.incidents.get(task.row.incident, lock=True)
        if incident:
            before: Incident = task.facts["incident"]
            added = tuple(ci for ci in incident.cis if ci not in before.cis)
            invite_owners(
                tx,
                incident,
                owners=result.owners,
                unreachable=result.unreachable,
                cis=(*result.cis, *added),
                unknown_cis=result.unknown_cis,
                actor=Actor(Source.NOPESIGHT),
            )
        return ""

    async def _ci(self, gate: asyncio.Semaphore, ci: CiRef) -> tuple[CiRef, Sequence[Owner]]:
        """The CI with its id, which is "" where there is no such CI, and its owners."""
        assert self._nopesight is not None  # noqa: S101 - prepare saw to it
        async with gate:
            known = ci if ci.id else await self._named(ci)
            if not known.id:
                return known, ()
            try:
                return known, await self._nopesight.owners_of(known.id)
            except Permanent:
                return CiRef("", ci.name), ()

    async def _named(self, ci: CiRef) -> CiRef:
        assert self._nopesight is not None  # noqa: S101 - prepare saw to it
        for found in await self._nopesight.find_cis(ci.name):
            if found.name.lower() == ci.name.lower():
                return CiRef(found.id, found.name, found.type)
        return ci

    async def _person(
        self, team_id: str, owner: Owner, why: str, bot: str
    ) -> tuple[Invitee | Unreachable, Person | None]:
        if not owner.email:
            return Unreachable(owner.name, "", why, "no_email"), None
        known = await self._store.ask(_known, team_id, owner.email)
        person = known or await self._slack_person(team_id, owner.email)
        if person is None:
            return Unreachable(owner.name or owner.email, owner.email, why, "no_account"), None
        reason = "bot" if person.id == bot else unfit(person)
        learnt = None if known else person
        if reason:
            return Unreachable(owner.name or person.name, owner.email, why, reason), learnt
        return Invitee(person.id, why, owner.via), learnt

    async def _slack_person(self, team_id: str, email: str) -> Person | None:
        """The member with this address. Who was found, or not, is remembered: a later try goes on from there."""
        now = asyncio.get_running_loop().time()
        if self._nobody.get((team_id, email), 0.0) > now:
            return None
        try:
            person = await self._slack.person_by_email(team_id, email)
        except Unauthorised as error:
            # Not NopeSight's refusal: without Slack nobody can be invited yet, so ask again later.
            raise Retryable(f"users.lookupByEmail: {error.reason}") from error
        except Uncertain as error:
            # Slack is away. It is asked ever more rarely from here, and at once when it answers others again.
            raise NotYet(error.reason) from error
        if person is None:
            self._nobody[team_id, email] = now + NOBODY_FOR
        else:
            await self._store.run(_remember, team_id, person)
        return person


def _assigned(events: Sequence[MonitoringEvent]) -> dict[str, tuple[Owner, str]]:
    """Whom NopeSight gave one of the events that are not over, by address, and why that is them."""
    return {
        event.assigned_email: (
            Owner(event.assigned_name or event.assigned_email, event.assigned_email, via="assignment"),
            f"assignee of {event.display_id or event.event_id}",
        )
        for event in events
        if event.active and event.assigned_email
    }


def _known(store: Store, team_id: str, email: str) -> Person | None:
    with store.read(team_id) as tx:
        return tx.people.by_email(email, since=tx.now - FRESH_FOR)


def _remember(store: Store, team_id: str, person: Person) -> None:
    with store.begin(team_id) as tx:
        tx.people.save(person, tx.now)
