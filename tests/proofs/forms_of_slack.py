"""What Slack sends for every way in that the code declares: the requests that fuzzing begins with."""

import random
from collections.abc import Iterable, Iterator
from typing import Any

from incidentbot.render import ids
from incidentbot.slack.ways_in import WayIn
from tests.proofs.hostile import HOSTILE

Json = dict[str, Any]
TEAM, PERSON, BOT, CHANNEL = "T0FUZZED01", "U0PERSON01", "U0BOT00001", "C0CHANNEL1"
TYPED = (
    *("", "help", "list", "list all", "show INC-1", "ack INC-1", "unack", "resolve INC-1 done", "reopen INC-1"),
    *("create Disk full --severity low", "create", "update INC-1 text --title New", "assign INC-1 <@U0PERSON01>"),
    *("note INC-1 text", "invite INC-1 <@U0PERSON01|ana>", "why INC-1", "search disk", "show web", "update web"),
    *("status", "report daily_summary 7d", "maintenance", "simulate", "create “curly” — severity high"),
)
SAID = ("ack", "unack", "resolve done", "note text", "status", "help", "nopesight how many events?", "nonsense")
VALUES = ("INC-1", "1", "665f0c1e9b1d", "{}", '{"text": "x", "page": 2}', "INC-999999999999", "0", "")
FIELDS = {
    ids.TITLE: {ids.TITLE_INPUT: {"type": "plain_text_input", "value": "Disk full"}},
    ids.DESCRIPTION: {ids.DESCRIPTION_INPUT: {"type": "plain_text_input", "value": None}},
    ids.PRIORITY: {ids.PRIORITY_SELECT: {"type": "static_select", "selected_option": {"value": "low"}}},
    ids.ASSIGNEE: {ids.ASSIGNEE_SELECT: {"type": "users_select", "selected_user": PERSON}},
    ids.CIS: {ids.CIS_SELECT: {"type": "multi_external_select", "selected_options": [{"value": "ci-1"}]}},
    ids.RESOLUTION: {ids.RESOLUTION_INPUT: {"type": "plain_text_input", "value": "done"}},
    ids.NOTE: {ids.NOTE_INPUT: {"type": "plain_text_input", "value": "note"}},
    ids.STATUS: {ids.STATUS_SELECT: {"type": "static_select", "selected_option": {"value": "active"}}},
}


class Slacks:
    """Makes payloads of every declared way in; `dice` decides which, so that a seed says it all."""

    def __init__(self, ways: Iterable[WayIn], dice: random.Random) -> None:
        self._ways = [(way.kind, name) for way in ways for name in way.name.split(", ")]
        self._dice = dice
        self._seen = 0

    def payload(self) -> Json:
        """One payload as Slack would send it."""
        kind, name = self._dice.choice(self._ways)
        if name == "*":
            name = self._dice.choice((*HOSTILE, "unknown"))
        made: Json = getattr(self, f"_{kind}")(name)
        return made

    @property
    def _id(self) -> str:
        self._seen += self._dice.random() < 0.8  # the rest are repeats
        return f"{self._seen}.fuzz"

    def _interaction(self, kind: str, **other: Any) -> Json:
        team = {"id": TEAM, "domain": "fuzzed"}
        user = {"id": PERSON, "name": "ana", "username": "ana", "team_id": TEAM}
        return {"type": kind, "team": team, "user": user, "trigger_id": self._id, "enterprise": None, **other}

    def _command(self, name: str) -> Json:
        text = " ".join(self._texts())
        return {
            "command": name,
            "text": text,
            "team_id": TEAM,
            "user_id": PERSON,
            "user_name": "ana",
            "channel_id": CHANNEL,
            "trigger_id": self._id,
            "response_url": "https://hooks.slack.com/commands/1",
        }

    def _texts(self) -> Iterator[str]:
        yield self._dice.choice(TYPED)
        if self._dice.random() < 0.3:
            yield self._dice.choice(HOSTILE)

    def _action(self, name: str) -> Json:
        action = {"type": "button", "action_id": name, "block_id": "b", "value": self._dice.choice((*VALUES, *HOSTILE))}
        message = {"ts": "1.1", "user": BOT, "text": "x", "blocks": [], "metadata": {"event_type": "incident"}}
        return self._interaction(
            "block_actions",
            container={"type": "message", "message_ts": "1.1", "channel_id": CHANNEL},
            channel={"id": CHANNEL, "name": "incidents"},
            message=message,
            view=self._form(ids.PLAYBOOK_MODAL) if self._dice.random() < 0.2 else None,
            response_url="https://hooks.slack.com/actions/1",
            actions=[action],
        )

    def _form(self, callback_id: str) -> Json:
        return {
            "id": f"V{self._id}",
            "type": "modal",
            "callback_id": callback_id,
            "team_id": TEAM,
            "blocks": [],
            "private_metadata": self._dice.choice((*VALUES, '{"incident": "INC-1", "version": 1}', *HOSTILE)),
            "state": {"values": dict(self._dice.sample(sorted(FIELDS.items()), self._dice.randrange(len(FIELDS) + 1)))},
        }

    def _view(self, name: str) -> Json:
        return self._interaction("view_submission", view=self._form(name), response_urls=[])

    def _view_closed(self, name: str) -> Json:
        return self._interaction("view_closed", view=self._form(name), is_cleared=False)

    def _options(self, name: str) -> Json:
        text = self._dice.choice((*HOSTILE, "web"))
        return self._interaction("block_suggestion", action_id=name, block_id="b", value=text, view=self._form("x"))

    def _shortcut(self, name: str) -> Json:
        message = {"ts": "1.1", "user": PERSON, "text": self._dice.choice(HOSTILE)}
        kind = self._dice.choice(("shortcut", "message_action"))
        return self._interaction(kind, callback_id=name, message=message, channel={"id": CHANNEL})

    def _function(self, name: str) -> Json:
        event = {"type": "function_executed", "function": {"callback_id": name}, "inputs": {"title": "x"}}
        return self._callback({**event, "function_execution_id": "Fx1", "bot_access_token": "xwfp-1"})

    def _event(self, name: str) -> Json:
        kind, _, subtype = name.partition(" ")
        text = f"<@{BOT}> {self._dice.choice((*SAID, *HOSTILE))}"
        event: Json = {"type": kind, "user": PERSON, "text": text, "channel": CHANNEL, "ts": "2.2", "thread_ts": "1.1"}
        if subtype:
            event |= {"subtype": subtype, "deleted_ts": "1.1", "previous_message": {"ts": "1.1", "user": BOT}}
        return self._callback(event)

    def _callback(self, event: Json) -> Json:
        kinds = ("event_callback",) * 20 + ("url_verification", "app_rate_limited")
        return {"type": self._dice.choice(kinds), "team_id": TEAM, "event_id": f"Ev{self._id}", "event": event}
