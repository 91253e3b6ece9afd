"""The whole examination: the database first, since much depends on it, then everything else at the same time."""

import asyncio
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import version

import incidentbot
from incidentbot.delivery.doctor.backlog import backlog
from incidentbot.delivery.doctor.clicks import clicks
from incidentbot.delivery.doctor.configuration import configuration
from incidentbot.delivery.doctor.database import database
from incidentbot.delivery.doctor.heard import heard
from incidentbot.delivery.doctor.messages import messages
from incidentbot.delivery.doctor.nopesight import nopesight
from incidentbot.delivery.doctor.on_call import on_duty
from incidentbot.delivery.doctor.patient import Findings, Patient, looked
from incidentbot.delivery.doctor.workspaces import workspaces
from incidentbot.domain.doctor import Finding, failing, well
from incidentbot.languages import fill_plain
from incidentbot.store import Store


async def examine(patient: Patient, team: str = "") -> Findings:
    """Everything that there is to be found, or with `team` what concerns that workspace. Raises nothing for what is
    not well, and ends within about half a minute.
    """
    first = await database(patient)
    parts = await asyncio.gather(
        looked("slack", workspaces(patient, team, usable=first.usable), patient.several_looks),
        looked("messages.form", messages(patient), patient.seconds),
        looked("nopesight", nopesight(patient), patient.several_looks),
        looked("click", clicks(patient, team, usable=first.usable), patient.several_looks),
        looked("effects", _kept(patient, team, usable=first.usable), patient.seconds),
    )
    rest = (finding for part in parts for finding in part)
    return (*configuration(patient.settings), *first.findings, *rest, *_versions())


async def _kept(patient: Patient, team: str, *, usable: bool) -> Iterable[Finding]:
    """What the database tells; without it that is told elsewhere."""
    if not usable:
        return ()
    return await patient.store.ask(_kept_in, team)


def _kept_in(store: Store, team: str) -> list[Finding]:
    return [*_heard(store, team), *_keys(store), *backlog(store, team, incidentbot.__version__)]


def _heard(store: Store, team: str) -> Iterator[Finding]:
    with store.read("") as tx:
        homes = [one.team_id for one in tx.installations.all() if team in {"", one.team_id}]
    for one in homes:
        yield from heard(store, one)
        yield from on_duty(store, one)


def _keys(store: Store) -> Iterator[Finding]:
    """Secrets whose workspaces left are kept for nobody, but a lost key keeps the service from starting."""
    with store.read("") as tx:
        lost = [error for error in tx.credentials.unreadable() if error.key_missing]
    if lost:
        remedy = fill_plain("Give INCIDENTBOT_SECRET_KEY that key too, behind the new one, or uninstall the workspace.")
        sentence = fill_plain("serve does not start: the key of {lost} kept secrets is missing.", lost=len(lost))
        yield failing("settings.secret_keys", sentence, remedy)


def _versions() -> Iterator[Finding]:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("slack-bolt", "slack-sdk", "SQLAlchemy"))
    sentence = fill_plain(
        "incidentbot {version}, Python {python_version}, {libraries}.",
        version=incidentbot.__version__,
        python_version=platform.python_version(),
        libraries=libraries,
    )
    yield well("versions", sentence)
