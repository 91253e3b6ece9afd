"""Notes written to a SQLite database until it fails, then again: `python -m tests.proofs.writer FILE BYTES HOW`.

The file's size is limited as a full disk would limit it, and is not any more afterwards. HOW is "alone", each
transaction with a sync of its own, or "together", by the writer's thread. Each line that comes out is what one wish was
answered.
"""

import asyncio
import resource
import signal
import sys
from pathlib import Path

import structlog

from incidentbot.bootstrap import policy_of
from incidentbot.domain.incident import Draft
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import load
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.usecases.add_note import add_note
from incidentbot.usecases.cause import Cause
from incidentbot.usecases.create import create
from tests.databases import sqlite_url
from tests.proofs.stage import Now
from tests.simulation.people import shown

TEAM = "T0WRITER01"
AFTERWARDS = 5
MOST = 600


def cause(key: str) -> Cause:
    return Cause(TEAM, key, Actor(Source.SLACK, "U1", "ana"), "slash_command")


def write(store: Store, number: int, how: str) -> bool:
    """Add note `number`, and tell what it was answered."""
    text = f"note [{number}] " + "x" * 500
    try:
        if how == "together":
            answer = shown(asyncio.run(store.run(add_note, cause(f"note-{number}"), "INC-1", text)))
        else:
            answer = shown(add_note(store, cause(f"note-{number}"), "INC-1", text))
    except DatabaseUnavailable as error:
        print(f"{number} unavailable {error}", flush=True)
        return False
    print(f"{number} {answer['outcome']}", flush=True)
    return True


def main(file: str, most_bytes: str, how: str) -> None:
    """Write until there is no room, then make room and write some more."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # what comes out is answers alone
    url = sqlite_url(Path(file))
    store = Store(url, clock=Now(), policy=policy_of(load({"DATABASE_URL": url, "SLACK_SIGNING_SECRET": "s" * 32})))
    with store.begin(TEAM) as tx:
        tx.installations.save(Workspace(TEAM, "Writer", "https://writer.slack.com/"), tx.now)
    create(store, cause("incident"), Draft("Disk full", Severity.HIGH))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if int(most_bytes):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most_bytes), hard))
    number = 0
    while number < MOST and write(store, number, how):
        number += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    for more in range(AFTERWARDS):
        write(store, number + more, how)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
