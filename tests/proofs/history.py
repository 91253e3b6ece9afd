"""What happened, as seen from outside: written by the test's client and by the sandbox, never by the service.

A history is a list of records in the order in which they were written; each has a moment (seconds), a word that says
what happened, and facts. The words:

    asked       the client asks: id (of this try), key (the same on a retry), verb, incident ("INC-1" or ""), by
    answered    what it got: id, outcome (done, refused, unknown), and with done: incident, state, version, seqs, kinds;
                with refused: code, state; `disturbed` where its way was cut, or the one who should answer was killed
    posted      a message of the app: channel, ts, root, type, payload, text; `deleted` and `edited` name channel and ts
    called      a call that Slack answered: method, channel (of a post), sent_at, result, retry_after
    event       a monitoring event at NopeSight is now so: event, status, by
    stored      at the end, by the client's own look into the database: effect rows (id, kind, outcome, remote_id, …)
    linked      as above: which incident an event belongs to
    audited     the audit chain: ok, problem
    output      anything that came out of the service: where, text
    note        what was done to the service (a kill, a cut); for people
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from incidentbot.sandbox.slack.changes import Change
from incidentbot.sandbox.slack.platform import Platform


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened."""

    at: float
    what: str
    facts: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.facts[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.facts.get(name, default)

    def line(self) -> str:
        return json.dumps([round(self.at, 6), self.what, self.facts], sort_keys=True, ensure_ascii=False)


@dataclass(slots=True)
class History:
    """Everything that happened in one run."""

    records: list[Record] = field(default_factory=list)

    def note(self, at: float, what: str, **facts: Any) -> Record:
        record = Record(at, what, facts)
        self.records.append(record)
        return record

    def all(self, *what: str) -> Iterator[Record]:
        return (record for record in self.records if record.what in what)

    def text(self) -> str:
        return "".join(f"{record.line()}\n" for record in self.records)

    def save(self, path: Path) -> None:
        path.write_text(self.text(), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "History":
        lines = path.read_text(encoding="utf-8").splitlines()
        return cls([Record(*json.loads(line)) for line in lines])


def watch(platform: Platform, history: History) -> None:
    """Write down from now on what people would see in Slack."""

    def hear(change: Change) -> None:
        record = _RECORDED.get(change.kind)
        message = change.data.get("message")
        if record is None or message is None or not message.author.bot_id:
            return
        place = platform.workspaces[change.team].conversations[change.channel]
        metadata = message.content.metadata or {}
        history.note(
            change.at,
            record,
            channel=f"#{place.name}" if place.name else f"@{place.user}",
            ts=message.ts,
            root=message.thread_ts,
            type=metadata.get("event_type", ""),
            payload=dict(metadata.get("event_payload") or {}),
            text=message.content.text,
        )

    platform.feed.listen(hear)


_RECORDED = {"message_posted": "posted", "message_updated": "edited", "message_deleted": "deleted"}
