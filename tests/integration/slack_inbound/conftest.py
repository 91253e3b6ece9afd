"""The way in for Slack over a real database. Only Slack itself is played: it signs, delivers, and is answered."""

import asyncio
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from incidentbot.bootstrap import permissions_of
from incidentbot.delivery.inquirer import NopeSightInquirer
from incidentbot.domain.incident import Incident
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Person
from incidentbot.domain.policy import Policy
from incidentbot.domain.signing import sign, slack_message
from incidentbot.domain.timeline import Entry
from incidentbot.domain.workspace import Workspace
from incidentbot.queries import find, timeline
from incidentbot.render.message import Message
from incidentbot.settings_file import ConfigFile
from incidentbot.slack.app import SlackEntry, build_slack
from incidentbot.slack.guard import Answer
from incidentbot.slack.parts import SlackParts
from incidentbot.store import Store

Json = dict[str, Any]

SECRET = "slack-signing-secret-of-the-tests"
TEAM = "T0ACME"
ADDRESS = "https://incidents.acme.test"
BOT = "U0BOT"
ANA, BEN = "U0ANA", "U0BEN"
CHANNEL = "C0INCIDENTS"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Clock:
    """Stands still until it is moved."""

    time: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class FakeAnswerer:
    """Slack's and NopeSight's side of what listeners ask for, and what they were told."""

    opens: bool = True
    people: dict[str, str] = field(default_factory=dict)
    cis: Sequence[CiRef] = ()
    views: list[Mapping[str, Any]] = field(default_factory=list)
    responses: list[Message] = field(default_factory=list)
    replaced: list[Message] = field(default_factory=list)
    ephemerals: list[tuple[str, str, str, Message]] = field(default_factory=list)

    async def open_view(self, team_id: str, trigger_id: str, view: Mapping[str, Any]) -> str:
        assert team_id == TEAM
        assert trigger_id
        if self.opens:
            self.views.append(view)
        return "V0OPENED" if self.opens else ""

    async def update_view(self, team_id: str, view_id: str, view: Mapping[str, Any]) -> None:
        assert (team_id, view_id) == (TEAM, "V0OPENED")
        self.views[-1] = view

    async def respond(self, response_url: str, message: Message) -> None:
        assert response_url.startswith("https://")
        self.responses.append(message)

    async def replace(self, response_url: str, message: Message) -> None:
        assert response_url.startswith("https://")
        self.replaced.append(message)

    async def answer_ephemeral(
        self, team_id: str, channel: str, user: str, message: Message, thread_ts: str = ""
    ) -> None:
        assert team_id == TEAM
        self.ephemerals.append((channel, user, thread_ts, message))

    async def find_person(self, team_id: str, name: str) -> str:
        assert team_id == TEAM
        return self.people.get(name, "")

    async def search_cis(self, team_id: str, text: str) -> Sequence[CiRef]:
        assert team_id == TEAM
        return [ci for ci in self.cis if text.lower() in ci.name.lower()]


@dataclass
class Slack:
    """A workspace as its people use it: every call is one signed request, and waits for what it sets off."""

    entry: SlackEntry
    store: Store
    clock: Clock
    answerer: FakeAnswerer
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def post(self, raw: bytes, content_type: str = FORM, secret: str = SECRET, retry: int = 0) -> Answer:
        """`retry` is which of Slack's up to three repeats of a request it is; 0 is the request itself."""
        timestamp = str(int(self.clock.now().timestamp()))
        signature = sign(secret, slack_message(timestamp, raw), prefix="v0=")
        headers = [
            (b"content-type", content_type.encode()),
            (b"x-slack-request-timestamp", timestamp.encode()),
            (b"x-slack-signature", signature.encode()),
        ]
        if retry:
            headers += [(b"x-slack-retry-num", b"%d" % retry), (b"x-slack-retry-reason", b"http_timeout")]
        answer = await self.entry.handle(headers, raw)
        await self.entry.drain(10)
        return answer

    def trigger(self) -> str:
        return f"{next(self.numbers)}.trigger"

    def slash_body(self, text: str, *, as_: str = ANA, **other: str) -> bytes:
        fields = {
            "team_id": TEAM,
            "channel_id": CHANNEL,
            "user_id": as_,
            "user_name": as_.lower(),
            "command": "/incident",
            "text": text,
            "response_url": "https://hooks.slack.com/commands/1",
            "trigger_id": self.trigger(),
        }
        return urlencode(fields | other).encode()

    async def slash(self, text: str, *, as_: str = ANA, **other: str) -> str:
        """The text of the answer; "" where a form answers."""
        answer = await self.post(self.slash_body(text, as_=as_, **other))
        assert answer.status == 200
        if not answer.body:
            return ""
        told = json.loads(answer.body)
        assert told["response_type"] == "ephemeral"
        assert told["blocks"]
        text_told: str = told["text"]
        return text_told

    def interaction(self, kind: str, *, as_: str = ANA, team: str = TEAM, **other: Any) -> Json:
        return {
            "type": kind,
            "team": {"id": team, "domain": "acme"},
            "user": {"id": as_, "username": as_.lower(), "name": as_.lower(), "team_id": team},
            "trigger_id": self.trigger(),
            **other,
        }

    def click_payload(self, action_id: str, value: str = "INC-1", *, as_: str = ANA, **other: Any) -> Json:
        button = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "text": {"text": "x"}}
        return self.interaction(
            "block_actions",
            as_=as_,
            container={"type": "message", "message_ts": "1.0", "channel_id": CHANNEL},
            channel={"id": CHANNEL, "name": "incidents"},
            response_url="https://hooks.slack.com/actions/1",
            actions=[button],
            **other,
        )

    async def interact(self, payload: Json) -> Json:
        answer = await self.post(urlencode({"payload": json.dumps(payload)}).encode())
        assert answer.status == 200
        told: Json = json.loads(answer.body or "{}")
        return told

    async def click(self, action_id: str, value: str = "INC-1", *, as_: str = ANA) -> None:
        assert await self.interact(self.click_payload(action_id, value, as_=as_)) == {}

    def submission(self, view: Mapping[str, Any], values: Json, *, as_: str = ANA, view_id: str = "") -> Json:
        """What Slack sends when `view`, as it was opened, is submitted with `values` ({block: element's state})."""
        state = {
            block["block_id"]: {block["element"]["action_id"]: _state(block["element"], values.get(block["block_id"]))}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        sent = {**view, "id": view_id or f"V{next(self.numbers)}", "team_id": TEAM, "state": {"values": state}}
        return self.interaction("view_submission", as_=as_, view=sent, response_urls=[])

    async def submit(self, view: Mapping[str, Any], values: Json, *, as_: str = ANA, view_id: str = "") -> Json:
        return await self.interact(self.submission(view, values, as_=as_, view_id=view_id))

    async def mention(
        self, text: str, *, thread_ts: str = "", as_: str = ANA, event_id: str = "", **other: Any
    ) -> None:
        event = {
            "type": "app_mention",
            "user": as_,
            "text": f"<@{BOT}> {text}",
            "channel": CHANNEL,
            "ts": "9.9",
            **({"thread_ts": thread_ts} if thread_ts else {}),
            **other,
        }
        event_id = event_id or f"Ev{next(self.numbers)}"
        body = {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event}
        answer = await self.post(json.dumps(body).encode(), JSON)
        assert answer.status == 200
        assert not answer.body

    def incident(self, ref: str = "INC-1") -> Incident:
        found = find(self.store, TEAM, ref)
        assert isinstance(found, Incident), found
        return found

    def entries(self, ref: str = "INC-1") -> tuple[Entry, ...]:
        return timeline(self.store, TEAM, self.incident(ref).number, limit=100).items

    def kinds(self, ref: str = "INC-1") -> list[str]:
        return [entry.kind.value for entry in self.entries(ref)]

    def place_card(self, root_ts: str, ref: str = "INC-1") -> None:
        with self.store.begin(TEAM) as tx:
            tx.incidents.place_card(self.incident(ref).number, CHANNEL, root_ts)


def _state(element: Mapping[str, Any], filled_in: Any) -> Json:
    """The state of a form's element: as it was opened, unless something else was filled in."""
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value") if filled_in is None else filled_in}
    if kind == "static_select":
        chosen = {"value": filled_in} if filled_in else element.get("initial_option")
        return {"type": kind, "selected_option": chosen}
    if kind == "users_select":
        return {"type": kind, "selected_user": element.get("initial_user") if filled_in is None else filled_in or None}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": filled_in or element.get("initial_date_time")}
    if kind == "timepicker":
        return {"type": kind, "selected_time": filled_in or element.get("initial_time")}
    if kind == "conversations_select":
        return {"type": kind, "selected_conversation": filled_in or element.get("initial_conversation")}
    if kind == "multi_users_select":
        return {"type": kind, "selected_users": filled_in or element.get("initial_users", [])}
    return {"type": kind, "selected_options": filled_in or element.get("initial_options", [])}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answerer() -> FakeAnswerer:
    return FakeAnswerer()


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[Store]:
    store = Store(
        database_url, clock=clock, policy=Policy(permissions=permissions_of(ConfigFile()), objects_at=ADDRESS)
    )
    with store.begin(TEAM) as tx:
        workspace = Workspace(TEAM, "Acme", "https://acme.slack.com/", app_id="A0", bot_id="B0BOT", bot_user_id=BOT)
        tx.installations.save(workspace, clock.now())
        for person in (Person(ANA, "ana"), Person(BEN, "ben"), Person("U0GONE", "gone", deleted=True)):
            tx.people.save(person, clock.now())
    yield store
    store.close()


@pytest.fixture
def slack(store: Store, clock: Clock, answerer: FakeAnswerer) -> Slack:
    entry = build_slack(SlackParts(store, answerer, NopeSightInquirer(None), clock.now), signing_secrets=(SECRET,))
    return Slack(entry, store, clock, answerer)


class SilentAnswerer(FakeAnswerer):
    """Slack and NopeSight take every question and answer none."""

    async def find_person(self, team_id: str, name: str) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    async def search_cis(self, team_id: str, text: str) -> Sequence[CiRef]:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
def impatient(store: Store, clock: Clock) -> Slack:
    answerer = SilentAnswerer()
    parts = SlackParts(store, answerer, NopeSightInquirer(None), clock.now, look_up_seconds=0)
    return Slack(build_slack(parts, signing_secrets=(SECRET,)), store, clock, answerer)
