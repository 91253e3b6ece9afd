"""repair: a card that stands nowhere any more, or whose channel is lost, is posted again; the thread says so."""

from dataclasses import replace
from typing import Final

from incidentbot.domain.incident import Incident, tell
from incidentbot.domain.lifecycle import State
from incidentbot.domain.outcome import Done
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permalink import permalink
from incidentbot.domain.timeline import EntryKind, NewEntry
from incidentbot.effects.kinds import CardCurrent, Effect, ReactionShown
from incidentbot.store import Store, Transaction
from incidentbot.usecases.perform import save

# Slack's words for a message, or the root of a thread, that is not there any more.
MESSAGE_LOST: Final = frozenset({"message_not_found", "thread_not_found"})
# The channel is gone, or closed to us.
CHANNEL_LOST: Final = frozenset(
    {
        *("channel_not_found", "is_archived", "is_inactive", "not_in_channel", "posting_to_channel_denied"),
        *("restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
        "restricted_action_non_threadable_channel",
    }
)
# The card stands, and nobody may edit it any more: another app posted it before a reinstall, or a setting forbids it.
CARD_STUCK: Final = frozenset({"cant_update_message", "edit_window_closed"})
_SHOWN: Final = {State.ACKNOWLEDGED: "eyes", State.RESOLVED: "white_check_mark"}


def card_deleted(store: Store, team_id: str, channel: str, ts: str) -> None:
    """Somebody deleted message `ts` of `channel`: if it is a card still, it is posted again."""

    def once() -> None:
        with store.begin(team_id) as tx:
            seen = tx.incidents.by_thread(channel, ts)
            incident = tx.incidents.get(seen.number, lock=True) if seen else None
            if incident and incident.root_ts == ts:
                _post_again(tx, incident, incident.channel, "card_deleted", "")

    store.database.retrying(once)
    store.effects_waiting()


def mend(tx: Transaction, seen: Incident, code: str) -> bool:
    """Slack refused something of incident `seen` with `code`: put right what stood in its way.

    True where it was, or somebody else did so meanwhile: the card is on its way, and what needs it waits for it. False
    where nothing can be done about that.
    """
    if code not in MESSAGE_LOST | CHANNEL_LOST | CARD_STUCK:
        return False
    incident = tx.incidents.get(seen.number, lock=True)
    if incident is None:
        return False
    if (incident.channel, incident.root_ts) != (seen.channel, seen.root_ts):
        return True
    if code not in CHANNEL_LOST:
        if not incident.root_ts:
            return False
        _post_again(tx, incident, incident.channel, "card_stuck" if code in CARD_STUCK else "card_deleted", code)
        return True
    home = _other_home(tx, incident)
    if not home:
        return False
    _post_again(tx, incident, home, "channel_lost", code)
    return True


def _other_home(tx: Transaction, incident: Incident) -> str:
    """Where the card may go instead: where cards go now, by the channel's name too, then the fallback channel."""
    name = tx.policy.incidents_channel
    home = tx.channels.id_of(name)
    fallback = tx.channels.id_of(tx.policy.fallback_channel) if tx.policy.fallback_channel else ""
    if incident.channel == fallback:
        return ""
    if incident.channel not in {home, name}:
        return home  # the name belongs to another channel by now, or the settings name another
    if incident.channel == home != name:
        tx.channels.forget(name)  # perhaps another bears it, and Slack knows which
        return name
    return fallback


def _post_again(tx: Transaction, incident: Incident, channel: str, what: str, code: str) -> Done:
    """The card goes to `channel` as if it never stood anywhere; an entry tells why, with a link to the old thread."""
    tx.effects.card_is_gone(incident.number, channel)
    workspace = tx.installations.get(tx.team_id)
    url = permalink(workspace.url if workspace else "", incident.channel, incident.root_ts)
    homeless = replace(incident, channel=channel, root_ts="")
    entry = NewEntry(EntryKind.REPAIRED, Actor(Source.SYSTEM), tx.now, {"what": what, "reason": code, "url": url})
    change = replace(tell(homeless, entry), before=incident)
    card = CardCurrent(incident.number, change.after.version)
    return save(tx, change, also=(card, *_reactions(tx, change.after)))


def _reactions(tx: Transaction, incident: Incident) -> tuple[Effect, ...]:
    name = _SHOWN.get(incident.state)
    if not name or not tx.policy.emoji_reactions:
        return ()
    return (ReactionShown(incident.number, incident.version, name, shown=True),)
