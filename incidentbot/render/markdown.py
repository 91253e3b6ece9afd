"""An incident as a Markdown document, and what documents are made of."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.people import Actor
from incidentbot.domain.story import Story
from incidentbot.domain.timeline import Entry
from incidentbot.render.plain import words
from incidentbot.render.tellers import tell
from incidentbot.render.vocabulary import person

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|#~]|&(?=#?\w+;))")
_USER: Final = re.compile(r"<@([UW][A-Z0-9]+)>")
# What makes a line an item of a list, a rule, or the line above a heading. Of "1." only the full stop can be escaped.
_LEADING: Final = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+=.)])(?=\s|$|[-=\s]+$)")


def export(story: Story) -> str:
    """The whole document; foreign text in it is text, whatever Markdown it holds."""
    incident = story.incident
    parts = [
        f"# {'DRILL · ' if incident.drill else ''}{incident.reference} · {plain(incident.title)}",
        "\n".join(f"- **{label}:** {value}" for label, value in _facts(story)),
    ]
    if incident.description:
        parts += ["## Description", quoted(incident.description)]
    if story.actions:
        parts += ["## Action items", actions(story)]
    parts += ["## Timeline", *(_entry(story, entry) for entry in story.entries)]
    return "\n\n".join(parts) + "\n"


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
    who = plain(named(f"<@{item.assignee}>", names)) if item.assignee else "nobody yet"
    until = f", due {moment(item.due_at)}" if item.due_at else ""
    done = f", done {moment(item.done_at)}" if item.done_at else ""
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


def named(mrkdwn: str, names: Mapping[str, str]) -> str:
    """Our mrkdwn as plain words, with people's names where they are known."""
    return words(_USER.sub(lambda found: f"@{names[found[1]]}" if found[1] in names else found[0], mrkdwn))


def _facts(story: Story) -> Iterator[tuple[str, str]]:
    incident, names = story.incident, story.names

    def who(actor: Actor) -> str:
        return plain(named(person(actor), names))

    yield "State", f"{incident.state.value}, by {who(incident.state_by)}, {moment(incident.so_since)}"
    yield "Severity", incident.severity.value
    yield "Created", f"by {who(incident.created_by)}, {moment(incident.created_at)}"
    if incident.started_at:
        yield "Began", moment(incident.started_at)
    if incident.acknowledged_at and incident.acknowledged_by:
        yield "Acknowledged", f"by {who(incident.acknowledged_by)}, {moment(incident.acknowledged_at)}"
    if incident.assignee:
        yield "Assignee", plain(named(f"<@{incident.assignee}>", names))
    if incident.resolution:
        yield "Resolution", plain(" ".join(incident.resolution.split()))
    yield from _lists(story, names)


def _lists(story: Story, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    affected = [*(ci.name for ci in story.incident.cis), *story.incident.unknown_cis]
    if affected:
        yield "Affected", plain(", ".join(affected))
    if story.responders:
        invited = [named(f"<@{one.id}>", names) + (f" ({one.why})" if one.why else "") for one in story.responders]
        yield "Invited", plain(", ".join(invited))
    if story.events:
        yield "Monitoring events", plain(", ".join(story.events))
    if story.url:
        yield "Thread", f"<{story.url}>"


def _entry(story: Story, entry: Entry) -> str:
    told, names, at = tell(entry), story.names, story.at(entry)
    wrong = f" (recorded as {moment(entry.happened_at)})" if at != entry.happened_at else ""
    lines = [f"### {entry.seq}. {plain(named(told.sentence, names))}", f"*{moment(at)}*{wrong}"]
    facts = [f"- {plain(named(label, names))}: {plain(named(value, names))}" for label, value in told.facts if value]
    return "\n\n".join(filter(None, [*lines, "\n".join(facts), quoted(told.quoted)]))
