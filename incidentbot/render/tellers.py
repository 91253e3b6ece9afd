"""What each kind of timeline entry tells, as facts for render/entry.py to lay out.

`data` of the kinds that domain/timeline.py documents is read as documented there; of the others:

    playbook: name, status (started, succeeded, failed, timed_out, …), detail
    captured: also one of withdrawn, edited, deleted (true: that became of a message that was captured before)
    reminder: about (unacknowledged, expiring, no_update, stale, snoozed; action, with its number and text), minutes
        (it has been so for), people [user
        ids that are told directly], names [theirs, as far as known]; of expiring left_seconds, of snoozed until (ISO)
    escalated: step (1, 2, …), of (how many steps), people [user or group ids, or names that nobody was found for],
        unreached (true); unacknowledged: about expired, minutes, where a timer did it
    all that a timer did: timer (its kind), armed, step, late_minutes
    sync_failed: target ("NopeSight"), action ("resolved"), reason; sync_recovered: target, action

What is absent, or of another kind than expected, is left out of the sentence: an entry can always be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.people import Source
from incidentbot.domain.retrospective import parts_of
from incidentbot.domain.roles import RESPONDER
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.render.mrkdwn import (
    LINE_LIMIT,
    NOTHING,
    Escaped,
    Words,
    channel,
    counted,
    date,
    escape,
    fill,
    joined,
    link,
    listed,
    number,
    user,
)
from incidentbot.render.plain import without_tokens
from incidentbot.render.vocabulary import (
    CORRECTED_WORD,
    RETROSPECTIVE_PART,
    ROLE_WORD,
    UNREACHABLE,
    duration,
    person,
    severity_named,
    why_told,
)

_NAME: Final = 80
_LONGEST_MINUTES: Final = 10**12  # more than a timedelta holds is no time to tell


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry tells: a sentence, facts by their label, and somebody's text to be quoted under `heading`."""

    sign: Escaped
    sentence: Escaped
    facts: tuple[tuple[Escaped, Escaped], ...] = ()
    quoted: str = ""
    heading: Escaped = NOTHING


def tell(entry: Entry) -> Told:
    """What `entry` tells, whatever its data holds."""
    return _TELLERS[entry.kind](entry)


def _created(entry: Entry) -> Told:
    drill = fields.boolean(entry.data, "drill")
    cis = [escape(name, _NAME) for name in _names(entry, "cis")]
    unknown = [escape(name, _NAME) for name in _names(entry, "unknown_cis")]
    heading, assessment = fill("Initial assessment"), _quoted(entry, "description").strip()
    facts = _present(
        (fill("Exercise"), fill("nothing is broken") if drill else NOTHING),
        (fill("Severity"), _severity(entry, "severity")),
        (fill("Event"), _name(entry, "event")),
        (fill("Affected"), listed(cis, most=10, limit=1000)),
        (fill("Not found in NopeSight"), listed(unknown, most=10, limit=700)),
        (fill("Assigned to"), user(_text(entry, "assignee"))),
        (fill("Reported by"), user(_text(entry, "reporter"))),
        (heading, NOTHING if assessment else fill("none given")),
    )
    sentence = _by(fill("Drill begun") if drill else fill("Incident created"), entry)
    return Told(fill("📣"), sentence, facts, assessment, heading)


def _moved(sign: Escaped, did: Callable[[], Escaped]) -> Callable[[Entry], Told]:
    """The teller of a transition: who did it, and the reason or resolution they gave."""

    def tell(entry: Entry) -> Told:
        return Told(sign, _by(did(), entry), quoted=_quoted(entry, "note"))

    return tell


def _severity_changed(entry: Entry) -> Told:
    before, after = _severity(entry, "before"), _severity(entry, "after")
    change = fill("Severity changed from {before} to {after}", before=before or fill("?"), after=after or fill("?"))
    return Told(fill("📶"), _by(change, entry))


def _title_changed(entry: Entry) -> Told:
    facts = _present(
        (fill("Before"), _name(entry, "before", LINE_LIMIT)), (fill("Now"), _name(entry, "after", LINE_LIMIT))
    )
    return Told(fill("✏️"), _by(fill("Title changed"), entry), facts)


def _assigned(entry: Entry) -> Told:
    before, after = _text(entry, "before"), _text(entry, "after")
    role = _text(entry, "role")
    if role == RESPONDER:
        return Told(fill("👋"), fill("{who} has left the incident", who=user(before)))
    if role:
        return _role_given(entry, ROLE_WORD.get(role) or escape(role, _NAME))
    given = fill("Assigned to {who}", who=user(after)) if after else fill("Assignee removed")
    return Told(fill("👤"), _by(given, entry), _present((fill("Before"), user(before))))


def _role_given(entry: Entry, role: Escaped) -> Told:
    before, after = _text(entry, "before"), _text(entry, "after")
    now = fill("{who} is {role} now", who=user(after), role=role)
    if not after:
        now = fill("Nobody is {role} any more", role=role)
    told = now if after and after == entry.actor.id else _by(fill("{now}, set", now=now), entry)
    return Told(fill("👥"), told, _present((fill("Before"), user(before))))


def _note(entry: Entry) -> Told:
    if _count(entry, "action"):  # as action items were told before they had kinds of their own
        return _action_done(entry) if fields.boolean(entry.data, "done") else _action_added(entry)
    if not fields.boolean(entry.data, "update"):
        return Told(fill("📝"), _by(fill("Note"), entry), quoted=_quoted(entry, "text"))
    promised = _when(entry, "next") if fields.line(entry.data, "next") else NOTHING
    told = _present((fill("Next update"), promised))
    return Told(fill("📣"), _by(fill("Status update"), entry), told, quoted=_quoted(entry, "text"))


def _action_added(entry: Entry) -> Told:
    facts = _present(
        (fill("Assigned to"), user(_text(entry, "assignee"))),
        (fill("Due"), _when(entry, "due") if _text(entry, "due") else NOTHING),
    )
    added = fill("Action item {number} added", number=_item(entry))
    return Told(fill("☑️"), _by(added, entry), facts, quoted=_quoted(entry, "text"))


def _action_changed(entry: Entry) -> Told:
    """What of it is otherwise now; what it says is quoted in any case."""
    before = fields.nested(entry.data, "before")
    assignee = user(_text(entry, "assignee")) or fill("nobody")
    due = _when(entry, "due") if _text(entry, "due") else fill("never")
    facts = _present(
        (fill("Assigned to"), assignee if "assignee" in before else NOTHING),
        (fill("Due"), due if "due" in before else NOTHING),
        (fill("Before"), escape(fields.line(before, "text"), LINE_LIMIT)),
    )
    changed = fill("Action item {number} changed", number=_item(entry))
    return Told(fill("☑️"), _by(changed, entry), facts, quoted=_quoted(entry, "text"))


def _action_done(entry: Entry) -> Told:
    done = fill("Action item {number} done", number=_item(entry))
    return Told(fill("✅"), _by(done, entry), quoted=_quoted(entry, "text"))


def _action_reopened(entry: Entry) -> Told:
    again = fill("Action item {number} open again", number=_item(entry))
    return Told(fill("☑️"), _by(again, entry), quoted=_quoted(entry, "text"))


def _item(entry: Entry) -> Escaped:
    """Which action item it is about."""
    return number(_count(entry, "action"))


def _owner_invited(entry: Entry) -> Told:
    people = [_invited(person) for person in fields.objects(entry.data, "people")]
    unreached = [_unreached(person) for person in fields.objects(entry.data, "unreachable")]
    invited = _by(fill("Invited"), entry) if entry.actor.id else fill("Invited")
    sentence = fill("{invited}: {people}", invited=invited, people=_many(people))
    if not people:
        sentence = fill("Nobody could be invited")
    return Told(fill("✉️"), sentence, _present((fill("Not reached"), _many(unreached))))


def _invited(who: Mapping[str, object]) -> Escaped:
    return _with_reason(user(fields.line(who, "id")), fields.line(who, "why"))


def _unreached(who: Mapping[str, object]) -> Escaped:
    name, email, why = (fields.line(who, key) for key in ("name", "email", "why"))
    reason = UNREACHABLE.get(fields.line(who, "reason")) or escape(fields.line(who, "reason"), _NAME)
    named = escape(name or email or why, _NAME) or fill("somebody")
    details = ", ".join(detail for detail in (email if name else "", why if name or email else "") if detail)
    return joined([_with_reason(named, details), reason])


def _event_linked(entry: Entry) -> Told:
    count = max(fields.integer(entry.data, "count", default=1), 1)
    newest = _present(
        (fill("Event") if count == 1 else fill("Newest event"), _name(entry, "event")),
        (fill("Title"), _name(entry, "title", LINE_LIMIT)),
        (fill("Severity"), _severity(entry, "severity")),
    )
    sentence = counted(
        count,
        "Another monitoring event belongs to this incident",
        "{count} more monitoring events belong to this incident",
    )
    return Told(fill("🔗"), sentence, newest)


def _event_updated(entry: Entry) -> Told:
    event = _name(entry, "event") or fill("an event")
    status, count = _name(entry, "status"), fields.integer(entry.data, "count")
    if status == "flapping":
        flaps = fill("Flapping: resolved and fired again, {count} moves so far", count=number(count))
        return Told(fill("🔁"), fill("{flaps}. It stays open, and more of that is only counted", flaps=flaps))
    if status == "quiet":
        return Told(fill("🔁"), fill("Quiet again after {count} moves", count=number(count)))
    if status == "several":
        return Told(fill("🔄"), fill("Several events changed. By now {counts}", counts=_standing(entry)))
    became = (
        fill("Event {event} is {status}", event=event, status=status)
        if status
        else fill("{event} changed", event=event)
    )
    compared = fill("by comparing with NopeSight") if fields.boolean(entry.data, "reconciled") else NOTHING
    facts = _present((fill("Title"), _name(entry, "title", LINE_LIMIT)), (fill("Found"), compared))
    return Told(fill("🔄"), _by(became, entry), facts)


def _standing(entry: Entry) -> Escaped:
    """How many events stand where: "3 are open, 190 resolved"."""
    told = entry.data.get("counts")
    counts = told if isinstance(told, Mapping) else {}
    known = [(name, fields.integer(counts, name)) for name in ("open", "acknowledged", "resolved", "suppressed")]
    said = [fill("{count} {status}", count=number(count), status=escape(name)) for name, count in known if count]
    return joined(said, ", ") or fill("none is left")


def _playbook(entry: Entry) -> Told:
    name = _name(entry, "name") or fill("(no name)")
    status = escape(_text(entry, "status").replace("_", " "), _NAME) or fill("started")
    sentence = _by(fill("Playbook {name} {status}, run", name=name, status=status), entry)
    return Told(fill("▶️"), sentence, quoted=_quoted(entry, "detail"))


def _captured(entry: Entry) -> Told:
    author = user(_text(entry, "author")) if _text(entry, "author") else _name(entry, "author_name")
    message = link(_text(entry, "url"), fill("Message"))
    what = (
        fill("{message} of {author} captured", message=message, author=author)
        if author
        else fill("{message} captured", message=message)
    )
    if fields.boolean(entry.data, "withdrawn"):
        return Told(fill("📌"), _by(fill("{what}, then withdrawn", what=what), entry))
    if fields.boolean(entry.data, "deleted"):
        return Told(fill("📌"), fill("{what} has been deleted in Slack; its words stay here", what=what))
    if fields.boolean(entry.data, "edited"):
        return Told(fill("📌"), fill("{what} was edited and says now", what=what), quoted=_quoted(entry, "text"))
    return Told(fill("📌"), _by(what, entry), quoted=_quoted(entry, "text"))


def _reminder(entry: Entry) -> Told:
    """What is not so, or is about to be no more; the people are told directly, so that nobody is called twice."""
    about, length = _text(entry, "about"), _length(entry)
    told = _present((fill("Told directly"), _told_directly(entry)), (fill("Late"), _late(entry)))
    match about:
        case "snoozed":
            until = _when(entry, "until")
            return Told(fill("💤"), _by(fill("Reminders and escalation rest until {until},", until=until), entry))
        case "expiring":
            left = duration(timedelta(seconds=_count(entry, "left_seconds")))
            sentence = fill("Acknowledged {length} ago. The acknowledgement ends in {left}", length=length, left=left)
            return Told(fill("⌛"), sentence, told)
        case "promised":
            due = _when(entry, "due")
            return Told(fill("⏰"), fill("An update was promised for {due}: what is there to tell?", due=due), told)
        case "no_update":
            return Told(fill("⏰"), fill("No update for {length}: how is it going?", length=length), told)
        case "action":
            item, text = number(_count(entry, "action")), _name(entry, "text", 200)
            return Told(fill("☑️"), fill("Action item {number} is due: {text}", number=item, text=text), told)
        case "stale":
            return Told(fill("🗄️"), fill("Nothing has happened for {length}. Is it over?", length=length), told)
        case _:
            for_so_long = fill("for {length}", length=length) if length else fill("yet")
            return Told(fill("⏰"), fill("Nobody has acknowledged this {since}", since=for_so_long), told)


def _told_directly(entry: Entry) -> Escaped:
    """By name: a mention would call them a second time, and in their quiet hours."""
    names = [escape(name, _NAME) for name in _names(entry, "names")]
    return listed(names, most=20, limit=600, total=len(_names(entry, "people")))


def _escalated(entry: Entry) -> Told:
    step, steps = _count(entry, "step"), _count(entry, "of")
    place = fill("step {step} of {steps}", step=number(step), steps=number(steps))
    if not steps:
        place = fill("step {step}", step=number(step)) if step else NOTHING
    called = listed([user(who) for who in _names(entry, "people")], most=20, limit=600, separator=" ")
    unknown = fill("nobody is called so in Slack, or nobody there can be told")
    missed = unknown if fields.boolean(entry.data, "unreached") else NOTHING
    last = fill("nobody else is set to be told") if steps and step >= steps else NOTHING
    facts = _present((fill("Not reached"), missed), (fill("Last step"), last), (fill("Late"), _late(entry)))
    sentence = joined([joined([fill("Escalated"), place], ", "), called], ": ")
    return Told(fill("📢"), sentence, facts)


def _unacknowledged(entry: Entry) -> Told:
    if _text(entry, "about") != "expired":
        return _moved(fill("🔴"), lambda: fill("Acknowledgement withdrawn"))(entry)
    sentence = fill("Open again: it was acknowledged for {length} and is not resolved", length=_length(entry))
    return Told(fill("🔴"), sentence, _present((fill("Late"), _late(entry))))


def _count(entry: Entry, key: str) -> int:
    """A number that a timedelta holds; 0 where there is none."""
    found = fields.integer(entry.data, key)
    return found if 0 < found <= _LONGEST_MINUTES else 0


def _length(entry: Entry) -> Escaped:
    """For how long it has been so."""
    minutes = _count(entry, "minutes")
    return duration(timedelta(minutes=minutes)) if minutes else fill("less than a minute")


def _late(entry: Entry) -> Escaped:
    """That the service was not there when this was due."""
    late = _count(entry, "late_minutes")
    if not late:
        return NOTHING
    return fill("due {length} ago, when I was not running", length=duration(timedelta(minutes=late)))


def _when(entry: Entry, key: str) -> Escaped:
    try:
        return date(datetime.fromisoformat(_text(entry, key)).astimezone(UTC))
    except ValueError:
        return fill("later")


def _sync_failed(entry: Entry) -> Told:
    reason = _present((fill("Reason"), _name(entry, "reason", LINE_LIMIT)))
    return Told(fill("⚠️"), joined([fill("{target} could not be told", target=_target(entry)), _of_what(entry)]), reason)


def _sync_recovered(entry: Entry) -> Told:
    return Told(fill("✅"), joined([fill("{target} has now been told", target=_target(entry)), _of_what(entry)]))


def _corrected(entry: Entry) -> Told:
    """Both times, so that nobody has to look for the other one."""
    what = CORRECTED_WORD.get(_text(entry, "what")) or _name(entry, "what")
    told = fill("Corrected: {what} {after}", what=what, after=_when(entry, "after"))
    facts = _present(
        (fill("Recorded"), _when(entry, "before")),
        (fill("Entry"), fill("#{seq}", seq=number(_count(entry, "entry"))) if _count(entry, "entry") else NOTHING),
    )
    return Told(fill("🕰️"), _by(told, entry), facts)


def _retrospective(entry: Entry) -> Told:
    """What stands in it, as far as it fits; the document that is filed with it holds all of it."""
    parts = parts_of(entry)
    text = "\n\n".join(f"{RETROSPECTIVE_PART[part]}\n{text}" for part, text in parts.items())
    quoted = without_tokens(text) if entry.actor.source is Source.SLACK else text
    return Told(fill("📝"), _by(fill("Retrospective written"), entry), quoted=quoted)


_REPAIRED: Final[Mapping[str, Escaped]] = Words(
    {
        "card_deleted": fill("The card was deleted in Slack and is posted again"),
        "card_stuck": fill("Slack lets nobody edit the card any more; it is posted again"),
        "channel_lost": fill("Slack refused the channel so far; the incident goes on here"),
    }
)


def _repaired(entry: Entry) -> Told:
    what, url = _text(entry, "what"), _text(entry, "url")
    facts = _present(
        (fill("Reason"), NOTHING if what == "card_deleted" else _name(entry, "reason")),
        (fill("Before"), link(url, fill("the thread so far")) if url else NOTHING),
    )
    return Told(fill("🩹"), _REPAIRED.get(what, _REPAIRED["card_deleted"]), facts)


_CHANNEL_REASONS: Final[Mapping[str, Escaped]] = Words(
    {
        "missing_scope": fill("the app may not; whoever installed it adds channels:manage and installs it again"),
        "restricted_action": fill("this workspace lets apps make no channels; name one that there is"),
        "cannot_create_channel": fill("this workspace lets apps make no channels; name one that there is"),
        "name_taken": fill("all names that it could have are taken; name a channel that there is"),
        "is_archived": fill("that channel is archived"),
        "channel_not_found": fill("there is no such channel, or it is private and the app is not in it"),
        "not_in_channel": fill("the app is not in that channel; invite it there and try again"),
    }
)


def _moved_to_channel(entry: Entry) -> Told:
    where, reason = channel(_text(entry, "channel")), _text(entry, "reason")
    why = _present((fill("Reason"), _CHANNEL_REASONS.get(reason) or escape(reason, _NAME)))
    match _text(entry, "what"):
        case "opened":
            told = _by(fill("It goes on in {where}; this thread stays the record. Moved", where=where), entry)
            return Told(fill("➡️"), told)
        case "archived":
            return Told(fill("📦"), _by(fill("Its channel {where} was archived", where=where), entry))
        case "not_archived":
            return Told(fill("⚠️"), fill("Its channel {where} could not be archived", where=where), why)
        case _:
            return Told(fill("⚠️"), fill("It could not be moved to a channel"), why)


_TELLERS: Final[Mapping[EntryKind, Callable[[Entry], Told]]] = {
    EntryKind.CREATED: _created,
    EntryKind.ACKNOWLEDGED: _moved(fill("🟡"), lambda: fill("Acknowledged")),
    EntryKind.UNACKNOWLEDGED: _unacknowledged,
    EntryKind.RESOLVED: _moved(fill("🟢"), lambda: fill("Resolved")),
    EntryKind.REOPENED: _moved(fill("🔴"), lambda: fill("Reopened")),
    EntryKind.SEVERITY_CHANGED: _severity_changed,
    EntryKind.TITLE_CHANGED: _title_changed,
    EntryKind.ASSIGNED: _assigned,
    EntryKind.NOTE: _note,
    EntryKind.OWNER_INVITED: _owner_invited,
    EntryKind.EVENT_LINKED: _event_linked,
    EntryKind.EVENT_UPDATED: _event_updated,
    EntryKind.PLAYBOOK: _playbook,
    EntryKind.CAPTURED: _captured,
    EntryKind.REMINDER: _reminder,
    EntryKind.ESCALATED: _escalated,
    EntryKind.SYNC_FAILED: _sync_failed,
    EntryKind.SYNC_RECOVERED: _sync_recovered,
    EntryKind.REPAIRED: _repaired,
    EntryKind.MOVED: _moved_to_channel,
    EntryKind.CORRECTED: _corrected,
    EntryKind.ACTION_ADDED: _action_added,
    EntryKind.ACTION_CHANGED: _action_changed,
    EntryKind.ACTION_DONE: _action_done,
    EntryKind.ACTION_REOPENED: _action_reopened,
    EntryKind.RETROSPECTIVE: _retrospective,
}


def _by(what: Escaped, entry: Entry) -> Escaped:
    return fill("{what} by {who}", what=what, who=person(entry.actor))


def _with_reason(who: Escaped, reason: str) -> Escaped:
    return fill("{who} ({reason})", who=who, reason=why_told(reason, _NAME)) if reason else who


def _many(items: Sequence[Escaped]) -> Escaped:
    return listed(items, most=40, limit=1300, separator="; ")


def _target(entry: Entry) -> Escaped:
    return _name(entry, "target") or fill("NopeSight")


def _of_what(entry: Entry) -> Escaped:
    action = _name(entry, "action")
    return fill("that this is {action}", action=action) if action else NOTHING


def _present(*facts: tuple[Escaped, Escaped]) -> tuple[tuple[Escaped, Escaped], ...]:
    return tuple((label, value) for label, value in facts if value)


def _text(entry: Entry, key: str) -> str:
    return fields.line(entry.data, key)


def _name(entry: Entry, key: str, limit: int = _NAME) -> Escaped:
    return escape(_text(entry, key), limit)


def _names(entry: Entry, key: str) -> tuple[str, ...]:
    return fields.lines(fields.items(entry.data, key))


def _severity(entry: Entry, key: str) -> Escaped:
    return severity_named(_text(entry, key))


def _quoted(entry: Entry, key: str) -> str:
    """Somebody's text as it was given. Slack writes mentions and links of its people as tokens: those become words."""
    text = fields.as_text(entry.data.get(key))
    return without_tokens(text) if entry.actor.source is Source.SLACK else text
