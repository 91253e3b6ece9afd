"""What is late or was given up, in the small print of a card."""

from incidentbot.domain.lag import Lag, Unsynced
from incidentbot.render.mrkdwn import NOTHING, Escaped, code, date, escape, fill, number
from incidentbot.render.vocabulary import duration

_REASON = 200
_MISSING_SHOWN = 3


def notices(lag: Lag) -> tuple[Escaped, ...]:
    """One a matter: NopeSight not yet told, entries not posted, the card itself late. None where nothing is."""
    told = [_unsynced(one) for one in lag.unsynced]
    told += [_missing(seq, reason) for seq, reason in lag.missing[-_MISSING_SHOWN:]]
    if lag.late and lag.late_since:
        since = date(lag.late_since)
        told.append(fill("⏳ Entries still on their way: {late}, since {since}.", late=number(lag.late), since=since))
    if lag.card_late:
        told.append(fill("⏱️ Posted {late} late.", late=duration(lag.card_late)))
    return tuple(told)


def _unsynced(one: Unsynced) -> Escaped:
    facts = {
        "action": escape(one.action, 40),
        "since": date(one.since),
        "why": fill(" ({reason})", reason=escape(one.problem, _REASON)) if one.problem else NOTHING,
    }
    if one.given_up:
        told = fill("⚠️ NopeSight was not told that this is {action}, and it is not tried any more{why}.", **facts)
        return fill("{told} Again: {replay}", told=told, replay=code("incidentbot effects replay"))
    return fill(
        "⏳ Not yet synced: NopeSight does not know that this is {action}, waiting since {since}{why}.", **facts
    )


def _missing(seq: int, reason: str) -> Escaped:
    return fill(
        "⚠️ Entry {seq} could not be posted: {reason}",
        seq=escape(str(seq)),
        reason=escape(reason, _REASON) or fill("reason unknown"),
    )
