"""What `incidentbot migrate --from … --to …` does and says."""

from typing import Final

from incidentbot import log
from incidentbot.bootstrap import SystemClock
from incidentbot.cli.starting import fail
from incidentbot.settings import EXIT_CODE, Settings, SettingsError, load
from incidentbot.store import DatabaseUnavailable
from incidentbot.store.copying import CopyRefused, copy
from incidentbot.store.database import DataRefused

AGAIN: Final = "What was brought over stays; run it again to go on."


def moved(source: str, target: str) -> None:
    """Bring everything of `source` to `target`, telling how far it is; ends with 1 or 2 where it cannot."""
    if not source or not target:
        fail("--from and --to belong together: the database to move from, and the one to move to.", EXIT_CODE)
    given = _checked("--from", source), _checked("--to", target)
    # Both passwords at once: what the log strikes out is what it was told last.
    secrets = [secret for one in given for secret in one.secrets()]
    log.configure(given[0].log_format, given[0].log_level, secrets=secrets)
    source, target = (one.database_url.get_secret_value() for one in given)
    if source == target:
        fail("--from and --to name the same database.", EXIT_CODE)
    try:
        copy(source, target, SystemClock(), _tell)
    except CopyRefused as error:
        fail(str(error))
    except DataRefused as error:
        fail(f"The database that --to names does not take a value. {error}")
    except DatabaseUnavailable as error:
        fail(f"A database does not answer: {error}. {AGAIN}")
    except KeyboardInterrupt:
        fail(f"Stopped. {AGAIN}")
    print("Everything is there, row by row. Set DATABASE_URL to the new database in all processes, then start them;")
    print(
        "never start one on the old database again: it would tell what the new one tells. INCIDENTBOT_SECRET_KEY stays."
    )


def _checked(option: str, url: str) -> Settings:
    """Settings with that database alone; ends with 2 where it is none of ours."""
    try:
        return load({"DATABASE_URL": url}, command="migrate")
    except SettingsError as error:
        problem = error.problems[0]
        fail(f"{option} {problem.what}. {problem.remedy}", EXIT_CODE)


def _tell(table: str, rows: int, new: int) -> None:
    there = f", {rows - new:,} of them were there" if rows != new else ""
    print(f"  {table}: {rows:,}{there}", flush=True)
