"""Pictures and documents, made by a process of their own that is bounded, and is ended if it does not end."""

import asyncio
import base64
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

import incidentbot
from incidentbot.clients.errors import NotYet, Permanent
from incidentbot.domain.report_content import Content
from incidentbot.store.reports import CONTENT

log = structlog.get_logger(__name__)

# A report over 100,000 incidents takes a few seconds on two cores.
PATIENCE: Final = 60.0
# One at a time in each process: whoever waits asks again so soon.
ASK_AGAIN: Final = 1.0
LARGEST_ANSWER: Final = 40 * 1024 * 1024
_HOME: Final = Path(incidentbot.__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Made:
    """A report's picture (empty where it has none), all of its pictures as they are kept, and its document."""

    picture: bytes
    pictures: bytes
    document: bytes


class Drawer:
    """Makes one report at a time. `command` is what makes it, from standard input to standard output."""

    def __init__(self, command: tuple[str, ...] = ("-m", "incidentbot.reports"), patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._busy = False

    async def make(self, content: Content) -> Made:
        """Picture and document; Permanent where it cannot be made within the bounds, NotYet where another one is."""
        if self._busy:
            raise NotYet("another report is being made", ASK_AGAIN)
        self._busy = True
        try:
            return await self._made(CONTENT.dump_json(content))
        finally:
            self._busy = False

    async def _made(self, content: bytes) -> Made:
        with tempfile.TemporaryDirectory(prefix="incidentbot-") as folder:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                cwd=_HOME,
                env=_environment(folder),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=LARGEST_ANSWER,
            )
            try:
                async with asyncio.timeout(self._patience):
                    answer, complaint = await child.communicate(content)
            except TimeoutError as error:
                raise Permanent("the report took too long to make", "too_long") from error
            finally:
                await _ended(child)
        if child.returncode or len(answer) > LARGEST_ANSWER:
            log.error("report.not_made", code=child.returncode, complaint=complaint.decode(errors="replace")[-2000:])
            raise Permanent("the report could not be made", "too_large" if child.returncode else "answer_too_large")
        return _read(json.loads(answer))


def _read(answer: Mapping[str, Any]) -> Made:
    return Made(*(base64.b64decode(answer[name]) for name in ("picture", "pictures", "document")))


def _environment(folder: str) -> Mapping[str, str]:
    """Nothing of ours: no secret, no address. One thread of arithmetic is enough, and fits into the memory it has."""
    own = {"HOME": folder, "MPLCONFIGDIR": folder, "TMPDIR": folder, "MPL_IGNORE_SYSTEM_FONTS": "1"}
    return {**own, "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}


async def _ended(child: asyncio.subprocess.Process) -> None:
    """Nothing is left running, also where we were cancelled."""
    if child.returncode is None:
        child.kill()
        await child.wait()
