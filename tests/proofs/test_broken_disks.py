"""A disk that is full or fails: nobody is told yes for what is not stored, and the service goes on when it can."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proofs.kills import CHECKOUT

STRACE = shutil.which("strace")


def written(
    sqlite_url: str, *before: str, most_bytes: int = 0, how: str = "alone"
) -> tuple[list[list[str]], set[int], Path]:
    """What each note was answered, and which notes are stored."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    command = [*before, sys.executable, "-m", "tests.proofs.writer", str(file), str(most_bytes), how]
    done = subprocess.run(command, cwd=CHECKOUT, env=os.environ.copy(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT data FROM timeline_entries WHERE kind = 'note'").fetchall()
    connection.close()
    return answers, {int(row[0].partition("[")[2].partition("]")[0]) for row in rows}, file


def test_a_full_disk_refuses_and_recovers(sqlite_url: str) -> None:
    size = Path(sqlite_url.removeprefix("sqlite:///")).stat().st_size
    answers, stored, _ = written(sqlite_url, most_bytes=size + 600_000)
    confirmed = {int(number) for number, outcome, *_ in answers if outcome == "done"}
    refused = [number for number, outcome, *_ in answers if outcome == "unavailable"]
    assert len(refused) == 1
    assert stored == confirmed
    assert [outcome for _, outcome, *_ in answers[-5:]] == ["done"] * 5


traced = pytest.mark.skipif(STRACE is None, reason="strace is what sees and fails a sync, and is not installed here")


@traced
def test_an_fsync_that_fails_is_no_yes(sqlite_url: str) -> None:
    failing = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync")
    inject = ("-e", "inject=fdatasync,fsync:error=EIO:when=40..41")
    answers, stored, file = written(sqlite_url, *failing, *inject, most_bytes=0)
    confirmed = {int(number) for number, outcome, *_ in answers if outcome == "done"}
    assert [told[2] for told in answers if told[1] == "unavailable"] == ["disk I/O error"]
    assert confirmed <= stored
    assert [outcome for _, outcome, *_ in answers[-3:]] == ["done"] * 3
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@traced
def test_what_was_confirmed_is_on_the_disk_when_the_power_goes(sqlite_url: str, tmp_path: Path) -> None:
    """Whatever was written but never synced may be gone then: at each yes there is nothing of the kind."""
    log = tmp_path / "calls"
    calls = ("-e", "trace=pwrite64,write,fdatasync,fsync")
    room = Path(sqlite_url.removeprefix("sqlite:///")).stat().st_size + 600_000
    answers, _, _ = written(sqlite_url, "strace", "-f", "-qq", "-y", "-o", str(log), *calls, most_bytes=room)
    confirmed = [number for number, outcome, *_ in answers if outcome == "done"]
    assert yeses_and_what_was_unsynced(log.read_text()) == [(number, set()) for number in confirmed]


@traced
def test_after_a_sync_that_failed_the_next_yes_rests_on_what_was_written_anew(sqlite_url: str, tmp_path: Path) -> None:
    """The kernel counts what it failed to write as written: a sync that succeeds afterwards says nothing of it."""
    log = tmp_path / "calls"
    calls = ("-e", "trace=pwrite64,write,fdatasync,fsync,ftruncate", "-e", "inject=fdatasync:error=EIO:when=20")
    traced_by = ("strace", "-f", "-qq", "-y", "-o", str(log), *calls)
    answers, stored, _ = written(sqlite_url, *traced_by, how="together")
    confirmed = [number for number, outcome, *_ in answers if outcome == "done"]
    assert [told[2] for told in answers if told[1] == "unavailable"] == [
        "the disk could not be synced: Input/output error"
    ]
    assert len(confirmed) > 20
    assert {int(number) for number in confirmed} <= stored
    assert yeses_and_what_was_unsynced(log.read_text()) == [(number, set()) for number in confirmed]


def yeses_and_what_was_unsynced(log: str) -> list[tuple[str, set[str]]]:
    """Of each yes the files of the database that had been written, and were not on the disk, when it was given.

    Once a sync of a file has failed, none that succeeds is believed until the file has been emptied.
    """
    yeses, unsynced, lost = [], set[str](), set[str]()
    for call, file, rest in re.findall(r"(\w+)\(\d+<([^>]*)>(.*)", log):
        if call in {"fdatasync", "fsync"}:
            lost |= {file} if "EIO" in rest else set()
            unsynced -= {file} - lost
        elif call == "ftruncate":
            lost.discard(file)
            unsynced.discard(file)
        elif "-wal" in file or file.endswith(".db"):
            unsynced.add(file)
        elif said := re.match(r', "(\d+) done', rest):
            yeses.append((said[1], set(unsynced)))
    return yeses


def test_a_yes_before_the_sync_would_be_seen() -> None:
    log = """7 pwrite64(4</d/x.db-wal>, "..", 24, 32) = 24
7 write(1<pipe:[1]>, "0 done\\n", 7) = 7
7 fdatasync(4</d/x.db-wal>) = 0
7 write(1<pipe:[1]>, "1 done\\n", 7) = 7
"""
    assert yeses_and_what_was_unsynced(log) == [("0", {"/d/x.db-wal"}), ("1", set())]


def test_a_yes_after_a_sync_that_failed_would_be_seen() -> None:
    log = """7 pwrite64(4</d/x.db-wal>, "..", 24, 32) = 24
7 fdatasync(4</d/x.db-wal>) = -1 EIO (Input/output error) (INJECTED)
7 fdatasync(4</d/x.db-wal>) = 0
7 write(1<pipe:[1]>, "0 done\\n", 7) = 7
7 ftruncate(4</d/x.db-wal>, 0) = 0
7 write(1<pipe:[1]>, "1 done\\n", 7) = 7
"""
    assert yeses_and_what_was_unsynced(log) == [("0", {"/d/x.db-wal"}), ("1", set())]
