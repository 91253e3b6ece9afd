"""What events would do now: by the settings and, where there is a database, by the incidents and maintenance in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from incidentbot.bootstrap import build
from incidentbot.cli.starting import fail
from incidentbot.domain.decision import Decision, decide_event
from incidentbot.domain.monitoring import MonitoringEvent
from incidentbot.domain.policy import Policy
from incidentbot.queries.decisions import simulate
from incidentbot.settings import Settings
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.store.migrate import current, head, is_ahead


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions, and by what they were made: `alone` is why no database was asked, "" if one was."""

    decisions: tuple[Decision, ...]
    alone: str


def decide_now(settings: Settings, policy: Policy, events: Sequence[MonitoringEvent], team: str | None) -> Decided:
    """What each of `events` would do if it came now to the workspace `team` (None: the one that its department says).

    The database is only read; one that is not there, does not answer or has another schema is not asked.
    """
    why_not = _unusable(settings)
    if why_not:
        return decide_alone(policy, events, why_not)
    service = build(settings)
    try:
        teams = _installed(service.store)
        if team and team not in teams:
            fail(f"No workspace {team[:40]} is installed. There are: {', '.join(teams) or 'none'}.")
        if not teams:
            return decide_alone(policy, events, "no workspace is installed in the database")
        return Decided(
            tuple(simulate(service.store, team or _home(event, policy, teams), event) for event in events), ""
        )
    except DatabaseUnavailable as error:
        return decide_alone(policy, events, f"the database does not answer: {error}")
    finally:
        service.close()


def decide_alone(policy: Policy, events: Sequence[MonitoringEvent], why: str) -> Decided:
    """By the settings alone."""
    return Decided(tuple(decide_event(event, policy) for event in events), why)


def _unusable(settings: Settings) -> str:
    """Why the database cannot be asked; "" if it can."""
    url = settings.database_url.get_secret_value()
    named = make_url(url)
    if named.get_backend_name() == "sqlite" and not Path(named.database or "").is_file():
        return "there is no database yet"
    try:
        has = current(url)
        return "" if has == head() or is_ahead(has) else "the database has another schema: incidentbot migrate"
    except DatabaseUnavailable as error:
        return f"the database does not answer: {error}"


def _installed(store: Store) -> tuple[str, ...]:
    with store.read("") as tx:
        return tuple(one.team_id for one in tx.installations.all())


def _home(event: MonitoringEvent, policy: Policy, teams: Sequence[str]) -> str:
    home = policy.departments.get(event.department, "")
    return home if home in teams else teams[0]
