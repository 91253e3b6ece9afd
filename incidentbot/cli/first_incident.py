"""A first incident, posted by the service itself as it was just set up: what arrives here arrives later."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from incidentbot import queries
from incidentbot.bootstrap import CannotStart, Service, build
from incidentbot.cli.starting import fail
from incidentbot.domain.incident import Draft, Incident
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permalink import permalink
from incidentbot.domain.severity import Severity
from incidentbot.domain.workspace import Workspace
from incidentbot.settings import Settings
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.migrate import current, head, migrate
from incidentbot.usecases import Cause, Done, create

PATIENCE: Final = 30.0
LOOK_EVERY: Final = 0.1
TITLE: Final = "Test: incidentbot is set up"
TOLD: Final = "Nothing is wrong. Press Acknowledge once the service runs, then Resolve."


def first_incident(settings: Settings, workspace: Workspace) -> str:
    """Make one and wait until its card stands in Slack; a sentence with its address, or with what keeps it."""
    service = build(settings)
    try:
        _migrate(settings)
        service.prepare_database()
        return asyncio.run(_posted(service, workspace))
    except (CannotStart, DatabaseUnavailable) as error:
        fail(f"The variables are written, but the test incident was not made: {error}")
    finally:
        service.close()


def _migrate(settings: Settings) -> None:
    """A new database is ours to fill; one that another version left is the operator's to migrate."""
    url = settings.database_url.get_secret_value()
    if not url.startswith("sqlite") and current(url) is None:
        migrate(url)
        print(f"   The database is new: its schema is {head()} now.")


async def _posted(service: Service, workspace: Workspace) -> str:
    delivering = asyncio.get_running_loop().create_task(service.deliver())
    try:
        async with asyncio.timeout(PATIENCE):
            await _until(lambda: service.store.ask(_is_known, workspace.team_id), delivering)
            made = await service.store.run(_made, workspace.team_id)
            await _until(lambda: service.store.ask(_stands, workspace.team_id, made.number), delivering)
            stands = await service.store.ask(queries.find, workspace.team_id, made.reference)
    except TimeoutError:
        return "6. The test incident is not in Slack yet: incidentbot doctor says what keeps it."
    finally:
        delivering.cancel()
        with suppress(asyncio.CancelledError, CannotStart, DatabaseUnavailable):
            await delivering
    assert isinstance(stands, Incident)  # noqa: S101 - it was just made
    return f"6. {made.reference} is in Slack: {permalink(workspace.url, stands.channel, stands.root_ts)}"


async def _until(so: Callable[[], Awaitable[bool]], delivering: asyncio.Task[None]) -> None:
    """Wait until it is so; what ends the delivery meanwhile is raised here."""
    while not await so():
        if delivering.done():
            delivering.result()
        await asyncio.sleep(LOOK_EVERY)


def _is_known(store: Store, team_id: str) -> bool:
    return isinstance(queries.workspace(store, team_id), Workspace)


def _made(store: Store, team_id: str) -> Incident:
    cause = Cause(team_id, f"cli:{uuid.uuid4().hex}", Actor(Source.CLI, name="setup"), "cli")
    outcome = create(store, cause, Draft(TITLE, Severity.LOW, TOLD))
    if not isinstance(outcome, Done):
        raise CannotStart(f"{type(outcome).__name__}")
    return outcome.incident


def _stands(store: Store, team_id: str, number: int) -> bool:
    found = queries.find(store, team_id, f"INC-{number}")
    return isinstance(found, Incident) and bool(found.root_ts)
