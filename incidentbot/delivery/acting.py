"""Whoever did something here, as NopeSight knows people: by name and e-mail address."""

from incidentbot.clients.errors import ClientError, Permanent
from incidentbot.clients.slack import SlackClient
from incidentbot.delivery.task import Task
from incidentbot.domain.nopesight_event import EventActor
from incidentbot.domain.people import Actor, Person, Source
from incidentbot.store import Transaction

# So often the person's e-mail address is asked of Slack; after that NopeSight is told without it.
ASK_SLACK_TIMES = 3


def known_person(tx: Transaction, actor: Actor) -> Person | None:
    """What we know of the person already."""
    return tx.people.get(actor.id) if actor.id else None


async def acting(slack: SlackClient, task: Task, actor: Actor, known: Person | None) -> EventActor:
    """Name and address of `actor`. Raises for a Slack that does not answer, the first times it is asked."""
    email = actor.email or (known.email if known else "")
    # What Slack sends with a click is the handle; the person's name is what NopeSight should show.
    name = (known.name if known else "") or actor.name or actor.source.value
    if actor.source in {Source.SLACK, Source.CLI} and actor.id and not email:
        person = await _asked(slack, task, actor.id)
        if person:
            email, name = person.email, person.name
    return EventActor(name=name, email=email, source=actor.source.value, external_id=actor.id)


async def _asked(slack: SlackClient, task: Task, person_id: str) -> Person | None:
    try:
        return await slack.person(task.row.team_id, person_id)
    except Permanent:
        return None
    except ClientError:
        if task.row.attempts < ASK_SLACK_TIMES:
            raise
        return None
