"""An incident as a Markdown document, and what documents are made of."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.incident import Incident
from incidentbot.domain.people import Actor
from incidentbot.domain.story import Story
from incidentbot.domain.timeline import Entry
from incidentbot.languages import fill_plain
from incidentbot.render.plain import words
from incidentbot.render.tellers import tell
from incidentbot.render.vocabulary import SEVERITY_WORD, STATE_WORD, drill_mark, person, why_told

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|#~]|&(?=#?\w+;))")
_WHY: Final = 500
_USER: Final = re.compile(r"<@([UW][A-Z0-9]+)>")
# What makes a line an item of a list, a rule, or the line above a heading. Of "1." only the full stop can be escaped.
_LEADING: Final = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+=.)])(?=\s|$|[-=\s]+$)")


def export(story: Story) -> str:
    """The whole document; foreign text in it is text, whatever Markdown it holds."""
    incident = story.incident
    parts = [
        f"# {heading(incident)}",
        "\n".join(f"- **{label}:** {value}" for label, value in _facts(story)),
    ]
    if incident.description:
        parts += [_under(fill_plain("Description")), quoted(incident.description)]
    if story.actions:
        parts += [_under(fill_plain("Action items")), actions(story)]
    parts += [_under(fill_plain("Timeline")), *(_entry(story, entry) for entry in story.entries)]
    return "\n\n".join(parts) + "\n"


def heading(incident: Incident) -> str:
    """The incident as it stands above a document."""
    mark = f"{drill_mark(incident)} · " if incident.drill else ""
    return f"{mark}{incident.reference} · {plain(incident.title)}"


def _under(words: str) -> str:
    return f"## {words}"


def people_in(story: Story) -> set[str]:
    """The Slack ids of everybody who is mentioned in it."""
    incident = story.incident
    actors = (incident.created_by, incident.state_by, incident.acknowledged_by, incident.resolved_by)
    told = [tell(entry) for entry in story.entries]
    texts = [text for one in told for text in (one.sentence, *(value for _, value in one.facts))]
    named_in_texts = {found for text in texts for found in _USER.findall(text)}
    ids = {
        incident.assignee,
        *(item.assignee for item in story.actions),
        *(actor.id for actor in actors if actor),
        *(one.id for one in story.responders),
    }
    return named_in_texts | ids - {""}


def actions(story: Story) -> str:
    """What is to be done, a line an item: whether it is, by whom and until when."""
    return "\n".join(_action(item, story.names) for item in story.actions)


def _action(item: ActionItem, names: Mapping[str, str]) -> str:
    who = plain(named(f"<@{item.assignee}>", names)) if item.assignee else fill_plain("nobody yet")
    until = fill_plain(", due {when}", when=moment(item.due_at)) if item.due_at else ""
    done = fill_plain(", done {when}", when=moment(item.done_at)) if item.done_at else ""
    mark = "x" if item.done_at else " "
    return f"- [{mark}] {item.number}. {plain(' '.join(item.text.split()))} ({who}{until}{done})"


def plain(text: str) -> str:
    """`text` so that Markdown shows it as it is."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}", escaped)


def quoted(text: str) -> str:
    """`text` as a quotation, line by line."""
    return "\n".join(f"> {plain(line)}".rstrip() for line in text.splitlines())


def moment(at: datetime) -> str:
    """A time as everybody reads it alike."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def because(why: str) -> str:
    """Why somebody was invited, behind their name; "" where nobody said."""
    return f" ({words(why_told(why, _WHY))})" if why else ""


def recorded_as(entry: Entry) -> str:
    """What is told behind a time that was corrected."""
    return fill_plain(" (recorded as {when})", when=moment(entry.happened_at))


def named(mrkdwn: str, names: Mapping[str, str]) -> str:
    """Our mrkdwn as plain words, with people's names where they are known."""
    return words(_USER.sub(lambda found: f"@{names[found[1]]}" if found[1] in names else found[0], mrkdwn))


def _facts(story: Story) -> Iterator[tuple[str, str]]:
    incident, names = story.incident, story.names

    def who(actor: Actor) -> str:
        return plain(named(person(actor), names))

    state, since = STATE_WORD[incident.state], moment(incident.so_since)
    yield (
        fill_plain("State"),
        fill_plain("{state}, by {who}, {when}", state=state, who=who(incident.state_by), when=since),
    )
    yield fill_plain("Severity"), SEVERITY_WORD[incident.severity]
    yield fill_plain("Created"), _by(who(incident.created_by), incident.created_at)
    if incident.started_at:
        yield fill_plain("Began"), moment(incident.started_at)
    if incident.acknowledged_at and incident.acknowledged_by:
        yield fill_plain("Acknowledged"), _by(who(incident.acknowledged_by), incident.acknowledged_at)
    if incident.assignee:
        yield fill_plain("Assignee"), plain(named(f"<@{incident.assignee}>", names))
    if incident.resolution:
        yield fill_plain("Resolution"), plain(" ".join(incident.resolution.split()))
    yield from _lists(story, names)


def _by(who: str, when: datetime) -> str:
    return fill_plain("by {who}, {when}", who=who, when=moment(when))


def _lists(story: Story, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    affected = [*(ci.name for ci in story.incident.cis), *story.incident.unknown_cis]
    if affected:
        yield fill_plain("Affected"), plain(", ".join(affected))
    if story.responders:
        invited = [named(f"<@{one.id}>", names) + because(one.why) for one in story.responders]
        yield fill_plain("Invited"), plain(", ".join(invited))
    if story.events:
        yield fill_plain("Monitoring events"), plain(", ".join(story.events))
    if story.url:
        yield fill_plain("Thread"), f"<{story.url}>"


def _entry(story: Story, entry: Entry) -> str:
    told, names, at = tell(entry), story.names, story.at(entry)
    wrong = recorded_as(entry) if at != entry.happened_at else ""
    lines = [f"### {entry.seq}. {plain(named(told.sentence, names))}", f"*{moment(at)}*{wrong}"]
    facts = [f"- {plain(named(label, names))}: {plain(named(value, names))}" for label, value in told.facts if value]
    return "\n\n".join(filter(None, [*lines, "\n".join(facts), quoted(told.quoted)]))
