"""A storm of events costs Slack a few calls a group, however many events there are, and whoever dies meanwhile."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from incidentbot.domain.lifecycle import State
from incidentbot.queries import list_incidents
from incidentbot.usecases import Received, receive
from tests.functional.delivery.places import cards, settled, told
from tests.functional.stories.running import Story, story

GROUPS = 10
# So that a second's wait is a tenth: what is counted are the calls, not the seconds.
CONFIG = """
integrations:
  slack:
    limits: {channel_posts_per_second: 10, workspace_posts_per_minute: 3000}
"""
PATIENCE = 240.0
# After so many it flaps, and is only counted.
MOVES = 5
# What is due in a minute, our own bookkeeping.
LATER = {"links", "events", "twins", "card_confirmed", "homes", "flapping"}


def deliveries(events: int, *, resolved: bool) -> list[Received]:
    """Each event twice, and its end where it is `resolved`, in any order that is always the same."""
    began = datetime.now(UTC) - timedelta(minutes=2)
    bodies = [_body(number, began) for number in range(events)]
    if resolved:
        bodies += [_body(number, began, "resolved") for number in range(events)]
    found = [
        Received("nopesight", f"nopesight:{turn}-{number}", body)
        for number, body in enumerate(bodies)
        for turn in (1, 2)
    ]
    random.Random(events).shuffle(found)
    return found


def _body(number: int, began: datetime, status: str = "open") -> bytes:
    group = number % GROUPS
    told: dict[str, Any] = {
        "_id": f"storm-{number}",
        "title": f"Service {group} fails check {number}",
        "severity": "critical",
        "status": status,
        "timestamp": began.isoformat(),
        "updatedAt": (began if status == "open" else began + timedelta(minutes=1)).isoformat(),
        "correlationId": f"storm-group-{group}",
        "ciId": {"_id": "ci_web_01", "name": "PROD-WEB-01", "type": "server"},
    }
    return json.dumps({"type": "event.created", "data": {"event": told}}).encode()


def parts(whole: list[Received], count: int) -> Iterator[list[Received]]:
    size = -(-len(whole) // count)
    yield from (whole[place : place + size] for place in range(0, len(whole), size))


def calls(s: Story) -> Counter[str]:
    """How often each method was called; a direct message is counted as one."""
    found: Counter[str] = Counter()
    for call in s.slack.calls():
        direct = call.method == "chat.postMessage" and call.arguments["channel"][:1] in {"U", "D"}
        found["direct" if direct else call.method] += 1
        found["429"] += call.result == "429"
    return found


def check(s: Story, events: int, restarts: int, *, resolved: bool = False) -> None:
    s.slack.server.platform.rules.limits.enabled = False
    for part in parts(deliveries(events, resolved=resolved), restarts + 1):
        receive(s.service.store, part)
        s.restart()
    settled(s, lambda row: row.kind in LATER, patience=PATIENCE)
    page = list_incidents(s.service.store, s.slack.workspace.team_id, limit=100)
    assert [one.event_count for one in page.items] == [events // GROUPS] * GROUPS
    with s.service.store.read(s.slack.workspace.team_id) as tx:
        seen = {incident.number: tx.flapping.get(incident.number) for incident in page.items}
        flapping = {number for number, flaps in seen.items() if flaps is not None and flaps.told}
        linked = [one.event_id for incident in page.items for one in tx.events.linked(incident.number)]
    assert len(linked) == len(set(linked)) == events
    assert len(cards(s.slack)) == GROUPS
    made = calls(s)
    told(s)
    s.service.close()  # the first of several; the story itself ends the last one
    # The card, what the thread is told of it (created, another event, who was invited), and that NopeSight, which knows
    # nothing of these events, has them no more; then what they are in all. However many there are.
    kinds = Counter(reply.payload["kind"] for card in cards(s.slack) for reply in card.replies())
    assert kinds["created"] == GROUPS
    assert kinds["event_linked"] <= GROUPS * 2
    assert kinds["event_updated"] <= GROUPS * 2
    # How often an incident is resolved and opened again depends on the order alone, and flapping bounds it.
    moves = kinds["resolved"] + kinds["reopened"]
    assert (GROUPS if resolved else 0) <= moves <= (GROUPS * MOVES if resolved else 0)
    assert {one.state for one in page.items if one.number not in flapping} <= {
        State.RESOLVED if resolved else State.OPEN
    }
    assert made["chat.postMessage"] <= GROUPS * 7 + 2 + moves
    assert made["reactions.add"] + made["reactions.remove"] <= moves * 2
    assert made["direct"] <= GROUPS * 3
    assert made["chat.update"] <= GROUPS * 8


def test_a_storm_costs_a_few_calls_a_group(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, config=CONFIG) as s:
        check(s, events=200, restarts=1, resolved=True)


@pytest.mark.matrix
def test_two_thousand_events_cost_no_more(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path, config=CONFIG) as s:
        check(s, events=2_000, restarts=3)
