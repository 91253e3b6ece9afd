"""Whether somebody is on call by every name that the settings have for it."""

from collections.abc import Iterable, Iterator
from typing import Final

from incidentbot.clients.errors import Permanent
from incidentbot.delivery.doctor.patient import Patient
from incidentbot.domain.doctor import Finding, doubtful, failing, well
from incidentbot.domain.on_call import Duty
from incidentbot.languages import fill_plain
from incidentbot.queries.on_call import on_call
from incidentbot.store import Store
from incidentbot.usecases.known_people import unfit

# So many people of schedules are asked for, one call each.
MOST_PEOPLE: Final = 20


def on_duty(store: Store, team_id: str) -> Iterator[Finding]:
    """A line for each name, by what the service last heard."""
    for duty in on_call(store, team_id):
        name = f"on_call {duty.name}"
        if duty.people:
            until = fill_plain(", until {until} UTC", until=f"{duty.until:%Y-%m-%d %H:%M}") if duty.until else ""
            yield well(name, fill_plain("{store}{until}.", store=_named(store, team_id, duty), until=until))
        else:
            remedy = fill_plain(
                "Look at on_call and escalate_to in the file of INCIDENTBOT_CONFIG; serve learns names at its start."
            )
            yield doubtful(name, fill_plain("Nobody is on call{duty}: nobody would be told.", duty=_why(duty)), remedy)


def _why(duty: Duty) -> str:
    if duty.unknown:
        return fill_plain(" (Slack knows nobody called {unknown})", unknown=duty.unknown[0])
    return fill_plain(" (the user group is empty)") if duty.group else ""


def _named(store: Store, team_id: str, duty: Duty) -> str:
    with store.read(team_id) as tx:
        names = [known.name if (known := tx.people.get(person)) else person for person in duty.people[:3]]
    left = len(duty.people) - len(names)
    return f"{', '.join(names)}{f' and {left} more' if left else ''}"


async def scheduled(patient: Patient, team_id: str) -> Iterable[Finding]:
    """The people whom schedules name by id, as Slack knows them now."""
    rosters = patient.store.policy.on_call.values()
    people = dict.fromkeys(one for roster in rosters for one in roster.people if not one.startswith("@"))
    return [finding for person in list(people)[:MOST_PEOPLE] for finding in await _person(patient, team_id, person)]


async def _person(patient: Patient, team_id: str, person_id: str) -> tuple[Finding, ...]:
    name = f"on_call {person_id}"
    remedy = fill_plain("Correct the schedule under on_call in the file of INCIDENTBOT_CONFIG.")
    try:
        person = await patient.slack.person(team_id, person_id)
    except Permanent as error:
        return (
            failing(
                name,
                fill_plain("A schedule names somebody whom Slack does not know ({code}).", code=error.code),
                remedy,
            ),
        )
    if unfit(person):
        return (
            failing(
                name,
                fill_plain(
                    "A schedule names {name}, who cannot be told: {person}.", name=person.name, person=unfit(person)
                ),
                remedy,
            ),
        )
    return ()
