"""own_channel: an incident that has become too big for a thread is moved to a channel; the thread stays the record."""

from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.lifecycle import State
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.own_channel import moved_to, not_moved
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import AlreadyResolved, ChannelRefused, Refused
from incidentbot.domain.roles import holders
from incidentbot.effects.kinds import ChannelArchived, ChannelFitted, ChannelJoined, ChannelOpened, ChannelTold, Effect
from incidentbot.store import Store, Transaction
from incidentbot.store.own_channels import OwnChannel
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.perform import load, perform, save, write_effects

# What the new channel gets besides its people.
PARTS = ("topic", "card", "thread")


def move_to_channel(store: Store, cause: Cause, ref: str, channel: str = "") -> Outcome:
    """Have the incident that `ref` names moved to `channel` (its id), or to a new one. The thread says how it went."""

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        _check(tx, incident, channel)
        if not tx.own_channels.begin(OwnChannel(incident.number, cause.actor, channel)):
            raise Refused(ChannelRefused(incident.reference, "pending"))
        done = save(tx, tell(incident))
        order = tx.effects.next_seq(f"{ChannelOpened.kind}:{incident.number}")
        write_effects(tx, done.incident, [ChannelOpened(incident.number, order)])
        return done

    return perform(store, cause, Right.UPDATE, work)


def _check(tx: Transaction, incident: Incident, channel: str) -> None:
    if incident.own_channel:
        raise Refused(ChannelRefused(incident.reference, "exists", incident.own_channel))
    if incident.state is State.RESOLVED:
        raise Refused(AlreadyResolved(incident.reference, "channel"))
    if channel and channel == tx.channels.id_of(tx.policy.incidents_channel):
        raise Refused(ChannelRefused(incident.reference, "home", channel))
    if channel and tx.incidents.by_own_channel(channel):
        raise Refused(ChannelRefused(incident.reference, "taken", channel))


def channel_opened(tx: Transaction, number: int, channel: str) -> None:
    """It is there: the thread and the card tell, the people are invited, and it gets what belongs to it."""
    incident, wanted = tx.incidents.get(number, lock=True), tx.own_channels.get(number)
    if incident is None or wanted is None or incident.own_channel:
        return
    also: list[Effect] = [
        *(ChannelFitted(number, 1, part) for part in PARTS),
        ChannelTold(number, 1, "moved"),
        *(ChannelJoined(number, 1, person) for person in _people(tx, incident, wanted)),
    ]
    save(tx, moved_to(incident, channel, wanted.asked_by, tx.now), also=also)


def channel_failed(tx: Transaction, number: int, reason: str) -> None:
    """It cannot be made or used: the thread says why, and somebody may ask again."""
    incident, wanted = tx.incidents.get(number, lock=True), tx.own_channels.get(number)
    if incident is None or wanted is None:
        return
    tx.own_channels.give_up(number)
    save(tx, not_moved(incident, reason, wanted.asked_by, tx.now))


def join_later(tx: Transaction, incident: Incident, person: str) -> None:
    """Somebody was invited to an incident that has a channel: they come into it, too."""
    effect = ChannelJoined(incident.number, 1, person)
    if incident.own_channel and tx.effects.next_seq(effect.lane) == 1:
        write_effects(tx, incident, [effect])


def archive_channel(store: Store, cause: Cause, ref: str) -> Outcome:
    """Have the channel of the resolved incident that `ref` names archived; refused while it is not resolved.

    So it is where the channel was not made for it.
    """

    def work(tx: Transaction) -> Done:
        incident = load(tx, ref)
        if not incident.own_channel:
            raise Refused(ChannelRefused(incident.reference, "none"))
        if incident.state is not State.RESOLVED:
            raise Refused(ChannelRefused(incident.reference, "unresolved", incident.own_channel))
        if not was_made(tx, incident.number):
            raise Refused(ChannelRefused(incident.reference, "not_made", incident.own_channel))
        done = save(tx, tell(incident))
        order = tx.effects.next_seq(f"{ChannelArchived.kind}:{incident.number}")
        write_effects(tx, done.incident, [ChannelArchived(incident.number, order, cause.actor.id, cause.actor.name)])
        return done

    return perform(store, cause, Right.UPDATE, work)


def was_made(tx: Transaction, number: int) -> bool:
    """Whether the incident's channel was made for it; one that there was before is not the incident's to end."""
    wanted = tx.own_channels.get(number)
    return wanted is None or not wanted.wanted


def _people(tx: Transaction, incident: Incident, wanted: OwnChannel) -> list[str]:
    """Everybody who takes part, whoever has it, and whoever asked."""
    invited = [invitee.id for invitee in tx.responders.of(incident.number)]
    taker = incident.acknowledged_by.id if incident.acknowledged_by else ""
    named = (wanted.asked_by.id, *holders(incident).values(), taker, incident.created_by.id, *invited)
    return [person for person in dict.fromkeys(named) if person.startswith(("U", "W"))]
