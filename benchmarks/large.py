"""Fills a database as two years of a large company would: a million incidents with twenty million timeline entries.

Run: .venv/bin/python -m benchmarks.large DATABASE_URL [INCIDENTS [SEED]]
The database is new or of the same seed, and migrated; broken off, it is to be made anew. The audit chain verifies. What
a process leaves behind that has told everything (finished effects, answered inbox rows) is not among it.
"""

import random
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any, Final

import sqlalchemy as sa

from incidentbot.domain.audit import BEGINNING, digest
from incidentbot.store.database import make_engine
from incidentbot.store.migrate import migrate

TEAM: Final = "T0LARGE"
CHANNEL: Final = "C0INCIDENTS"
DAYS: Final = 730
CHUNK: Final = 5_000
# Of the incidents so many are not resolved; half of these are among the newest.
UNRESOLVED: Final = 0.001
REOPENED: Final = 0.03
DRILLS: Final = 0.01
FROM_EVENTS: Final = 0.6
SEVERITIES: Final = (("critical", 5), ("high", 25), ("medium", 65), ("low", 100))
SERVICES: Final = tuple(
    f"{area}-{part}"
    for area in ("billing", "checkout", "search", "login", "stock", "mail", "report", "sensor", "ledger", "fleet")
    for part in ("api", "database", "queue", "web")
)
PROBLEMS: Final = (
    *("Disk full on {host}", "High latency of {service} on {host}", "{host} does not answer", "CPU at 98% on {host}"),
    *("Memory pressure on {host}", "Replication of {service} lags behind", "Certificate of {host} expires"),
    *("Error rate of {service} above 5%", "Backup of {host} failed", "{service}: too many open connections"),
    *("Queue of {service} grows", "Überlast auf {host}", "Packet loss between {host} and its peers"),
)
# How much of a week happens in each of its hours: working hours count, nights are for machines.
_WEEK: Final = tuple(accumulate(3.0 if day < 5 and 8 <= hour < 18 else 1.0 for day in range(7) for hour in range(24)))
_WORDS: Final = (
    "looked at the logs",
    "restarted it",
    "rolled back the release",
    "called the vendor",
    "waiting for disks",
)

Row = tuple[Any, ...]
COLUMNS: Final = {
    "incidents": """team_id number title description severity state version last_seq source created_by created_at
        state_since state_by channel root_ts assignee acknowledged_at acknowledged_by resolved_at resolved_by resolution
        cis unknown_cis event_count drill""",
    "timeline_entries": "team_id incident seq kind actor data happened_at recorded_at",
    "responders": "team_id incident person why invited_at",
    "monitoring_events": """team_id source event_id incident group_key status severity occurred_at updated_at
        received_at data""",
    "audit_log": """team_id seq at action outcome surface request incident facts payload payload_digest previous
        previous_of_incident hash""",
}
TABLES: Final = {table: tuple(columns.split()) for table, columns in COLUMNS.items()}


class Company:
    """Makes rows, chunk by chunk and the same for each seed."""

    def __init__(self, count: int, seed: int, until: datetime) -> None:
        self._chance: Final = random.Random(seed)
        self._count: Final = count
        self._since: Final = until.replace(tzinfo=None) - timedelta(days=DAYS)
        self.audit_seq = 0
        self.audit_hash = BEGINNING
        self._of_incident = BEGINNING

    def chunks(self) -> Iterator[dict[str, list[Row]]]:
        """The rows of some incidents at a time, by table."""
        for first in range(1, self._count + 1, CHUNK):
            rows: dict[str, list[Row]] = {table: [] for table in TABLES}
            for number in range(first, min(first + CHUNK, self._count + 1)):
                self._incident(number, rows)
            yield rows

    def _began(self, number: int) -> datetime:
        weeks = (number - 1) / self._count * DAYS / 7
        whole, share = int(weeks), (weeks % 1) * _WEEK[-1]
        hour = bisect_right(_WEEK, share)
        into = (share - (_WEEK[hour - 1] if hour else 0.0)) / (_WEEK[hour] - (_WEEK[hour - 1] if hour else 0.0))
        return self._since + timedelta(weeks=whole, hours=hour + into)

    def _incident(self, number: int, rows: dict[str, list[Row]]) -> None:
        chance, began = self._chance, self._began(number)
        service = SERVICES[min(int(chance.expovariate(0.12)), len(SERVICES) - 1)]
        host = f"{service}-{int(chance.expovariate(0.02)) % 200:03d}"
        title = chance.choice(PROBLEMS).format(host=host, service=service).capitalize()
        severity = SEVERITIES[bisect_right([share for _, share in SEVERITIES], chance.random() * 100)][0]
        newest = number > self._count * (1 - UNRESOLVED / 2)
        over = not (newest or chance.random() < UNRESOLVED / 2)
        taker = _person(f"U{int(chance.expovariate(0.05)) % 300:05d}")
        story = list(self._story(began, title, severity, over=over, taker=taker, service=service))
        taken = next((at for kind, _, _, at in story if kind == "acknowledged"), None)
        ended = story[-1][3] if over else None
        state = "resolved" if over else "acknowledged" if taken else "open"
        since = ended or taken or began
        made = _monitoring() if chance.random() < FROM_EVENTS else taker
        entries = [
            (TEAM, number, seq, kind, made if seq == 1 else actor, data, _text(at), _text(at))
            for seq, (kind, actor, data, at) in enumerate(story, start=1)
        ]
        description = (
            f"Seen on {host} of {service} in zone {number % 7}. Ticket CHG-{number + 100000}: the last change was"
            f" {chance.randrange(1, 90)} minutes before, by the team of {service}. First look at its dashboard."
        )
        cis = f'[["ci-{host}", "{host}", "server"]]'
        began_by = made if since == began else taker
        stood = (_text(since), began_by, CHANNEL, f"{began.replace(tzinfo=UTC).timestamp():.6f}", "")
        ends = [moment for at in (taken, ended) for moment in ((_text(at), taker) if at else (None, None))]
        named = (title, description, severity, state, len(entries), len(entries), "slack", made, _text(began))
        facts = ("Done." if over else "", cis, "[]", int(made != taker), int(chance.random() < DRILLS))
        rows["incidents"].append((TEAM, number, *named, *stood, *ends, *facts))
        rows["timeline_entries"] += entries
        rows["responders"] += [
            (TEAM, number, person, f"owner of {host}", _text(began))
            for person in {f"U{chance.randrange(300):05d}" for _ in range(2)}
        ]
        if made != taker:
            rows["monitoring_events"].append(_event(number, title, severity, service, host, over=over, began=began))
        self._bind(number, title, description, entries, rows["audit_log"])

    def _story(
        self, began: datetime, title: str, severity: str, *, over: bool, taker: str, service: str
    ) -> Iterator[tuple[str, str, str, datetime]]:
        """Kind, actor, data and time of each entry; twenty of them on average."""
        chance, at = self._chance, began
        data = f'{{"cis":["{service}"],"description":"","event":"","severity":"{severity}","unknown_cis":[]}}'
        yield "created", taker, data, at
        yield "owner_invited", _SYSTEM, '{"people":[{"id":"U00001","why":"owner"}],"unreachable":[]}', at
        if over or chance.random() < 0.6:
            at += timedelta(seconds=chance.expovariate(1 / 300))
            yield "acknowledged", taker, '{"note":""}', at
        for turn in range(chance.randint(5, 27)):
            at += timedelta(seconds=chance.expovariate(1 / 400))
            if turn % 4 == 3:
                told = f'{{"count":2,"event":"EVT-{turn}","severity":"{severity}","title":"{title}"}}'
                yield "event_linked", _SYSTEM, _ascii(told), at
            else:
                words = f"{chance.choice(_WORDS)}, attempt {turn}"
                yield "note", _person(f"U{chance.randrange(300):05d}"), f'{{"text":"{words}"}}', at
        if over:
            again = chance.random() < REOPENED
            for kind in ("resolved", "reopened", "resolved") if again else ("resolved",):
                at += timedelta(seconds=chance.expovariate(1 / 1200))
                yield kind, taker, '{"note":"Done."}', at

    def _bind(self, number: int, title: str, description: str, entries: Sequence[Row], audit: list[Row]) -> None:
        """Three rows of the audit log, which are bound to all entries: one made it, one took it, one ended it."""
        self._of_incident = BEGINNING
        parts = (("create", entries[:2]), ("acknowledge", entries[2:3]), ("resolve", entries[3:]))
        after = f'"description":"{description}","number":{number},"title":"{_ascii(title)}"'
        for action, part in parts:
            if not part:
                continue
            told = ",".join(sorted(f'"{entry[2]}":"{_digest(entry)}"' for entry in part))
            facts, at = f'{{"entries":{{{told}}}}}', part[-1][6]
            salt = f"{self.audit_seq:032x}"
            payload = f'{{"actor":{part[-1][4]},"after":{{{after}}},"before":{{}},"salt":"{salt}"}}'
            bound, request = digest(payload), f"trigger:{number}.{action}"
            before, before_here, seq = self.audit_hash, self._of_incident, self.audit_seq + 1
            quoted = facts.replace('"', '\\"')
            self.audit_hash = self._of_incident = digest(
                f'[1,"{TEAM}",{seq},"{_iso(at)}","{action}","done","button","{request}",{number},"{quoted}","{bound}",'
                f'"{before}","{before_here}"]'
            )
            self.audit_seq = seq
            row = (TEAM, seq, at, action, "done", "button", request, number, facts, payload, bound, before)
            audit.append((*row, before_here, self.audit_hash))


def _person(user: str) -> str:
    return f'{{"email":"","id":"{user}","name":"","source":"slack"}}'


def _monitoring() -> str:
    return '{"email":"","id":"","name":"NopeSight","source":"nopesight"}'


_SYSTEM: Final = '{"email":"","id":"","name":"","source":"system"}'


def _text(at: datetime) -> str:
    """A time, naive UTC, as both databases take it."""
    return at.isoformat(" ", "microseconds")


def _iso(text: str) -> str:
    return f"{text[:10]}T{text[11:]}+00:00"


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")


def _digest(entry: Row) -> str:
    """What domain.audit.entry_digest answers, of JSON that is canonical already."""
    _, _, seq, kind, actor, data, at, _ = entry
    moment = _iso(at)
    return digest(f'[{seq},"{kind}",{_who(actor)},{data},"{moment}","{moment}"]')


@cache
def _who(actor: str) -> str:
    email, user, name, source = (part.split('"')[0] for part in actor.split('":"')[1:])
    return f'["{source}","{user}","{name}","{email}"]'


def _event(number: int, title: str, severity: str, service: str, host: str, *, over: bool, began: datetime) -> Row:
    status, at = "resolved" if over else "open", _text(began)
    data = (
        f'{{"source":"nopesight","event_id":"e{number}","title":"{_ascii(title)}","severity":"{severity}",'
        f'"status":"{status}","occurred_at":"{_iso(at)}","updated_at":"{_iso(at)}",'
        f'"display_id":"EVT-{number}","service":"{service}","hostname":"{host}","cis":[],"tags":[]}}'
    )
    return (TEAM, "nopesight", f"e{number}", number, f"ci:{host}", status, severity, at, at, at, data)


# --- into the database ------------------------------------------------------------------------------------------------


def fill(url: str, count: int, seed: int = 8, *, tell: bool = False) -> int:
    """Make `count` incidents, the last of which began a moment ago; answers how many entries they have."""
    engine = make_engine(url)
    company = Company(count, seed, datetime.now(UTC).replace(microsecond=0))
    made = entries = 0
    began = time.monotonic()
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        put = _by_insert if connection.dialect.name == "sqlite" else _by_copy
        for rows in company.chunks():
            put(driver, rows)
            made += len(rows["incidents"])
            entries += len(rows["timeline_entries"])
            if tell and made % (10 * CHUNK) == 0:
                print(f"  {made} incidents, {entries} entries, {time.monotonic() - began:.0f} s", flush=True)
    _end(engine, count, company)
    engine.dispose()
    return entries


def _by_insert(driver: Any, rows: dict[str, list[Row]]) -> None:
    driver.execute("PRAGMA synchronous = OFF")
    driver.execute("PRAGMA foreign_keys = OFF")
    driver.execute("BEGIN IMMEDIATE")
    for table, several in rows.items():
        columns = TABLES[table]
        driver.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            several,
        )
    driver.execute("COMMIT")


def _by_copy(driver: Any, rows: dict[str, list[Row]]) -> None:
    """Rows refer to each other as they should, so that nobody need look; what follows incidents or timelines does."""
    with driver.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        for table, several in rows.items():
            checked = "origin" if table in {"incidents", "timeline_entries"} else "replica"
            cursor.execute(f"SET LOCAL session_replication_role = {checked}")
            with cursor.copy(f"COPY {table} ({', '.join(TABLES[table])}) FROM STDIN") as copy:
                copy.write("".join("\t".join(map(_copied, row)) + "\n" for row in several))
    driver.commit()


def _copied(value: Any) -> str:
    return "\\N" if value is None else str(value).replace("\\", "\\\\")


def _end(engine: sa.Engine, count: int, company: Company) -> None:
    """The workspace, and where its chain ends."""
    now = _text(datetime.now(UTC))
    values = {"team": TEAM, "number": count, "now": now, "seq": company.audit_seq, "hash": company.audit_hash}
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO installations (team_id, url, last_number, installed_at) VALUES (:team, '', :number, :now)",
            "INSERT INTO audit_heads (team_id, seq, hash, began_at) VALUES (:team, :seq, :hash, :now)",
        ):
            connection.execute(sa.text(statement), values)
        connection.execute(sa.text("ANALYZE"))


if __name__ == "__main__":
    address, *figures = sys.argv[1:]
    wanted, chosen, *_ = (*map(int, figures), *(1_000_000, 8)[len(figures) :])
    migrate(address)
    print(f"{fill(address, wanted, chosen, tell=True)} entries")
