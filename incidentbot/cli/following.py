"""What `incidentbot subscribers …` does and prints."""

import asyncio
import json
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from incidentbot.bootstrap import ping_subscriber
from incidentbot.cli.desk import ACTOR
from incidentbot.cli.starting import fail, service_for
from incidentbot.domain.subscribers import Subscription
from incidentbot.queries.subscribers import behind
from incidentbot.settings import Settings
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.announcements import Behind
from incidentbot.usecases.announce_again import announce_again

NOTHING = Behind(0, None, 0, "")


def print_subscribers(settings: Settings, *, as_json: bool) -> None:
    """Each with what it has not been told."""
    service = service_for("subscribers")
    try:
        service.prepare_database()
        late = behind(service.store)
    except DatabaseUnavailable as error:
        fail(f"The database does not answer: {error}")
    finally:
        service.close()
    shown = [(one.name, one.changes, one.team or "", late.get(one.name, NOTHING)) for one in settings.file.subscribers]
    if as_json:
        print(json.dumps([_shape(*one) for one in shown], indent=2))
    elif not shown:
        print("The settings name no subscribers.")
    else:
        _print_table(shown)


def _shape(name: str, changes: list[str], team: str, late: Behind) -> dict[str, Any]:
    since = late.since.isoformat().replace("+00:00", "Z") if late.since else None
    told = {"waiting": late.waiting, "since": since, "given_up": late.given_up, "problem": late.problem}
    return {"name": name, "changes": changes, "team": team, **told}


def _print_table(shown: list[tuple[str, list[str], str, Behind]]) -> None:
    table = Table("Subscriber", "Hears of", "Waiting", "Since", "Given up", "Problem", box=None, pad_edge=False)
    for name, changes, team, late in shown:
        hears = f"{', '.join(changes) or 'everything'}{f' in {team}' if team else ''}"
        since = f"{late.since:%Y-%m-%d %H:%M} UTC" if late.since else ""
        table.add_row(name, hears, str(late.waiting), since, str(late.given_up), Text(late.problem))
    Console(highlight=False, soft_wrap=True).print(table)


def ping(settings: Settings, name: str) -> None:
    """A message that tells of nothing, and what came of it."""
    heard, answer = asyncio.run(ping_subscriber(settings, name))
    if not heard:
        fail(f"{name} did not take it: {answer}.")
    print(f"{name} answered {answer}: it hears us.")


def tell_again(store: Store, team_id: str, subscription: Subscription, ref: str, *, since: int, as_json: bool) -> None:
    """Plan it; the service does it."""
    count = announce_again(store, team_id, ACTOR, subscription, ref, since)
    if as_json:
        print(json.dumps({"announcements": count}))
    else:
        print(f"{count} changes of {ref} will be told to {subscription.name} again.")
