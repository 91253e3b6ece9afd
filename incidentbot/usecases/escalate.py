"""escalate: nobody has acknowledged an incident; the next of those named in the settings are told, step by step.

Whom a step names is looked up in Slack and NopeSight beforehand, every few minutes; who is on call is decided at the
moment of the step. A step that reaches nobody is told as that, and
the next one follows at once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.on_call import Duty
from incidentbot.domain.people import Actor, Invitee, Source
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.domain.timers import Timer, next_escalation
from incidentbot.effects.kinds import InvitationSent, ReminderSent
from incidentbot.store import Transaction
from incidentbot.usecases.invite import MOST_TOLD
from incidentbot.usecases.known_people import unfit
from incidentbot.usecases.perform import save, write_effects
from incidentbot.usecases.remind import fired, minutes_since


def escalate(tx: Transaction, incident: Incident, timer: Timer, interval: timedelta) -> None:
    """Tell the people of the next step: a mention in the thread, and a direct message to each."""
    steps = tx.policy.timers.escalate_to
    if timer.step >= len(steps):
        tx.timers.put(incident.number, replace(timer, due_at=None))
        return
    duties = [_duty(tx, name) for name in steps[timer.step]]
    people = _reachable(tx, duties)
    reached = bool(people) or any(duty.group for duty in duties)
    after_that = next_escalation(timer, tx.policy.timers, interval, tx.now)
    if not reached and after_that.due_at is not None:
        after_that = replace(after_that, due_at=tx.now)
    tx.timers.put(incident.number, after_that)
    data: dict[str, Any] = {
        **fired(tx, timer),
        "step": timer.step + 1,
        "of": len(steps),
        "minutes": minutes_since(tx, incident),
        "people": list(dict.fromkeys(who for duty in duties for who in duty.called or (duty.name,))),
        **({} if reached else {"unreached": True}),
    }
    after = save(tx, tell(incident, NewEntry(EntryKind.ESCALATED, Actor(Source.TIMER), tx.now, data))).incident
    _tell_each(tx, after, people, f"escalation, step {timer.step + 1} of {len(steps)}")


def _duty(tx: Transaction, name: str) -> Duty:
    """Whoever a step names stands for at this moment: nobody where nobody is called so, or Slack never said."""
    return tx.on_call.duty(name, tx.now) or Duty(name)


def _reachable(tx: Transaction, duties: Sequence[Duty]) -> Sequence[str]:
    """The people of a step, each once, as far as they can be told anything; not those of large groups."""
    people = dict.fromkeys(person for duty in duties if len(duty.people) <= MOST_TOLD for person in duty.people)
    return [person for person in people if not unfit(tx.people.get(person))]


def _tell_each(tx: Transaction, incident: Incident, people: Sequence[str], why: str) -> None:
    """An invitation to whoever is new to the incident, a reminder to whoever is not. Neither waits for quiet hours."""
    for person in people:
        new = tx.responders.add(incident.number, Invitee(person, why), tx.now)
        told = (
            InvitationSent(incident.number, 1, person)
            if new
            else ReminderSent(incident.number, incident.last_seq, person)
        )
        write_effects(tx, incident, [told])
