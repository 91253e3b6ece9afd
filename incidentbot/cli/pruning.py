"""What `incidentbot prune` does and says."""

import json
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TextIO

import typer

from incidentbot.cli.desk import ACTOR
from incidentbot.cli.starting import fail
from incidentbot.domain.reference import reference
from incidentbot.domain.workspace import Workspace
from incidentbot.queries.pruning import prunable
from incidentbot.settings_file import parse_duration
from incidentbot.store import Store
from incidentbot.usecases import Cause
from incidentbot.usecases.prune import YOUNGEST, Keep, prune
from incidentbot.web.shapes import shape_by_ref, timeline_by_ref

PAGE: Final = 500


def age_of(text: str) -> timedelta:
    """What was typed as a length of time; ends with 2 where it is none, or too short."""
    try:
        age = parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--older-than") from None
    if age < YOUNGEST:
        raise typer.BadParameter(
            f"what is over for less than {YOUNGEST.days} days may still be asked for or reopened",
            param_hint="--older-than",
        )
    return age


class Pruner:
    """Prunes one workspace, telling how far it is."""

    def __init__(self, store: Store, home: Workspace, age: timedelta, *, as_json: bool) -> None:
        self._store = store
        self._home = home
        self._age = age
        self._as_json = as_json

    def count(self) -> None:
        """Say what would be done."""
        count = prunable(self._store, self._home.team_id, self._age)
        print(json.dumps({"incidents": count}) if self._as_json else f"{count:,} incidents would be taken out.")

    def prune(self, archive: Path | None) -> None:
        """Do it; `archive` is where the incidents are written first."""
        with _appending(archive) as file:
            incidents, rows = prune(self._store, self._cause(), self._age, self._keeping(file), self._tell)
        done = {"incidents": incidents, "rows": rows}
        if self._as_json:
            print(json.dumps(done))
            return
        print(f"{incidents:,} incidents and {rows:,} rows of no incident were taken out.")
        print(
            "SQLite and PostgreSQL use the space again; to give it back to the disk: VACUUM (PostgreSQL: VACUUM FULL)."
        )

    def _cause(self) -> Cause:
        return Cause(self._home.team_id, f"prune:{uuid.uuid4().hex}", ACTOR, "cli")

    def _keeping(self, file: TextIO | None) -> Keep:
        def keep(numbers: Sequence[int]) -> None:
            if file is None:
                return
            for number in numbers:
                print(json.dumps(self._whole(reference(number)), ensure_ascii=False), file=file)
            file.flush()
            os.fsync(file.fileno())

        return keep

    def _whole(self, ref: str) -> dict[str, Any]:
        incident = shape_by_ref(self._store, self._home, ref).model_dump(mode="json")
        entries: list[Any] = []
        cursor = ""
        while True:
            page = timeline_by_ref(self._store, self._home, ref, PAGE, cursor)
            entries += [entry.model_dump(mode="json") for entry in page.items]
            cursor = page.next_cursor
            if not cursor:
                return {"team": self._home.team_id, **incident, "timeline": entries}

    def _tell(self, incidents: int, rows: int) -> None:
        if not self._as_json:
            print(f"  {incidents:,} incidents, {rows:,} other rows", flush=True)


@contextmanager
def _appending(archive: Path | None) -> Iterator[TextIO | None]:
    if archive is None:
        yield None
        return
    try:
        with archive.open("a", encoding="utf-8") as file:
            yield file
    except OSError as error:
        fail(f"{archive} cannot be written: {error.strerror}. What was not archived was not taken out.")
