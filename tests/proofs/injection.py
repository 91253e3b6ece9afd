"""G13: strangers' text in every field of every surface stays text: no mention, no link, no command of theirs lives."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any, Final

from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.cmdb import Ci, Owner
from incidentbot.domain.home import HomeFacts
from incidentbot.domain.inquiry import Ambiguous, CiInFull
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.monitoring import CiRef, EventStatus, MonitoringEvent
from incidentbot.domain.nopesight import SystemStatus
from incidentbot.domain.people import Actor, Invitee, Source
from incidentbot.domain.refusals import (
    BadField,
    BadOption,
    EventNotFound,
    EventTaken,
    IncidentNotFound,
    NotPermitted,
    PersonUnknown,
    TransitionRefused,
    Unchanged,
    UnknownSubcommand,
)
from incidentbot.domain.severity import Severity
from incidentbot.domain.templates import parse_template
from incidentbot.domain.timeline import Entry, EntryKind
from incidentbot.domain.workflows import Notice
from incidentbot.render import answers, cmdb, ids, modals, nopesight
from incidentbot.render.alarm import alarm, card_text
from incidentbot.render.capture import capture_modal, captured
from incidentbot.render.card import card
from incidentbot.render.digest import digest
from incidentbot.render.entry import entry
from incidentbot.render.event_notification import Shown, event_notification, event_reply
from incidentbot.render.home import home
from incidentbot.render.invitation import invitation
from incidentbot.render.message import Links, Message
from incidentbot.render.mrkdwn import fill, user
from incidentbot.render.refusals import refusal
from incidentbot.render.workflows import notice
from tests.proofs.budget import Budget, hold
from tests.unit.render.hostile_text import FRAGMENTS
from tests.unit.render.samples import ANA, NOON, OPEN
from tests.unit.render.slack_rules import live, live_in_the_sandbox

HOST: Final = "https://ours.example/"
LINKS: Final = Links(f"{HOST}events", f"{HOST}cis")
# What we bring to life ourselves: people whom Slack vouches for, our own links, dates.
OURS: Final = (f"@{ANA.id}", HOST, "!date^1737")
TEMPLATE: Final = parse_template("*{severity}* on {ci_name}: {title} {description}")
# Every key that an entry's data may have.
KEYS: Final = (
    *("severity", "description", "event", "assignee", "note", "before", "after", "text", "count", "title", "status"),
    *("name", "detail", "author", "author_name", "target", "action", "reason", "minutes", "step", "role"),
)


def corpus() -> list[str]:
    """Every pair of the fragments that parsers trip over, close together and apart: some 6,000 strings."""
    pairs = product(FRAGMENTS, ("", " "), FRAGMENTS)
    return sorted({"".join(pair) for pair in pairs} - {"", " "})


def surfaces(text: str) -> Iterator[tuple[str, Message]]:
    """Every message and form, with `text` in every field that strangers fill in."""
    yield from _of_incidents(text)
    yield from _of_events(text)
    yield from _answers(text)
    yield from ((name, Message(fill("form"), tuple(view["blocks"]))) for name, view in _forms(text))


def _stranger(text: str) -> Actor:
    return Actor(Source.NOPESIGHT, text, text, text)


def _incident(text: str) -> Any:
    return replace(
        OPEN,
        title=text,
        description=text,
        resolution=text,
        cis=(CiRef(text, text, text),),
        unknown_cis=(text,),
        created_by=_stranger(text),
        state_by=_stranger(text),
        assignee=text,
        channel=text,
    )


def _of_incidents(text: str) -> Iterator[tuple[str, Message]]:
    one = _incident(text)
    for state in State:
        yield f"card {state}", card(replace(one, state=state), links=LINKS, events=[text])
    for kind in EntryKind:
        told = dict.fromkeys(KEYS, text) | {"people": [{"id": text, "name": text, "why": text, "reason": text}]}
        yield f"entry {kind}", entry(one, Entry(3, kind, _stranger(text), NOON, told), missed=[(2, text)])
    yield "invitation", invitation(one, text, f"{HOST}thread")
    yield "digest", digest([(one, f"{HOST}thread")] * 2)
    yield "alarm", alarm(text, text)
    yield "card's text", card_text(one)


def _of_events(text: str) -> Iterator[tuple[str, Message]]:
    event = MonitoringEvent(
        "nopesight",
        text,
        text,
        Severity.HIGH,
        EventStatus.ACKNOWLEDGED,
        NOON,
        NOON,
        display_id=text,
        description=text,
        origin=text,
        cis=(CiRef(text, text, text),) * 2,
        ai_summary=text,
        recommended_action=text,
        actor_name=text,
    )
    shown = Shown(event, _incident(text), f"{HOST}thread", LINKS, rules=[text], template=TEMPLATE)
    yield "notification", event_notification(shown)
    yield "notification as text", event_notification(shown, use_blocks=False)
    changes = {"severity": [text, text], "title": [text, text], "fields": [text], "note": text, "status": text}
    yield "reply", event_reply(event, _stranger(text), changes)
    told = Notice("#incidents", (text,), text, text)
    yield "notice", notice(told, text, [user(text)], _incident(text), f"{HOST}thread")


def _answers(text: str) -> Iterator[tuple[str, Message]]:
    one = _incident(text)
    story = [Entry(2, EntryKind.NOTE, _stranger(text), NOON, {"text": text})]
    yield "show", answers.show(one, story, [Invitee(ANA.id, text)], [text], f"{HOST}thread")
    yield "list", answers.listing([one] * 3, 7, url=lambda _: f"{HOST}thread", q=text)
    yield "captured", captured(one, f"{HOST}thread", new=True)
    yield "status", nopesight.system_status(SystemStatus(text, 0, 0, 0, 0), NOON)
    ci = Ci(text, text, text, text, "", None, text, {text: text}, {text: [text]})
    yield "ci", cmdb.ci_in_full(CiInFull(ci, (Owner(text, text),), (), None), links=LINKS)
    yield "ambiguous", cmdb.ambiguous(Ambiguous(text, (CiRef(text, text),) * 2), ids.SHOW_CI)
    for refused in (
        TransitionRefused("INC-1", Trigger.RESOLVE, State.RESOLVED, NOON, _stranger(text), (Trigger.REOPEN,)),
        Unchanged("INC-1", text, text),
        IncidentNotFound(text),
        BadField(text, "unknown", value=text, choices=(text,)),
        PersonUnknown(text, text),
        BadOption(text, text, text),
        UnknownSubcommand("/incident", text, text),
        EventNotFound(text),
        EventTaken(text, text),
        NotPermitted(text, "actions", text, (text,), (text,)),
    ):
        yield type(refused).__name__, refusal(refused)


def _forms(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    one, said = _incident(text), SaidMessage("C0INCIDENTS", "1.2", text, author=text, author_name=text)
    yield "incident form", modals.incident_modal(title=text, description=text, assignee=text, cis=one.cis)
    yield "resolve form", modals.resolve_modal(one)
    yield "update form", modals.update_modal(one)
    yield "refusal form", modals.refusal_modal(IncidentNotFound(text))
    yield "capture form", capture_modal(said, [one])
    yield "home", home(HomeFacts(ANA.id, (one,), (one,), 2), lambda _: f"{HOST}thread")


def alive(message: Message) -> list[str]:
    """What lives in the message and is not ours, read in two ways."""
    tokens = [token for token in live(message) if not token.startswith(OURS)]
    seen = live_in_the_sandbox(message)
    return [*tokens, *(set(seen.mentions) - {ANA.id}), *(link for link in seen.links if not link.startswith(HOST))]


def run(seed: int, budget: Budget) -> dict[str, int]:
    """So many strings of the corpus, each in every field of every surface."""
    strings = corpus()
    random.Random(seed).shuffle(strings)
    tried, shown = 0, 0
    for number in budget.rounds():
        if number == len(strings):
            break
        text = strings[number]
        for name, message in surfaces(text):
            found = alive(message)
            hold([f"{name} brings {found} to life out of {text!r}"] if found else [], _again(seed))
            shown += 1
        tried += 1
    return {"strings": tried, "messages": shown}


def _again(seed: int) -> str:
    return f"python -m tests.proofs injection --seed {seed}"
