"""Whether the database answers, has the schema that this version wants, and keeps what it confirms."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from incidentbot.delivery.doctor.clocks import compared
from incidentbot.delivery.doctor.patient import Findings, Patient, looked
from incidentbot.domain.doctor import Finding, Verdict, doubtful, failing, unused, well
from incidentbot.languages import fill_plain
from incidentbot.store import Store
from incidentbot.store.database import NotDurable
from incidentbot.store.migrate import current, head, is_ahead

REVISION: Final = "database.revision"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, and whether the database can be read by the queries of this version."""

    findings: Findings
    usable: bool


async def database(patient: Patient) -> Looked:
    """The first look: everything that reads the database depends on it."""
    if await asyncio.to_thread(_is_absent, patient.store):
        sentence = fill_plain("There is no database yet: serve makes it at its first start.")
        return Looked(
            (unused("database", sentence, fill_plain("Start incidentbot serve, then run the doctor again.")),),
            usable=False,
        )
    found = await looked("database", _revision(patient), patient.seconds)
    usable = all(finding.verdict is Verdict.OK for finding in found)
    if usable:
        found += await looked("database.durability", patient.store.ask(_durability), patient.seconds)
        found += await looked("database.clock", _clock(patient), patient.seconds)
    return Looked(found, usable)


def _is_absent(store: Store) -> bool:
    """Whether there is no file yet; looking for its schema would make an empty one."""
    return store.database.is_sqlite and not Path(store.database.engine.url.database or "").is_file()


async def _revision(patient: Patient) -> Iterable[Finding]:
    url = patient.settings.database_url.get_secret_value()
    try:
        has, wants = await asyncio.to_thread(current, url), head()
    except NotDurable as error:
        sentence, _, remedy = str(error).partition(". ")
        return (failing("database.durability", fill_plain("{sentence}.", sentence=sentence), remedy),)
    if has == wants:
        return (
            well(
                REVISION,
                fill_plain("The database answers, and its schema is {wants}, as this version wants it.", wants=wants),
            ),
        )
    if is_ahead(has):
        sentence = fill_plain(
            "The database answers. A newer version made its schema, {has}; this one wants {wants} and works on it.",
            has=has,
            wants=wants,
        )
        return (well(REVISION, sentence),)
    remedy = "Run: incidentbot migrate"
    if patient.store.database.is_sqlite:
        return (
            doubtful(
                REVISION,
                fill_plain("The schema is {has}, not {wants}.", has=has or "empty", wants=wants),
                fill_plain("{remedy} (serve does it too).", remedy=remedy),
            ),
        )
    sentence = fill_plain(
        "The schema is {has}, not {wants}: serve and worker refuse to start.", has=has or "empty", wants=wants
    )
    return (failing(REVISION, sentence, fill_plain("{remedy}.", remedy=remedy)),)


def _durability(store: Store) -> Iterable[Finding]:
    name = "database.durability"
    with store.read("") as tx:
        found = tx.self_description()
    if found.get("server_encoding", "UTF8") != "UTF8":
        remedy = fill_plain("Make the database anew with ENCODING 'UTF8', and move what is in it there.")
        sentence = fill_plain(
            "Its encoding is {found}: signs beyond that become something else.", found=found["server_encoding"]
        )
        yield failing("database.encoding", sentence, remedy)
    yield well(
        name,
        fill_plain(
            "What it confirms lasts ({value}).", value=", ".join(f"{key} {value}" for key, value in found.items())
        ),
    )


async def _clock(patient: Patient) -> Iterable[Finding]:
    if patient.store.database.is_sqlite:
        return ()
    theirs = await patient.store.ask(_now)
    return (compared("database.clock", "the database's", theirs, patient.now()),)


def _now(store: Store) -> datetime:
    with store.read("") as tx:
        return tx.now
