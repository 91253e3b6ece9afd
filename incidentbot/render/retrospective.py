"""The draft of a retrospective: what the timeline knows, in order, and the questions that only people can answer.

Nothing in it is guessed: every sentence is one of the timeline's, a length between two of its times, or a question.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.people import Source
from incidentbot.domain.retrospective import Part, last_written, parts_of
from incidentbot.domain.roles import holders
from incidentbot.domain.story import Story
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.languages import counted_plain, fill_plain
from incidentbot.render.markdown import actions, because, heading, moment, named, plain, quoted, recorded_as
from incidentbot.render.mrkdwn import capital
from incidentbot.render.tellers import tell
from incidentbot.render.vocabulary import (
    RETROSPECTIVE_PART,
    ROLE_WORD,
    SEVERITY_WORD,
    STATE_WORD,
    duration,
    person,
)

# For so long nobody said anything: worth a question. The longest of them are told.
SILENT: Final = timedelta(minutes=15)
MOST_GAPS: Final = 10
_QUESTIONS: Final = tuple(part for part in Part if part is not Part.HAPPENED)
# What a short story of an incident is made of.
_TURNS: Final = frozenset(
    {
        EntryKind.CREATED,
        EntryKind.ACKNOWLEDGED,
        EntryKind.UNACKNOWLEDGED,
        EntryKind.RESOLVED,
        EntryKind.REOPENED,
        EntryKind.SEVERITY_CHANGED,
        EntryKind.ESCALATED,
        EntryKind.PLAYBOOK,
    }
)
_PEOPLE: Final = frozenset({Source.SLACK, Source.API, Source.CLI, Source.WORKFLOW})
_UPDATES: Final = frozenset({EntryKind.NOTE, EntryKind.CAPTURED, EntryKind.TITLE_CHANGED, EntryKind.SEVERITY_CHANGED})


def retrospective(story: Story) -> str:
    """The draft, as Markdown; what others wrote stands in it as text."""
    incident = story.incident
    written = last_written(story.entries)
    answers = parts_of(written)
    parts = [
        f"# {fill_plain('Retrospective of {named}', named=heading(incident))}",
        _written(story, written) if written else _draft(),
        *_section(str(RETROSPECTIVE_PART[Part.HAPPENED]), _text(answers.get(Part.HAPPENED, ""))),
        *_section(fill_plain("In short"), _bullets(_short(story))),
        *_section(fill_plain("Who"), _bullets(_who(story))),
        *_section(fill_plain("What was affected"), _bullets(_affected(story))),
        *_section(fill_plain("What happened when"), "\n".join(_happened(story))),
        *_section(fill_plain("Where nothing was said"), _bullets(_gaps(story))),
        *_section(fill_plain("Messages that were kept"), "\n\n".join(_captured(story))),
        *_section(fill_plain("Resolution"), quoted(incident.resolution)),
        *_section(fill_plain("Action items"), actions(story)),
        *(f"## {RETROSPECTIVE_PART[part]}\n\n{_text(answers.get(part, '')) or '…'}" for part in _QUESTIONS),
    ]
    return "\n\n".join(parts) + "\n"


def drafted(story: Story) -> str:
    """What happened, in short lines, for somebody to write on: each with how long after the beginning it was."""
    return "\n".join(_line(story, entry) for entry in _in_time(story) if entry.kind in _TURNS)


def _line(story: Story, entry: Entry) -> str:
    at = story.at(entry)
    told = named(tell(entry).sentence, story.names)
    return f"{at:%H:%M} UTC, {_after(story.incident.began_at, at)}: {told}"


def _in_time(story: Story) -> list[Entry]:
    return sorted(story.entries, key=lambda one: (story.at(one), one.seq))


def _draft() -> str:
    return fill_plain(
        "A draft from the timeline: it holds what was recorded and nothing else. The questions at its end are yours."
    )


def _written(story: Story, entry: Entry) -> str:
    who, at = _name(story, entry), moment(entry.happened_at)
    return fill_plain(
        "Written by {who}, last on {when}. What happened when, and who took part, is from the timeline.",
        who=who,
        when=at,
    )


def _text(text: str) -> str:
    """What somebody wrote, line by line, as text."""
    return "\n".join(plain(line).rstrip() for line in text.splitlines())


def _section(heading: str, body: str) -> tuple[str, ...]:
    return (f"## {heading}", body) if body else ()


def _bullets(lines: Iterator[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _short(story: Story) -> Iterator[str]:
    incident = story.incident
    severity, state = SEVERITY_WORD[incident.severity], STATE_WORD[incident.state]
    yield fill_plain("Severity: {severity}; state: {state}", severity=severity, state=state)
    yield fill_plain("Began: {when}", when=moment(incident.began_at))
    if incident.began_at != incident.created_at:
        after = _after(incident.began_at, incident.created_at)
        yield fill_plain("Recorded here: {when}, {after}", when=moment(incident.created_at), after=after)
    firsts = (
        (fill_plain("First acknowledged"), {EntryKind.ACKNOWLEDGED}),
        (fill_plain("First update"), _UPDATES),
    )
    for label, kinds in firsts:
        first = next((entry for entry in story.entries if entry.kind in kinds), None)
        if first is None:
            yield fill_plain("{label}: never", label=label)
        else:
            after = _after(incident.began_at, story.at(first))
            yield fill_plain("{label}: {after}, by {who}", label=label, after=after, who=_name(story, first))
    if incident.resolved_at is not None:
        yield fill_plain("Resolved: {after}", after=_after(incident.began_at, incident.resolved_at))
    reopened = sum(entry.kind is EntryKind.REOPENED for entry in story.entries)
    if reopened:
        yield counted_plain(reopened, "Reopened: {count} time", "Reopened: {count} times")


def _who(story: Story) -> Iterator[str]:
    for role, holder in holders(story.incident).items():
        yield f"{capital(ROLE_WORD[role])}: {_member(story, holder)}"
    for one in story.responders:
        yield fill_plain("Invited: {who}{why}", who=_member(story, one.id), why=plain(because(one.why)))
    acted = Counter(_name(story, entry) for entry in story.entries if entry.actor.source in _PEOPLE)
    for name, count in sorted(acted.items(), key=lambda one: (-one[1], one[0])):
        yield counted_plain(count, "Acted: {who}, {count} entry", "Acted: {who}, {count} entries", who=name)


def _affected(story: Story) -> Iterator[str]:
    incident = story.incident
    yield from (plain(ci.name or ci.id) for ci in incident.cis)
    yield from (fill_plain("{name} (not found in NopeSight)", name=plain(name)) for name in incident.unknown_cis)
    if story.events:
        yield fill_plain("Monitoring events: {events}", events=plain(", ".join(story.events)))


def _happened(story: Story) -> Iterator[str]:
    """A line an entry, in the order in which things happened, each with how long after the beginning it was."""
    for entry in _in_time(story):
        told = tell(entry)
        facts = [f"{named(label, story.names)}: {named(value, story.names)}" for label, value in told.facts if value]
        excerpt = " ".join(told.quoted.split())
        words = [named(told.sentence, story.names), *facts, f"“{excerpt[:300]}”" if excerpt else ""]
        at = story.at(entry)
        wrong = recorded_as(entry) if at != entry.happened_at else ""
        line = plain(" · ".join(word for word in words if word))
        yield f"- **{moment(at)}** ({_after(story.incident.began_at, at)}){wrong} {line}"


def _gaps(story: Story) -> Iterator[str]:
    """The longest silences of people, until it was resolved; what systems and timers say breaks none."""
    until = story.incident.resolved_at
    times = (story.at(entry) for entry in story.entries if entry.actor.source in _PEOPLE or entry.seq == 1)
    spoken = sorted(at for at in times if until is None or at <= until)
    longest = sorted(pairwise(spoken), key=lambda gap: gap[0] - gap[1])[:MOST_GAPS]
    for since, end in sorted(gap for gap in longest if gap[1] - gap[0] >= SILENT):
        yield fill_plain(
            "{since} to {until}: nobody wrote anything for {length}",
            since=moment(since),
            until=moment(end),
            length=duration(end - since),
        )


def _captured(story: Story) -> Iterator[str]:
    for entry in story.entries:
        url, text = fields.line(entry.data, "url"), fields.text(entry.data, "text")
        gone = any(fields.boolean(entry.data, name) for name in ("withdrawn", "deleted"))
        if entry.kind is not EntryKind.CAPTURED or gone or not text.strip():
            continue
        author = fields.line(entry.data, "author")
        who = (
            _member(story, author)
            if author
            else plain(fields.line(entry.data, "author_name")) or fill_plain("somebody")
        )
        where = f" (<{url}>)" if url else ""
        yield f"{who}, {moment(story.at(entry))}{where}:\n\n{quoted(text)}"


def _after(began: datetime, at: datetime) -> str:
    """How long after the beginning; before it where somebody captured what was said earlier."""
    if at < began:
        return fill_plain("{length} before the beginning", length=duration(began - at))
    if at == began:
        return fill_plain("at the beginning")
    return fill_plain("{length} after the beginning", length=duration(at - began))


def _name(story: Story, entry: Entry) -> str:
    return plain(named(person(entry.actor), story.names))


def _member(story: Story, person_id: str) -> str:
    return plain(named(f"<@{person_id}>", story.names))
