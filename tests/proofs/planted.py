"""Bugs to be planted on purpose: a proof that does not find them proves nothing.

Those that live in SQL are planted between the service and its database: a statement that holds the text is changed on
its way. A text that is never met is an error, so that a planted bug cannot rot into none.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from typing import Any

import sqlalchemy as sa

from incidentbot.delivery.claim import Timings

LOOK = timedelta(seconds=5)


@dataclass
class Bug:
    """What is wrong: other timings, or texts of SQL that become others. `met` counts how often they did."""

    timings: Timings | None = None
    changes: tuple[tuple[str, str], ...] = ()
    met: dict[str, int] = field(default_factory=dict)

    def plant(self, engine: sa.Engine) -> None:
        """Change the statements of this engine from now on."""
        if self.changes:
            sa.event.listen(engine, "before_cursor_execute", self._changed, retval=True)

    def _changed(
        self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> tuple[str, Any]:
        for text, other in self.changes:
            if text in statement:
                self.met[text] = self.met.get(text, 0) + 1
                statement = statement.replace(text, other)
        return statement, parameters

    def was_planted(self) -> bool:
        """Whether every text was met."""
        return all(text in self.met for text, _ in self.changes)


class Unfenced(Timings):
    """However long ago the lease began, the call is made."""

    @property
    def start_within(self) -> float:
        return inf


NO_BUG = Bug()


def no_settle_delay() -> Bug:
    """What is not yet to be seen is taken for lost."""
    return Bug(timings=Timings(settle=timedelta(0), look=LOOK))


def no_fencing_check() -> Bug:
    """A worker that was stopped goes on as if its lease were still its own."""
    return Bug(timings=Unfenced(look=LOOK))


def no_lane_lock() -> Bug:
    """What stands behind another in its lane does not wait for it."""
    return Bug(changes=(("ahead.seq < effects.seq", "ahead.seq < effects.seq AND 1 = 0"),))


def no_compare_and_set() -> Bug:
    """Who reads first and writes last wins, whatever happened between: no version is compared, no row locked."""
    return Bug(changes=(("incidents.version = ", "incidents.version >= "), (" FOR UPDATE", "")))
